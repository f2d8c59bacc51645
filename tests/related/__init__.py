"""Related services."""
