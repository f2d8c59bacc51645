"""The form of each kind of record: its fields, how a value becomes the texts of inputs, and how it is read back.

An input is named by its place in the record: ``title.en``, ``channels.0.phone``. Everything works without script: rows
of a list are as many as there are values and a few empty ones; an empty row is none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import yaml

from ..catalogue.imports.merge import TEXTS
from ..i18n import CONTENT_LANGUAGES
from ..plain_yaml import BadYaml, parse
from .rules import Kind, Record

Shape = Literal[
    "word",  # one line of text that is the same in all languages
    "line",  # one line in each language
    "text",  # several lines of Markdown in each language
    "phrases",  # in each language a list, one on each line
    "slugs",  # a list, one on each line
    "checks",  # a list, chosen from a few
    "choice",  # one of a few
    "flag",  # yes or nothing
    "number",  # a whole number
    "hours",  # opening hours, one on each line
    "yaml",  # anything, checked by the schema
    "lines",  # a list of lines in each language
    "rows",  # a list of mappings with ``parts``
    "group",  # one mapping with ``parts``
]
MAX_ROWS = 200
MORE_ROWS = 3
_HOURS = re.compile(
    r"(?P<days>[a-z]{2}(?:[-, ]+[a-z]{2})*)"
    r"(?:\s+(?P<opens>\d\d:\d\d)\s*-\s*(?P<closes>\d\d:\d\d)(?:\s+(?P<zone>\S+))?)?"
)
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@dataclass(frozen=True)
class Field:
    """One field. ``choices`` names a list that the page provides; ``fixed``: only a new record can have another."""

    name: str
    label: str
    shape: Shape
    hint: str = ""
    parts: tuple["Field", ...] = ()
    choices: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Section:
    """Fields that belong together under a heading."""

    title: str
    fields: tuple[Field, ...]


_HOURS_HINT = (
    "One on each line: days, times and time zone, such as mo-fr 08:00-17:00 America/New_York. "
    "Zones: America/New_York, America/Chicago, America/Denver, America/Los_Angeles, or local."
)
_DATE_HINT = "Such as 2026-11-22"
_PHONE_HINT = "Digits and hyphens, such as 800-772-1213"
_SLUG_HINT = "The last part of the address: small letters, digits and hyphens."
_MOVED_HINT = f"{_SLUG_HINT} The one before goes on leading here."

_CONTACT = (
    Field("label", "Name", "line"),
    Field("phone", "Telephone", "word", _PHONE_HINT),
    Field("tty", "TTY", "word"),
    Field("text_to", "Number for text messages", "word"),
    Field("email", "E-mail", "word"),
    Field("url", "Web address", "line"),
    Field("hours", "Hours", "hours", _HOURS_HINT),
    Field("languages", "Languages spoken", "slugs", "Codes such as en or es, one on each line"),
)
_SOURCE = (
    Field("key", "Short key", "word", "Conditions name their source by it: small letters, digits, underscores"),
    Field("title", "Title", "word"),
    Field("url", "Web address", "word"),
    Field("edition", "Date of the edition", "word", _DATE_HINT),
    Field("checked", "Compared with our text on", "word", _DATE_HINT),
)
_FINDING = Section(
    "How people find it",
    (
        Field("also_asked_as", "Also asked as", "phrases", "Short words that people use, one on each line"),
        Field("situations", "Situations", "phrases", "What people say about themselves, one sentence on each line"),
    ),
)
_KEEPING = Section(
    "Keeping it right",
    (
        Field("sources", "Sources", "rows", "What our text was compared with", _SOURCE),
        Field("checked", "Last checked", "word", f"The day someone last compared it with the sources. {_DATE_HINT}"),
        Field("owner", "Who looks after it", "word"),
        Field("sensitive", "Sensitive: show the way to leave the page at once", "flag"),
    ),
)
_STATUS = Field("status", "Status", "choice", choices="status")

FORMS: dict[Kind, tuple[Section, ...]] = {
    "service": (
        Section(
            "What it is",
            (
                Field("title", "Title", "line", "What one gets, in plain words, up to 400 characters"),
                Field("official_name", "Official name", "line"),
                Field("summary", "Summary", "line"),
                Field("slug", "Slug", "word", _MOVED_HINT),
                _STATUS,
                Field("agency", "Responsible agency", "choice", choices="agencies"),
                Field("delivered_with", "Delivered with", "slugs", "Slugs of other agencies, one on each line"),
                Field("url", "Official page", "line", "Begins with https://"),
                Field("valid_from", "Offered from", "word", _DATE_HINT),
                Field("valid_to", "Offered until", "word", _DATE_HINT),
            ),
        ),
        Section(
            "Who can get it",
            (
                Field("who", "Who can get it", "text"),
                Field("profiles", "Profiles it matters to", "checks", choices="profiles"),
                Field("profiles_only", "For these profiles alone", "flag"),
                Field(
                    "eligibility",
                    "Conditions that the portal can check",
                    "yaml",
                    "In YAML: a condition, or all, any, not, at_least and of, some_person. Each names its source.",
                ),
                Field(
                    "areas",
                    "Where it is offered",
                    "group",
                    "Codes such as US or US-CA, one on each line",
                    (Field("include", "In", "slugs"), Field("exclude", "But not in", "slugs")),
                ),
            ),
        ),
        Section(
            "What one gets",
            (
                Field("benefit", "What one gets", "text"),
                Field("outputs", "Results, one each", "lines"),
                Field("amounts", "Amounts to show", "slugs", "Keys of parameters, one on each line"),
            ),
        ),
        Section(
            "How to get it",
            (
                Field("how", "How to apply", "text"),
                Field(
                    "channels",
                    "Ways to apply",
                    "rows",
                    parts=(
                        Field("kind", "Kind", "choice", choices="channels"),
                        Field("text", "What to do", "text"),
                        Field("url", "Web address", "line"),
                        Field("phone", "Telephone", "word", _PHONE_HINT),
                        Field("tty", "TTY", "word"),
                        Field("address", "Postal address", "word"),
                        Field("hours", "Hours", "hours", _HOURS_HINT),
                    ),
                ),
                Field(
                    "cost",
                    "Cost",
                    "group",
                    parts=(
                        Field("free", "Is it free?", "choice", choices="free"),
                        Field("text", "What it costs", "line"),
                    ),
                ),
                Field("processing_time", "How long it takes", "line"),
                Field("documents", "Documents needed, one each", "lines"),
                Field("appeal", "If one disagrees", "text"),
                Field("contacts", "Who to ask", "rows", parts=_CONTACT),
                Field("locations", "Places", "slugs", "Identifiers of locations, one on each line"),
            ),
        ),
        _FINDING,
        replace(
            _KEEPING,
            fields=(
                *_KEEPING.fields,
                Field("not_current", "The source says that addresses and numbers may be out of date", "flag"),
                Field(
                    "legal_basis",
                    "Legal basis",
                    "rows",
                    parts=(Field("citation", "Citation", "word"), Field("url", "Web address", "word")),
                ),
            ),
        ),
    ),
    "intent": (
        Section(
            "What it is",
            (
                Field("title", "Title", "line"),
                Field("summary", "Summary", "line"),
                Field("first", "What to do first", "text"),
                Field("slug", "Slug", "word", _MOVED_HINT),
                Field("kind", "Kind", "choice", choices="intent_kinds"),
                Field("parent", "Part of", "choice", choices="intents"),
                Field("position", "Place in the list", "number"),
                Field("sensitive", "Sensitive: show the way to leave the page at once", "flag"),
            ),
        ),
        Section(
            "The bundle",
            (
                Field(
                    "services",
                    "Steps of the journey",
                    "rows",
                    "In the order of the journey; the place decides",
                    (
                        Field("service", "Service", "word", "Its slug"),
                        Field("step", "Step", "choice", choices="steps"),
                        Field("profile", "Only for", "choice", choices="profiles"),
                        Field("by", "By when", "line"),
                        Field("reason", "Why it belongs here", "line"),
                    ),
                ),
                Field("contacts", "Who to ask", "rows", parts=_CONTACT),
                Field("related", "Often comes with", "slugs", "Slugs of intents, one on each line"),
            ),
        ),
        replace(
            _FINDING,
            fields=(*_FINDING.fields, Field("synonyms", "Synonyms", "phrases", "Single words, one on each line")),
        ),
    ),
    "profile": (
        Section(
            "What it is",
            (
                Field("title", "Title", "line"),
                Field("summary", "Summary", "line"),
                Field("slug", "Slug", "word", _SLUG_HINT, fixed=True),
                Field("position", "Place in the list", "number"),
            ),
        ),
        _FINDING,
    ),
    "article": (
        Section(
            "The article",
            (
                Field("title", "Title", "line"),
                Field("summary", "Summary", "line"),
                Field("text", "Text for the public", "text"),
                Field("staff_text", "Text for staff", "text"),
                Field("slug", "Slug", "word", _MOVED_HINT),
                _STATUS,
                Field("services", "Services it is about", "slugs", "Slugs, one on each line"),
                Field("intents", "Intents it answers", "slugs", "Slugs, one on each line"),
            ),
        ),
        _FINDING,
        _KEEPING,
    ),
    "agency": (
        Section(
            "The agency",
            (
                Field("name", "Name", "line"),
                Field("short_name", "Short name", "line"),
                Field("summary", "Summary", "line"),
                Field("url", "Web site", "line"),
                Field("slug", "Slug", "word", _SLUG_HINT, fixed=True),
                Field("parent", "Part of", "choice", choices="agencies"),
                Field("contacts", "Who to ask", "rows", parts=_CONTACT),
            ),
        ),
    ),
}


def fields_of(kind: Kind) -> Iterator[Field]:
    """All fields of a form, in order."""
    for section in FORMS[kind]:
        yield from section.fields


def shown(kind: Kind, record: Record) -> dict[str, str]:
    """The texts of all inputs for a record, by the names of the inputs."""
    texts: dict[str, str] = {}
    for one in fields_of(kind):
        _show(one, record.get(one.name), one.name, texts)
    return texts


def read_form(
    kind: Kind, form: Mapping[str, str], record: Record, *, is_new: bool = False
) -> tuple[Record, dict[str, str]]:
    """The record with what was typed, and what could not be understood, by the names of the inputs.

    What the form does not show stays as it is in ``record``, and so does what differs by blanks around a text alone.
    """
    errors: dict[str, str] = {}
    values = dict(record)
    for one in fields_of(kind):
        if one.fixed and not is_new:
            continue
        old, new = record.get(one.name), _read(one, form, one.name, errors)
        if one.shape in ("line", "text", "phrases") and isinstance(old, dict):
            new = {lang: _unless_same(old.get(lang), text) for lang, text in new.items()}
        new = _unless_same(old, new)
        values.pop(one.name, None)
        if not _is_empty(new):
            values[one.name] = new
    return values, errors


def unit_names(kind: Kind) -> list[str]:
    """The units that a form shows: fields, or one language of a field."""
    names = []
    for one in fields_of(kind):
        names += [f"{one.name}.{lang}" for lang in CONTENT_LANGUAGES] if one.name in TEXTS else [one.name]
    return names


def read_text(typed: str, examples: Iterable[Any]) -> tuple[Any, str | None]:
    """(value, what is wrong) of a unit that was typed as ``rules.as_text`` writes it; ``examples`` are other values."""
    typed = typed.replace("\r\n", "\n").strip()
    told = [one for one in examples if not _is_empty(one)]
    if all(isinstance(one, str) for one in told):
        return typed, None
    if all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in told):
        return _lines(typed), None
    errors: dict[str, str] = {}
    value = _yaml({"yes": "true", "no": "false"}.get(typed, typed), "", errors)
    return value, errors.get("")


def row_count(texts: Mapping[str, str], prefix: str) -> int:
    """How many rows of a list there are inputs for."""
    numbers = {name[len(prefix) + 1 :].split(".", 1)[0] for name in texts if name.startswith(f"{prefix}.")}
    return min(max((int(one) + 1 for one in numbers if one.isdecimal() and len(one) < 4), default=0), MAX_ROWS)


def _show(one: Field, value: Any, name: str, texts: dict[str, str]) -> None:
    if _is_empty(value):
        return
    if one.shape in _MAPPED:
        texts |= {f"{name}.{key}": text for key, text in _MAPPED[one.shape](value).items()}
    elif one.shape in ("rows", "group"):
        for prefix, held in [(name, value)] if one.shape == "group" else _numbered(name, value):
            for part in one.parts:
                _show(part, held.get(part.name), f"{prefix}.{part.name}", texts)
    else:
        texts[name] = _WRITTEN.get(one.shape, str)(value)


def _numbered(name: str, values: list[Any]) -> list[tuple[str, Any]]:
    return [(f"{name}.{number}", value) for number, value in enumerate(values)]


def _chosen(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else str(value)


# What stands in the inputs below a name.
_MAPPED: dict[Shape, Callable[[Any], dict[str, str]]] = {
    "line": dict,
    "text": dict,
    "phrases": lambda value: {lang: "\n".join(phrases) for lang, phrases in value.items()},
    "checks": lambda value: dict.fromkeys(value, "y"),
    "lines": lambda value: {f"{number}.{lang}": text for number, row in enumerate(value) for lang, text in row.items()},
}
# What stands in the one input of a name.
_WRITTEN: dict[Shape, Callable[[Any], str]] = {
    "slugs": "\n".join,
    "choice": _chosen,
    "flag": lambda _value: "y",
    "hours": lambda value: "\n".join(_hours_line(entry) for entry in value),
    "yaml": lambda value: yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100),
}


def _read(one: Field, form: Mapping[str, str], name: str, errors: dict[str, str]) -> Any:
    if one.shape in ("line", "text"):
        return _texts(form, name)
    if one.shape == "phrases":
        return {lang: found for lang in CONTENT_LANGUAGES if (found := _lines(_typed(form, f"{name}.{lang}")))}
    if one.shape == "checks":
        return sorted(key[len(name) + 1 :] for key in form if key.startswith(f"{name}."))
    if one.shape == "lines":
        return [texts for number in _order(form, name) if (texts := _texts(form, f"{name}.{number}"))]
    if one.shape == "rows":
        return [row for number in _order(form, name) if (row := _group(one, form, f"{name}.{number}", errors))]
    if one.shape == "group":
        return _group(one, form, name, errors)
    return _read_one(one, _typed(form, name), name, errors)


def _read_one(one: Field, typed: str, name: str, errors: dict[str, str]) -> Any:
    """The value of a field that has a single input."""
    match one.shape:
        case "slugs":
            return _lines(typed)
        case "choice" if one.choices == "free":
            return {"yes": True, "no": False}.get(typed)
        case "flag":
            return bool(typed) or None
        case "number":
            if typed and not re.fullmatch(r"[0-9]{1,6}", typed):
                errors[name] = "Enter a whole number"
                return None
            return int(typed) if typed else None
        case "hours":
            return _hours(typed, name, errors)
        case "yaml":
            return _yaml(typed, name, errors)
    return typed


def _group(one: Field, form: Mapping[str, str], name: str, errors: dict[str, str]) -> Record:
    values = {part.name: _read(part, form, f"{name}.{part.name}", errors) for part in one.parts}
    told = {key: value for key, value in values.items() if not _is_empty(value)}
    # A row in which only a choice is set was never filled in.
    chosen = {part.name for part in one.parts if part.shape == "choice"}
    return told if one.shape == "group" or set(told) - chosen else {}


def _order(form: Mapping[str, str], name: str) -> list[int]:
    """The rows of a list in the order of the places that were typed, without those to be removed."""
    kept = [number for number in range(row_count(form, name)) if not form.get(f"{name}.{number}.remove")]

    def place(number: int) -> float:
        try:
            return float(form.get(f"{name}.{number}.place", ""))
        except ValueError:
            return number + 1

    return sorted(kept, key=place)


def _texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    found = {lang: _typed(form, f"{name}.{lang}") for lang in CONTENT_LANGUAGES}
    return {lang: text for lang, text in found.items() if text.strip()}


def _typed(form: Mapping[str, str], name: str) -> str:
    """What was typed, with plain line ends; blanks around a text say nothing."""
    return form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _lines(typed: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def _yaml(typed: str, name: str, errors: dict[str, str]) -> Any:
    try:
        return parse(typed)
    except (BadYaml, ValueError) as error:
        errors[name] = f"This is not YAML: {' '.join(str(error).split())[:300]}"
        return None


def _hours(typed: str, name: str, errors: dict[str, str]) -> list[Record]:
    entries = []
    for line in _lines(typed):
        found = _HOURS.fullmatch(line.lower() if "/" not in line else line)
        days = _day_names(found["days"]) if found else None
        if found is None or days is None:
            errors[name] = f"{line!r} is not like mo-fr 08:00-17:00 America/New_York"
            return []
        entry: Record = {"days": days}
        if found["opens"]:
            entry |= {"opens": found["opens"], "closes": found["closes"], "zone": found["zone"] or "local"}
        entries.append(entry)
    return entries


def _day_names(words: str) -> list[str] | None:
    """mo-we, fr → mo, tu, we, fr; None where a day is no day."""
    days: list[str] = []
    for part in re.split(r"[, ]+", words):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            return None
        days += _DAYS[_DAYS.index(first) : _DAYS.index(last or first) + 1]
    return list(dict.fromkeys(days)) or None


def _hours_line(entry: Record) -> str:
    days = " ".join(entry["days"])
    run = [_DAYS.index(day) for day in entry["days"] if day in _DAYS]
    if len(run) > 2 and run == list(range(run[0], run[-1] + 1)):
        days = f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}"
    times = f" {entry['opens']}-{entry['closes']} {entry.get('zone', 'local')}" if "opens" in entry else ""
    return f"{days}{times}"


def _unless_same(old: Any, new: Any) -> Any:
    return old if _stripped(old) == _stripped(new) else new


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: _stripped(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ({}, [], "")
