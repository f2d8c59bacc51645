"""How the values of a record become the texts of inputs, and how they are read back.

An input is named by its place in the record: ``title.en``, ``channels.0.phone``. Everything works without script: rows
of a list are as many as there are values and a few empty ones; an empty row is none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml

from ..catalogue.imports.merge import is_empty
from ..i18n import CONTENT_LANGUAGES
from ..plain_yaml import BadYaml, parse
from .outline import BadOutline, rows_of, tree_of, value_of, value_text
from .record_forms import Field, Shape, fields_of
from .rules import Kind, Record

MAX_ROWS = 200
MORE_ROWS = 3
_HOURS = re.compile(
    r"(?P<days>[a-z]{2}(?:[-, ]+[a-z]{2})*)"
    r"(?:\s+(?P<opens>\d\d:\d\d)\s*-\s*(?P<closes>\d\d:\d\d)(?:\s+(?P<zone>\S+))?)?"
)
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


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
        if not is_empty(new):
            values[one.name] = new
    return values, errors


def read_text(typed: str, examples: Iterable[Any]) -> tuple[Any, str | None]:
    """(value, what is wrong) of a unit that was typed as ``rules.as_text`` writes it; ``examples`` are other values."""
    typed = typed.replace("\r\n", "\n").strip()
    told = [one for one in examples if not is_empty(one)]
    if all(isinstance(one, str) for one in told):
        return typed, None
    if all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in told):
        # Where a line is missing in one language, an empty one keeps the others beside their translations.
        return typed.split("\n") if any("" in one for one in told) else _lines(typed), None
    errors: dict[str, str] = {}
    value = _yaml({"yes": "true", "no": "false"}.get(typed, typed), "", errors)
    return value, errors.get("")


def row_count(texts: Mapping[str, str], prefix: str) -> int:
    """How many rows of a list there are inputs for."""
    numbers = {name[len(prefix) + 1 :].split(".", 1)[0] for name in texts if name.startswith(f"{prefix}.")}
    return min(max((int(one) + 1 for one in numbers if one.isdecimal() and len(one) < 4), default=0), MAX_ROWS)


def _show(one: Field, value: Any, name: str, texts: dict[str, str]) -> None:
    if is_empty(value) and not _says_none(one, value):
        return
    if one.shape in _MAPPED:
        texts |= {f"{name}.{key}": text for key, text in _MAPPED[one.shape](value).items()}
    elif one.shape in ("rows", "group", *_AS_ROWS):
        rows = _AS_ROWS[one.shape](value) if one.shape in _AS_ROWS else value
        for prefix, held in [(name, value)] if one.shape == "group" else _numbered(name, rows):
            for part in one.parts:
                _show(part, held.get(part.name), f"{prefix}.{part.name}", texts)
    else:
        texts[name] = _WRITTEN.get(one.shape, str)(value)


def _says_none(one: Field, value: Any) -> bool:
    """Whether it is a list that was written to be empty: of people, that there are none."""
    return one.shape == "yaml" and value == []


def _numbered(name: str, values: list[Any]) -> list[tuple[str, Any]]:
    return [(f"{name}.{number}", value) for number, value in enumerate(values)]


def _chosen(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else str(value)


# What is written as rows though it is none.
_AS_ROWS: dict[Shape, Callable[[Any], list[Record]]] = {
    "outline": rows_of,
    "named": lambda value: [{"key": key, "text": texts} for key, texts in value.items()],
}
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
    "numbers": lambda value: "\n".join(map(value_text, value)),
    "shares": lambda value: "\n".join(f"{key} {value_text(share)}" for key, share in value.items()),
    "value": value_text,
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
    if one.shape == "named":
        rows = [_group(one, form, f"{name}.{number}", errors) for number in _order(form, name)]
        return {row.get("key", ""): row.get("text", {}) for row in rows if row}
    if one.shape == "outline":
        return _outline(one, form, name, errors)
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
        case "value":
            return value_of(typed, "equal") if typed else None
        case "numbers" | "shares":
            return _numbers(one.shape, typed, name, errors)
    return typed


def _numbers(shape: Shape, typed: str, name: str, errors: dict[str, str]) -> Any:
    """A list of numbers, or numbers by the word before each."""
    found: dict[str, Any] = {}
    for line in _lines(typed):
        key, _, number = line.rpartition(" ")
        value = value_of(number, "equal")
        if isinstance(value, bool | str) or bool(key) != (shape == "shares"):
            errors[name] = f"{line!r} is not like {'true 0.1' if shape == 'shares' else '1500'}"
            return None
        found[key or number] = value
    return found if shape == "shares" else list(found.values())


def _outline(one: Field, form: Mapping[str, str], name: str, errors: dict[str, str]) -> Record:
    numbers = [number for number in _order(form, name) if _is_typed(form, f"{name}.{number}")]
    rows = []
    for number in numbers:
        values = {part.name: _read(part, form, f"{name}.{number}.{part.name}", errors) for part in one.parts}
        rows.append({key: value for key, value in values.items() if not is_empty(value)})
    try:
        return tree_of(rows)
    except BadOutline as bad:
        errors[f"{name}.{numbers[bad.row]}.{bad.field}"] = str(bad)
        return {}


def _is_typed(form: Mapping[str, str], name: str) -> bool:
    """Whether anything was typed or chosen in a row."""
    return any(_typed(form, key) for key in form if key.startswith(f"{name}.") and not key.endswith(".place"))


def _group(one: Field, form: Mapping[str, str], name: str, errors: dict[str, str]) -> Record:
    values = {part.name: _read(part, form, f"{name}.{part.name}", errors) for part in one.parts}
    told = {
        part.name: value
        for part, value in zip(one.parts, values.values(), strict=True)
        if not is_empty(value) or _says_none(part, value)
    }
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
