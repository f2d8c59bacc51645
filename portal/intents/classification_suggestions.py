"""Profiles and intents that the text of a service suggests, each with the words that speak for it.

They are for editors to accept or not; nothing is ever classified by them alone.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from ..caching import kept_for_version
from ..catalogue.models import Service
from ..database import read
from ..i18n import Text, content_language, pick, require
from ..search.analysis import Analyzer, analyzer_for
from ..search.index import search_index
from .models import Intent, Profile

Kind = Literal["profile", "intent"]
AT_MOST = 3
# A text must have so much of what is telling about a profile or intent, and so much of what it has of the best one.
LEAST = 0.6
LEAST_TERMS = 2
# A term weighs in full from so much of the rarest term's idf among all documents on.
RARE = 0.35
LEAST_OF_BEST = 0.5
EVIDENCE = 5
_TITLE, _PHRASE, _SUMMARY = 2.0, 1.5, 1.0
_service = Service.__table__.c
_TEXTS = (_service.title, _service.summary, _service.who, _service.benefit)
_TEXTS_OF_SERVICE = sa.select(*_TEXTS).where(_service.id == sa.bindparam("service_id"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A profile or intent that a text may belong to. ``evidence``: the words of the text that say so, in order."""

    kind: Kind
    slug: str
    title: Text
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: Kind
    slug: str
    title: Text
    terms: Mapping[str, float]


def suggest(service: int | str, lang: str) -> list[Suggestion]:
    """At most three profiles and three intents that a service (by id) or a text suggests, the best of each kind first.

    The same text gives the same suggestions while content and index stay. Texts of a service that are not in ``lang``
    are read in their own language.
    """
    suggester = Suggester(lang)
    if isinstance(service, str):
        return suggester.of_text(Text(service, content_language(lang)), "")
    found = read(_TEXTS_OF_SERVICE, service_id=service)
    return suggester.of_service(found[0]) if found else []


class Suggester:
    """Makes suggestions of some kinds for readers of a language, for many services in few queries."""

    def __init__(self, lang: str, kinds: tuple[Kind, ...] = ("profile", "intent")) -> None:
        self.lang = lang
        self.kinds = kinds
        self._candidates: dict[str, list[_Candidate]] = {}

    def of_service(self, row: Any) -> list[Suggestion]:
        """For a row with the title, summary, who and benefit of a service: its texts in the language of the title."""
        title = require(row.title, content_language(self.lang))
        texts = (pick(text, title.lang) for text in (row.summary, row.who, row.benefit))
        return self.of_text(title, "\n".join(text for text in texts if text and text.lang == title.lang))

    def of_text(self, title: Text, text: str) -> list[Suggestion]:
        """For a title and a text in its language. Words of the title count more."""
        if title.lang not in self._candidates:
            self._candidates[title.lang] = _candidates(title.lang, self.lang)
        analyzer = analyzer_for(title.lang)
        counts = Counter(analyzer.terms(text))
        counts.update(analyzer.terms(title) * 2)
        found = []
        for kind in self.kinds:
            scored = []
            for one in self._candidates[title.lang]:
                shares = {
                    term: (1 + math.log(counts[term])) * one.terms[term] for term in one.terms.keys() & counts.keys()
                }
                if one.kind == kind and len(shares) >= LEAST_TERMS and sum(shares.values()) >= LEAST:
                    scored.append((sum(shares.values()), one, shares))
            scored.sort(key=lambda entry: (-entry[0], entry[1].slug))
            for score, one, shares in scored[:AT_MOST]:
                if score >= LEAST_OF_BEST * scored[0][0]:
                    evidence = _evidence(analyzer, f"{title}\n{text}", shares)
                    found.append(Suggestion(one.kind, one.slug, one.title, evidence))
        return found


def _evidence(analyzer: Analyzer, text: str, shares: Mapping[str, float]) -> tuple[str, ...]:
    """The words of a text that say most, each as it stands where it comes first."""
    telling = sorted(shares, key=lambda term: (-shares[term], term))[:EVIDENCE]
    words: dict[str, str] = {}
    for start, end, term in analyzer.find(text, telling):
        words.setdefault(term, text[start:end])
    return tuple(words.values())


@kept_for_version
def _candidates(lang: str, shown: str) -> list[_Candidate]:
    """Profiles and intents with how telling each term of their own words is, in ``lang``; titles are for ``shown``."""
    analyzer = analyzer_for(lang)
    rows: list[tuple[Kind, Any, dict[str, float]]] = []
    tables: tuple[tuple[Kind, Any], ...] = (("profile", Profile.__table__), ("intent", Intent.__table__))
    for kind, table in tables:
        for row in read(sa.select(*table.c).order_by(table.c.position, table.c.slug)):
            synonyms = row.synonyms if kind == "intent" else None
            phrases = [phrase for words in (row.also_asked_as, synonyms or {}) for phrase in words.get(lang, ())]
            weights: dict[str, float] = defaultdict(float)
            _add(weights, analyzer.terms(row.title.get(lang, "")), _TITLE)
            _add(weights, analyzer.terms(row.summary.get(lang, "")), _SUMMARY)
            _add(weights, (term for phrase in phrases for term in set(analyzer.terms(phrase))), _PHRASE)
            rows.append((kind, row, weights))
    having = Counter(term for _, _, weights in rows for term in weights)
    # "Service" tells profiles apart and is in every second text all the same: what is common there weighs little.
    view = search_index().view(lang)
    idf = {term: view.idf(term) if view else 1.0 for term in having}
    full = RARE * max(idf.values(), default=1.0)
    rare = {term: min(1.0, value / full) for term, value in idf.items()}
    found = []
    for kind, row, weights in rows:
        telling = {
            term: rare[term]
            * (1 + math.log(weight))
            * math.log(1 + (len(rows) - having[term] + 0.5) / (having[term] + 0.5))
            for term, weight in weights.items()
        }
        length = math.sqrt(sum(value * value for value in telling.values())) or 1.0
        title = require(row.title, shown)
        found.append(_Candidate(kind, row.slug, title, {term: value / length for term, value in telling.items()}))
    return found


def _add(weights: dict[str, float], terms: Iterable[str], weight: float) -> None:
    for term in terms:
        weights[term] += weight
