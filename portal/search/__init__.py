"""Search owns the index and the order of its answers: how a text becomes terms, which documents answer a query, how
they are ranked, repaired, suggested and marked, and how the index is written and read while the portal serves. It
knows documents and no capability: capabilities say what their documents are with `register_source`, and get back
with each hit what they stored with it.
"""

from . import models as models
from .index import SearchIndex, all_indexes, init_app, search_index

__all__ = ["SearchIndex", "all_indexes", "init_app", "search_index"]
