"""Writes of related services."""
