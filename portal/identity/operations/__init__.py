"""Writes of identity: the audit, accounts, and signing in."""

from .audit import record_audit as record_audit
