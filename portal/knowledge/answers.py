"""Questions typed into the search get the best passage of the best article, with its source, before the results."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..database import read
from ..i18n import Text, pick, require
from ..search.analysis import analyzer_for
from ..search.index import search_index
from ..search.queries import Hit, SearchResults
from .models import Article
from .passages import best_passage, coverage, is_question
from .queries import IS_PUBLIC

# An article further down, or with much less for it than the first result, is not the answer.
AMONG_FIRST = 3
OF_BEST_SCORE = 0.75
# Of what is telling in the question, the article must have this much.
LEAST_COVERAGE = 0.6

_article = Article.__table__.c
_ARTICLE = sa.select(*_article).where(IS_PUBLIC, _article.id == sa.bindparam("id"))


@dataclass(frozen=True, slots=True)
class Answer:
    """``passage`` is Markdown that stands so in the article; ``checked_on`` says when the article was last checked."""

    slug: str
    title: Text
    passage: Text
    checked_on: datetime.date


def answer_to(results: SearchResults, lang: str) -> Answer | None:
    """The answer to a question that was searched for; None for other texts, and where no article answers it."""
    if not is_question(results.query, lang):
        return None
    hit = _answering(results.hits)
    view = search_index().view(lang)
    if hit is None or view is None:
        return None
    found = read(_ARTICLE, id=hit.id)
    if not found or lang not in found[0].text:
        return None
    row, analyzer = found[0], analyzer_for(lang)
    wanted = {term: view.idf(term) for term in analyzer.terms(results.searched_for)}
    sayings = (*row.also_asked_as.get(lang, ()), *(row.situations or {}).get(lang, ()))
    texts = [str(text) for text in (pick(one, lang) for one in (row.title, row.summary, row.text)) if text]
    if coverage([*texts, *sayings], wanted, analyzer) < LEAST_COVERAGE:
        return None
    passage = best_passage(require(row.summary, lang), row.text[lang], wanted, analyzer)
    return Answer(row.slug, require(row.title, lang), Text(passage, lang), row.checked_on)


def _answering(hits: Sequence[Hit]) -> Hit | None:
    best = next((hit for hit in hits[:AMONG_FIRST] if hit.kind == "article"), None)
    return best if best and best.score >= OF_BEST_SCORE * hits[0].score else None
