"""Facts of the knowledge base that others react to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ArticleChanged:
    """An article was added, or what the public sees of it changed."""

    article_id: int


@dataclass(frozen=True)
class ArticleMerged:
    """What belonged to an article belongs to the one that says the same and stays."""

    article_id: int
    kept_id: int
