"""What follows from a change of content. Runs inside the transaction of the change."""

from ..events import listens_to
from ..knowledge.events import ArticleMerged
from .operations import move_to_merged


@listens_to(ArticleMerged)
def take_words_along(fact: ArticleMerged) -> None:
    """What people called an article leads to the one that stays."""
    move_to_merged(("article", fact.article_id), ("article", fact.kept_id))
