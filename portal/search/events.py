"""Facts that search records."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WordsChanged:
    """Words of citizens were added to a record, or taken away."""

    kind: str
    record_id: int
