"""What people changed about the order of an answer: pinned and buried documents, and what was learned from use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .analysis import analyzer_for

Key = tuple[str, int]

# What is learned never moves a score further than that, whatever is stored.
LEARNED_LEAST = 0.8
LEARNED_MOST = 1.25


@dataclass(frozen=True, slots=True)
class Adjustments:
    """Changes to one answer, by kind and id of the documents.

    `pinned` come first, in this order, also when they have no word of the query. `buried` come last. A document that
    is both is pinned. `learned` multiplies a document's score, within bounds.
    """

    pinned: tuple[Key, ...] = ()
    buried: frozenset[Key] = frozenset()
    learned: Mapping[Key, float] = field(default_factory=lambda: MappingProxyType({}))

    def factor(self, key: Key) -> float:
        """What the score of a document is multiplied by: from 0.8 to 1.25, and 1 where nothing was learned."""
        return min(max(self.learned.get(key, 1.0), LEARNED_LEAST), LEARNED_MOST)


def query_key(text: str, lang: str) -> str:
    """By what a query is recognised: its terms, each once, in alphabetical order.

    Order, case, accents, inflection and stop words make no difference. Empty for a query without any term.
    """
    return " ".join(sorted(set(analyzer_for(lang).terms(text))))
