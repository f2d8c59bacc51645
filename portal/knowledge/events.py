"""Facts of the knowledge base that others react to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ArticleChanged:
    """An article was added, or what the public sees of it changed."""

    article_id: int
