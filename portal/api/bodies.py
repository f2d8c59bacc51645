"""Bodies of requests: JSON, read strictly, with a reason for every fault by its path."""

import datetime
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import abort, request

from ..errors import PortalError
from ..i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE
from ..intents.understanding.rules import MAX_CHARACTERS

MAX_HOUSEHOLDS = 100
# Each answer with all reasons for all services is large.
MAX_DETAILED_HOUSEHOLDS = 10
RECEIVING = "already_receiving"
# The rules are of our time; a date far from it is a mistake.
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
Errors = dict[str, list[str]]


class Refused(PortalError):
    """A body of the wrong shape; ``errors`` has reasons by path, such as ``facts.age`` or ``services.0``."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("the body has faults")
        self.errors = errors


@dataclass(frozen=True)
class Answers:
    """The answers of one home as they were sent, and the services that somebody in it gets already.

    ``on``: the day to look at, None for today.
    """

    facts: dict[str, Any]
    receiving: frozenset[str]
    on: datetime.date | None


@dataclass(frozen=True)
class ScreeningBody:
    """A request for one screening; ``services`` is None for all."""

    answers: Answers
    services: tuple[str, ...] | None
    lang: str


@dataclass(frozen=True)
class BulkBody:
    """A request for many screenings. A household whose answers cannot be read stands as its errors."""

    households: tuple[Answers | Errors, ...]
    services: tuple[str, ...] | None
    lang: str
    detail: bool


def json_body() -> Any:
    """The body of the request. Answers 415 for another type than JSON, 413 for too much, and 400 for no JSON."""
    if request.mimetype != "application/json":
        abort(415, "The content type must be application/json")
    try:
        return json.loads(request.get_data(cache=False), parse_constant=_no_number)
    except (ValueError, RecursionError):
        abort(400, "The body is not JSON")


@dataclass(frozen=True)
class TextBody:
    """Words to be understood, and the language that titles come in."""

    text: str
    lang: str


def text_body(document: Any) -> TextBody:
    """Words to be understood. Raises Refused."""
    errors: Errors = {}
    body = _members(document, ("text", "lang"), errors)
    text = body.get("text")
    if "" not in errors and not (isinstance(text, str) and 1 <= len(text.strip()) <= len(text) <= MAX_CHARACTERS):
        errors["text"] = [f"must be a text of 1 to {MAX_CHARACTERS} characters"]
    lang = _lang(body, errors)
    if errors:
        raise Refused(errors)
    return TextBody(str(text), lang)


def screening_body(document: Any, known: Collection[str]) -> ScreeningBody:
    """A request for one screening, ``known`` being the services that there are. Raises Refused."""
    errors: Errors = {}
    body = _members(document, ("facts", "services", "on", "lang"), errors)
    answers = _answers(body, known, errors)
    services = _services(body, known, errors)
    lang = _lang(body, errors)
    if errors:
        raise Refused(errors)
    return ScreeningBody(answers, services, lang)


def bulk_body(document: Any, known: Collection[str]) -> BulkBody:
    """A request for many screenings. Raises Refused for what concerns all of them."""
    errors: Errors = {}
    body = _members(document, ("households", "services", "detail", "lang"), errors)
    services = _services(body, known, errors)
    lang = _lang(body, errors)
    detail = body.get("detail") or False
    if not isinstance(detail, bool):
        errors["detail"] = ["must be true or false"]
    most = MAX_DETAILED_HOUSEHOLDS if detail else MAX_HOUSEHOLDS
    households = body.get("households")
    if not isinstance(households, list) or not 1 <= len(households) <= most:
        errors["households"] = [f"must be a list of 1 to {most} households{' with detail' if detail else ''}"]
    if errors:
        raise Refused(errors)
    return BulkBody(tuple(_household(one, known) for one in households or ()), services, lang, detail)


def _household(document: Any, known: Collection[str]) -> Answers | Errors:
    errors: Errors = {}
    answers = _answers(_members(document, ("facts", "on"), errors), known, errors)
    return errors or answers


def _members(document: Any, names: Collection[str], errors: Errors) -> dict[str, Any]:
    """The members of an object. One of an unknown name is a fault: a misspelt word must not change the question."""
    if not isinstance(document, dict):
        errors[""] = ["must be an object"]
        return {}
    for name in document:
        if name not in names:
            errors[name[:100]] = [f"is not one of {', '.join(names)}"]
    return document


def _answers(body: dict[str, Any], known: Collection[str], errors: Errors) -> Answers:
    facts = body.get("facts")
    if not isinstance(facts, dict):
        if "" not in errors:
            errors["facts"] = ["must be an object of answers by fact"]
        facts = {}
    receiving = _slugs(facts.get(RECEIVING), f"facts.{RECEIVING}", known, errors)
    answers = {key: answer for key, answer in facts.items() if key != RECEIVING}
    return Answers(answers, frozenset(receiving or ()), _on(body, errors))


def _services(body: dict[str, Any], known: Collection[str], errors: Errors) -> tuple[str, ...] | None:
    if body.get("services") == []:
        errors["services"] = ["must name a service, or be left out for all"]
    return _slugs(body.get("services"), "services", known, errors)


def _slugs(value: Any, path: str, known: Collection[str], errors: Errors) -> tuple[str, ...] | None:
    """The services that a list names, each once; None for no list."""
    if value is None:
        return None
    if not isinstance(value, list):
        errors[path] = ["must be a list of services by their slugs"]
        return None
    for number, slug in enumerate(value):
        if not isinstance(slug, str) or slug not in known:
            name = f": {slug[:100]}" if isinstance(slug, str) else ""
            errors[f"{path}.{number}"] = [f"is no service{name}"]
    return tuple(dict.fromkeys(slug for slug in value if isinstance(slug, str)))


def _on(body: dict[str, Any], errors: Errors) -> datetime.date | None:
    value = body.get("on")
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        day = datetime.date.fromisoformat(value)
        if FIRST_DAY <= day <= LAST_DAY:
            return day
    except ValueError:
        pass
    errors["on"] = [f"must be a date from {FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}"]
    return None


def _lang(body: dict[str, Any], errors: Errors) -> str:
    lang = body.get("lang")
    if lang is None:
        return DEFAULT_LANGUAGE
    if lang in CONTENT_LANGUAGES:
        return str(lang)
    errors["lang"] = [f"must be one of {', '.join(CONTENT_LANGUAGES)}"]
    return DEFAULT_LANGUAGE


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
