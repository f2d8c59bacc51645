"""Pages of related services."""
