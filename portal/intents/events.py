"""Facts about intents and profiles that others react to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IntentChanged:
    """An intent, or its bundle, was added or changed; ``service_ids`` are the services its bundle has or had."""

    intent_id: int
    service_ids: frozenset[int]


@dataclass(frozen=True)
class ServiceProfilesChanged:
    """A service matters to other profiles than before."""

    service_id: int


@dataclass(frozen=True)
class ArticleIntentsChanged:
    """An article answers questions about other intents than before."""

    article_id: int


@dataclass(frozen=True)
class ServicesClassified:
    """Rules or editors put services under other profiles or intents than before."""

    service_ids: frozenset[int]
