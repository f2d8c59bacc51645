"""What is wrong with a record before it can be published, and what could be better.

The schema is that of the content files, relaxed: what records from other catalogues may leave out may stay out.
"""

import functools
import json
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from ..caching import today
from ..catalogue.imports.merge import LINES, TEXTS, changed_units
from ..catalogue.models import Agency, Location, Parameter, Service
from ..eligibility.queries import rulebook
from ..eligibility.rules.checks import (
    fact_faults,
    household_faults,
    leaf_faults,
    parameter_faults,
    rule_faults,
    text_faults,
)
from ..eligibility.rules.facts import fact_from
from ..eligibility.rules.ruleset import Rulebook, ServiceRule, leaves_in
from ..eligibility.samples import service_rule
from ..extensions import db
from ..i18n import CONTENT_LANGUAGES
from ..intents.models import Intent, Profile
from ..knowledge.models import Article
from ..readability import grade, sentences
from . import kinds
from .article_templates import hints_left
from .record_forms import fields_of
from .rules import Kind, Record

SCHEMA = Path(__file__).parents[1] / "content" / "schema.json"
MAX_SENTENCE_WORDS = 20
MAX_GRADE = 8.0
# A grade of few words says nothing.
WORDS_FOR_GRADE = 30
_REQUIRED: dict[Kind, list[str]] = {
    "service": ["slug", "status", "agency", "title", "owner"],
    "intent": ["slug", "kind", "position", "title", "summary"],
    "profile": ["slug", "position", "title", "summary"],
    "article": ["slug", "status", "audience", "title", "summary", "text", "checked", "owner"],
    "agency": ["slug", "name"],
    "fact": ["slug", "about", "type", "question", "topic", "not_known"],
    "parameter": ["slug", "label", "unit", "values"],
}
# Facts and parameters are named by a key in the content files, and conditions name them by it.
_KEYED = ("fact", "parameter")
_SAY = {
    "slug": "Use small letters, digits and single hyphens",
    "key": "Use small letters, digits and underscores, a letter first",
    "date": "Enter a date such as 2026-11-22",
    "url": "Enter an address that begins with https:// or http://",
    "phone": "Enter digits and hyphens, such as 800-772-1213",
    "area": "Use codes such as US or US-CA",
}


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong or could be better, and at which input: ``title.en``, ``channels.0.phone``."""

    path: str
    message: str

    @property
    def unit(self) -> str:
        """The unit that the problem lies in."""
        name, *rest = self.path.split(".")
        return f"{name}.{rest[0]}" if name in TEXTS and rest else name


@dataclass(frozen=True)
class Findings:
    """``errors`` keep a record from being published; ``hints`` do not."""

    errors: list[Problem]
    hints: list[Problem]


def check(kind: Kind, record: Record, base: Record, *, record_id: int | None) -> Findings:
    """What is wrong with a record. A flaw in a unit that is as it was in ``base`` is only a hint."""
    found = sorted(
        {*_schema_problems(kind, record), *_slug_problems(kind, record, record_id), *_reference_problems(kind, record)}
    )
    changed = set(changed_units(base, record))
    errors = [one for one in found if one.unit in changed or (one.unit in TEXTS | LINES and _any_of(one.unit, changed))]
    missing = [one for one in found if one.path in _REQUIRED[kind] and not record.get(one.path)]
    errors = sorted({*errors, *missing})
    hints = {*(one for one in found if one not in errors), *_plain_words(kind, record)}
    return Findings(errors, sorted({*hints, *(_rule_hints(record) if kind == "service" else ())}))


def _any_of(name: str, changed: Collection[str]) -> bool:
    return any(unit.startswith(f"{name}.") for unit in changed)


@functools.cache
def _validator(kind: Kind) -> Draft202012Validator:
    definitions = deepcopy(json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"])
    definitions["url"]["pattern"] = r"^https?://[^\s/]+(/\S*)?$"
    definitions["phrases"].pop("required")
    schema = definitions[kind]
    if kind in _KEYED:
        schema["properties"]["slug"] = schema["properties"].pop("key")
    schema["required"] = _REQUIRED[kind]
    schema.pop("dependentRequired", None)
    if kind == "service":
        schema["properties"]["locations"] = {"type": "array", "items": {"type": "string"}}
        schema["properties"]["not_current"] = {"type": "boolean"}
        schema["properties"]["cost"].pop("required")
        schema["properties"]["areas"].pop("required")
    if kind == "intent":
        schema["properties"]["services"].pop("minItems")
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": definitions})


def _schema_problems(kind: Kind, record: Record) -> Iterator[Problem]:
    for error in _validator(kind).iter_errors(record):
        telling = (best_match(error.context) if error.context else None) or error
        path = [str(part) for part in (*error.absolute_path, *(() if telling is error else telling.relative_path))]
        if telling.validator == "required":
            path += [name for name in telling.validator_value if name not in telling.instance][:1]
        yield Problem(".".join(path), _words_for(telling, path))


def _words_for(error: ValidationError, path: list[str]) -> str:
    limit: Any = error.validator_value
    held: Any = error.instance
    match error.validator:
        case "required" if path[-1] in CONTENT_LANGUAGES:
            return "Enter the text in English"
        case "required":
            return f"Enter {path[-1].replace('_', ' ')}"
        case "pattern" | "format":
            return _SAY.get(_definition_of(error), f"{held!r} does not have the right form")
        case "maxLength":
            return f"Use at most {limit} characters; there are {len(held)}"
        case "maxItems":
            return f"Use at most {limit}"
        case "minLength":
            return f"Use at least {limit} characters"
        case "enum":
            return f"Choose one of {', '.join(map(str, limit))}"
        case "additionalProperties":
            return f"There is something here that has no place: {error.message[:200]}"
        case "minProperties":
            return "Give at least one way to reach it"
    return error.message[:300]


def _definition_of(error: ValidationError) -> str:
    """The name of the definition whose pattern a text does not have."""
    definitions: dict[str, Any] = _all_definitions()
    return next((name for name in _SAY if definitions[name].get("pattern") == error.validator_value), "url")


@functools.cache
def _all_definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return found


def _slug_problems(kind: Kind, record: Record, record_id: int | None) -> Iterator[Problem]:
    model: Any = kinds.ALL[kind].model
    old = [one for one in record.get("old_slugs", []) if isinstance(one, str)]
    for row in db.session.execute(sa.select(model.slug, model.id).where(model.slug.in_([record.get("slug"), *old]))):
        if row.id != record_id:
            former = "former " if row.slug in old else ""
            yield Problem("slug", f"Another {kind} has the {former}slug {row.slug}")


def _reference_problems(kind: Kind, record: Record) -> Iterator[Problem]:
    slug = record.get("slug")
    if kind in ("agency", "intent") and slug and record.get("parent") == slug:
        yield Problem("parent", "It cannot be part of itself")
    for path, name, is_known in _names(kind, record):
        if not is_known:
            yield Problem(path, f"There is no {name!r}")
    match kind:
        case "service":
            start, end = record.get("valid_from"), record.get("valid_to")
            if start and end and start > end:
                yield Problem("valid_to", "It ends before it begins")
            yield from _rule_problems(record)
        case "fact":
            yield from _fact_problems(record)
        case "parameter":
            yield from _parameter_problems(record)
        case "article":
            yield from _merging_problems(record)
            yield from _template_problems(record)
        case "intent":
            yield from _bundle_problems(record)


def _template_problems(record: Record) -> Iterator[Problem]:
    for path, hint in hints_left(record):
        yield Problem(path, f"A hint of the template is still here: {hint[:80]}")


def _merging_problems(record: Record) -> Iterator[Problem]:
    """An article is merged into one that stays, for the same readers."""
    into = record.get("merged_into")
    if not isinstance(into, str):
        return
    if record.get("status") != "archived":
        yield Problem("merged_into", "Only an archived article is merged into another")
    if into == record.get("slug"):
        yield Problem("merged_into", "It cannot be merged into itself")
        return
    stays = db.session.execute(sa.select(Article.status, Article.audience).where(Article.slug == into)).one_or_none()
    if stays is not None and stays.status == "archived":
        yield Problem("merged_into", f"{into} is archived or merged itself. Choose the article that stays")
    if stays is not None and stays.audience != record.get("audience"):
        yield Problem("merged_into", f"{into} is for other readers. Make both for the same readers first")


def _bundle_problems(record: Record) -> Iterator[Problem]:
    pairs = [(row.get("service"), row.get("profile")) for row in record.get("services", [])]
    for number, pair in enumerate(pairs):
        if pair in pairs[:number]:
            yield Problem(f"services.{number}.service", "This service stands here twice")


def _names(kind: Kind, record: Record) -> Iterator[tuple[str, str, bool]]:
    """(path, name, whether there is such a record) of everything that a record refers to."""
    listed: list[tuple[str, str, type[Any]]] = []

    def add(path: str, value: Any, model: type[Any]) -> None:
        values = value if isinstance(value, list) else [value]
        listed.extend((path, one, model) for one in values if isinstance(one, str))

    match kind:
        case "service":
            for path, model in (("agency", Agency), ("delivered_with", Agency), ("profiles", Profile)):
                add(path, record.get(path), model)
            add("locations", record.get("locations"), Location)
            add("amounts", record.get("amounts"), Parameter)
        case "article":
            add("services", record.get("services"), Service)
            add("intents", record.get("intents"), Intent)
            add("merged_into", record.get("merged_into"), Article)
        case "intent":
            add("parent", record.get("parent"), Intent)
            add("related", record.get("related"), Intent)
            for number, row in enumerate(record.get("services", [])):
                add(f"services.{number}.service", row.get("service"), Service)
                add(f"services.{number}.profile", row.get("profile"), Profile)
        case "agency":
            add("parent", record.get("parent"), Agency)
    known = {model: _known(model, {name for _, name, one in listed if one is model}) for _, _, model in listed}
    for path, name, model in listed:
        yield path, name, name in known[model]


def _known(model: type[Any], names: Collection[str]) -> set[str]:
    column: Any = Location.uid if model is Location else model.slug
    return set(db.session.scalars(sa.select(column).where(column.in_(names))))


def _rule_problems(record: Record) -> Iterator[Problem]:
    """Faults of a rule that the schema allows, and sample people of whom it does not say what is expected."""
    made = _rule_alone(record)
    if made is None:
        return
    book, rule = made
    found = False
    for path, reason in rule_faults(book, rule, today()):
        found = True
        yield Problem("eligibility", f"{path}: {reason}" if path else reason)
    households = record.get("households", [])
    if not found and not _breaks_schema("samples", households):
        for name, reason in household_faults(book, rule, households, today(), complete=False):
            yield Problem("households", f"{name}: {reason}")


def _rule_alone(record: Record) -> tuple[Rulebook, ServiceRule] | None:
    """The rule of a service, and a rulebook with it alone; None where there is none that could be made."""
    if _breaks_schema("criterion", record.get("eligibility")) or _breaks_schema("condition", record.get("already")):
        return None
    rule, book = service_rule(record), rulebook()
    return (Rulebook(book.facts, book.parameters, [rule]), rule) if rule else None


def _rule_hints(record: Record) -> Iterator[Problem]:
    """Texts and sample people that a rule still lacks."""
    made = _rule_alone(record)
    if made is None or _breaks_schema("samples", record.get("households")) or any(rule_faults(*made, today())):
        return
    book, rule = made
    for path, reason in text_faults(book, rule, CONTENT_LANGUAGES):
        yield Problem("eligibility", f"{path}: {reason}")
    for name, reason in household_faults(book, rule, record.get("households", []), today()):
        if not name:
            yield Problem("households", reason)


def _fact_problems(record: Record) -> Iterator[Problem]:
    if _breaks_schema("fact", kinds.by_key(record)):
        return
    fact, book = fact_from(kinds.by_key(record)), rulebook()
    facts = book.facts | {fact.key: fact}
    for reason in fact_faults(fact, facts):
        yield Problem("only_if" if "only_if" in reason else "question", reason)
    for rule in book.rules:
        for leaf in (*leaves_in(rule.criterion), *leaves_in(rule.already or {})):
            for reason in leaf_faults(leaf, facts, book.parameters) if leaf.get("fact") == fact.key else ():
                yield Problem("type", f"The rule of {rule.service} would not fit any more: {reason}")


def _parameter_problems(record: Record) -> Iterator[Problem]:
    if not _breaks_schema("parameter", kinds.by_key(record)):
        for reason in parameter_faults(record, today()):
            yield Problem("values", reason)


def _breaks_schema(name: str, value: Any) -> bool:
    """Whether a part is not of the shape that the rules can be made from; its breaches are told elsewhere."""
    return bool(value) and not _part_validator(name).is_valid(value)


@functools.cache
def _part_validator(name: str) -> Draft202012Validator:
    definitions = _all_definitions()
    schema = {"type": "array", "items": definitions["household"]} if name == "samples" else definitions[name]
    return Draft202012Validator({**schema, "$defs": definitions})


def _plain_words(kind: Kind, record: Record) -> Iterator[Problem]:
    for one in fields_of(kind):
        value = record.get(one.name)
        if one.shape not in ("line", "text") or not isinstance(value, dict):
            continue
        if one.name in ("title", "official_name", "name", "short_name", "url", "staff_text"):
            continue
        for lang, text in value.items():
            if lang not in CONTENT_LANGUAGES or not isinstance(text, str):
                continue
            found = sentences(text)
            for words in found:
                if len(words) > MAX_SENTENCE_WORDS:
                    start = " ".join(words[:6])
                    yield Problem(f"{one.name}.{lang}", f"A sentence has {len(words)} words: “{start}…”")
            score = grade(text, lang)
            if sum(map(len, found)) >= WORDS_FOR_GRADE and score > MAX_GRADE:
                yield Problem(f"{one.name}.{lang}", f"Reading grade {score:.1f}: more than {MAX_GRADE:.0f}")
