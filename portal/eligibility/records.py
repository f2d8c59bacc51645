"""Results, their reasons, questions and facts as records that JSON can carry, in one language of the content.

A reason is told twice: ``criteria`` lists the conditions with what the answers make of each, and ``explanation`` is the
tree that joins them, from which the whole can be computed again. Texts fall back to another language.
"""

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from ..i18n import pick
from .rules.conditions import Amount, Test
from .rules.facts import Fact
from .rules.households import Household, Where
from .rules.nodes import Leaf, Node
from .rules.questions import NextQuestion, Remaining
from .rules.ruleset import Rule, Rulebook
from .rules.screening import Explanation, Result, answer_of, source_of

Record = dict[str, Any]
_AMOUNT = ("value", "each_further", "from", "citation", "url")
# Where a service is offered is a condition that nobody wrote a text for.
PLACE_TEXTS = {
    "met": {"en": "It is offered where you live.", "es": "Se ofrece donde usted vive."},
    "not_met": {"en": "It is not offered where you live.", "es": "No se ofrece donde usted vive."},
    "not_known": {"en": "We do not know where you live.", "es": "No sabemos dónde vive usted."},
}
# No condition of the rule holds on the day that was asked for.
NO_RULE_TEXT = {
    "en": "We do not know the rules for this day. Ask the agency.",
    "es": "No conocemos las reglas para este día. Pregunte a la agencia.",
}


def result_record(result: Result, lang: str) -> Record:
    """What can be said about a service, without its reasons."""
    return {
        "service": result.service,
        "state": result.state.value,
        "missing": [where_record(where) for where in result.missing],
        "likely_from": _iso(result.likely_from),
        "earliest": _iso(result.earliest),
        "change": [{"fact": leaf.test.fact.key, "text": condition_text(leaf, "met", lang)} for leaf in result.change],
        "opens": _iso(result.opens),
    }


@dataclass(frozen=True)
class Telling:
    """What reasons are told of: the answers of a home, looked at on a day, in a language."""

    book: Rulebook
    home: Household
    on: datetime.date
    lang: str


def reasons_record(explanation: Explanation, rule: Rule, telling: Telling) -> Record:
    """``criteria`` and ``explanation`` of a rule; a condition of the tree names its criterion by its index."""
    criteria: list[Record] = []
    numbers: dict[tuple[int, int], int] = {}

    def tree(node: Explanation) -> Record:
        if node.leaf is None:
            record: Record = {"kind": node.kind, "value": node.value, "parts": [tree(part) for part in node.parts]}
            if node.kind == "at_least":
                record["wanted"] = node.wanted
            if node.kind == "some_person":
                record["open"] = node.open
            return record
        # The same condition of the home stands below every person of a some_person.
        key = id(node.leaf), node.person
        if key not in numbers:
            numbers[key] = len(criteria)
            criteria.append(_criterion_record(node.leaf, node.value, node.person, rule, telling))
        return {"kind": "condition", "value": node.value, "criterion": numbers[key]}

    explained = tree(explanation)
    return {"criteria": criteria, "explanation": explained}


def condition_text(node: Node, state: str, lang: str) -> str:
    """What a condition says of somebody when it is met, not_met or not_known."""
    record = node.record
    if record is None:
        return pick(NO_RULE_TEXT, lang) or ""
    own = {"met": (), "not_met": (record.get("not_met"),), "not_known": (record.get("not_known"),)}[state]
    about_fact = (node.test.fact.not_known,) if state == "not_known" and isinstance(node, Leaf) else ()
    for texts in (*own, *about_fact, record.get("text"), PLACE_TEXTS[state]):
        found = pick(texts, lang)
        if found is not None:
            return found
    return ""


def question_record(question: NextQuestion, book: Rulebook, lang: str) -> Record:
    """The next question: of the person who answers, or of another person of the home by number."""
    key, person = question.where
    fact = book.facts[key]
    return {
        **where_record(question.where),
        "question": pick(fact.question_other if person else None, lang) or pick(fact.question, lang),
        **_answer_record(fact, lang),
        "services": len(question.services),
        "which": list(question.services),
    }


def remaining_record(remaining: Remaining) -> Record:
    """The range of the questions that are left."""
    return {"least": remaining.least, "most": remaining.most}


def fact_record(fact: Fact, lang: str) -> Record:
    """Everything that somebody needs to ask for a fact and to give an answer that will be taken."""
    return {
        "key": fact.key,
        "about": fact.about,
        "topic": fact.topic,
        "question": pick(fact.question, lang),
        "question_other": pick(fact.question_other, lang),
        **_answer_record(fact, lang),
        "min": fact.min,
        "max": fact.max,
        "bands": list(fact.bands),
        "sensitivity": fact.sensitivity,
        "only_if": fact.only_if,
    }


def where_record(where: Where) -> Record:
    """A fact and whose: 0 is who answers, 1 the first of the other people of the home."""
    return {"fact": where[0], "person": where[1]}


def rules_digest(book: Rulebook) -> str:
    """A short name of all facts, amounts and rules: the same answers on the same day give the same results with it."""
    parts = [
        [asdict(fact) for fact in book.facts.values()],
        book.parameters,
        [asdict(rule) for rule in book.rules],
    ]
    text = json.dumps(parts, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _answer_record(fact: Fact, lang: str) -> Record:
    return {
        "hint": pick(fact.hint, lang),
        "why": pick(fact.why, lang),
        "type": fact.type,
        "unit": fact.unit,
        "values": {key: pick(texts, lang) for key, texts in fact.values.items()},
        "non_answers": list(fact.non_answers),
    }


def _criterion_record(node: Node, state: str, person: int, rule: Rule, telling: Telling) -> Record:
    """A condition; its fact is None where only the agency can tell, or everybody can have it."""
    leaf = node if isinstance(node, Leaf) else None
    source = source_of(rule, node.record)
    return {
        "fact": leaf.test.fact.key if leaf else None,
        "person": person,
        "state": state,
        "text": condition_text(node, state, telling.lang),
        "answer": answer_of(telling.home, leaf, person) if leaf else None,
        "source": {name: source.get(name) for name in ("title", "url", "checked")} if source else None,
        "parameter": _parameter_record(leaf.test, telling) if leaf else None,
    }


def _parameter_record(test: Test, telling: Telling) -> Record | None:
    """The amount that a condition compares with. Its value is None where nobody has said what holds on that day."""
    if not isinstance(test.value, dict) or "parameter" not in test.value:
        return None
    key = test.value["parameter"]
    parameter = telling.book.parameters.get(key, {})
    known = _amount_record(test.amount) if test.amount else dict.fromkeys(_AMOUNT)
    return {
        "key": key,
        "label": pick(parameter.get("label"), telling.lang),
        "unit": parameter.get("unit"),
        **known,
        "percent": test.value.get("percent", 100),
        "size": test.value.get("size"),
        "here": _amount_here(test, telling),
    }


def _amount_here(test: Test, telling: Telling) -> float | None:
    """What it comes to for this home, in the unit of the fact; None where that is not known."""
    limit = test.limit(telling.on, telling.home.size) if test.limit else None
    return round(limit.low / test.fact.period, 2) if limit and limit.low == limit.high else None


def _amount_record(amount: Amount) -> Record:
    """The members that ``_AMOUNT`` names."""
    return {
        "value": amount.value,
        "each_further": amount.each_further,
        "from": amount.since,
        "citation": amount.citation,
        "url": amount.url,
    }


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value.isoformat()
