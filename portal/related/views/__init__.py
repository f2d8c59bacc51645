"""Pages of related services: those of citizens and those of editors."""
