"""Catalogues of others: read from their files, kept apart by source, and brought into Portico's own records."""
