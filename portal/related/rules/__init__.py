"""Decisions about related services, without I/O: what visits count for, what may be told of them, what comes first."""
