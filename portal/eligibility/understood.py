"""Facts that were understood from somebody's words: offered on the questions' pages, never taken as answers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..caching import today
from ..i18n import Text
from ..intents.understanding.rules import Finding
from .queries import facts
from .rules.facts import Fact, InvalidAnswer, read_answer
from .store import Understood
from .words import answer_words, question_text

MAX_FACTS = 20
MAX_FIELD = 400
MAX_WORDS = 120


@dataclass(frozen=True)
class UnderstoodFact:
    """A fact as somebody may confirm it. ``field`` is what a form sends to take it along."""

    key: str
    value: Any
    question: Text | str
    answer: str
    sensitive: bool
    words: tuple[str, ...]
    confidence: float
    field: str


def understood_facts(findings: Iterable[Finding], text: str, lang: str) -> list[UnderstoodFact]:
    """The facts among the findings that this portal asks for and that can have the value found, in the same order."""
    known = facts()
    return [
        UnderstoodFact(
            one.key,
            one.value,
            question_text(known[one.key], 0, lang),
            answer_words(known[one.key], one.value, lang),
            one.sensitive or known[one.key].sensitivity == "sensitive",
            one.evidence(text),
            one.confidence,
            json.dumps([one.key, one.value, " … ".join(one.evidence(text))[:MAX_WORDS]], ensure_ascii=False),
        )
        for one in findings
        if one.kind == "fact" and one.key in known and is_possible(known[one.key], one.value)
    ]


def facts_taken_along(fields: Iterable[str]) -> dict[str, Understood]:
    """What the fields of a form take along, by fact; anything else than what ``understood_facts`` gives is left out."""
    known, taken = facts(), {}
    for field in list(fields)[:MAX_FACTS]:
        try:
            key, value, words = json.loads(field) if len(field) <= MAX_FIELD else ("", None, "")
        except (ValueError, TypeError, RecursionError):
            continue
        if isinstance(key, str) and isinstance(words, str) and key in known and is_possible(known[key], value):
            taken[key] = Understood(value, words[:MAX_WORDS])
    return taken


def is_possible(fact: Fact, value: Any) -> bool:
    """Whether a fact can be answered so."""
    try:
        read_answer(fact, value, today())
    except InvalidAnswer:
        return False
    return True
