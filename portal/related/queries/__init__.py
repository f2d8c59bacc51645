"""Reads of related services."""
