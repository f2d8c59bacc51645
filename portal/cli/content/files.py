"""Reading the content files: YAML to records, each checked against ``content/schema.json``.

Nothing here needs an application or a database. A damaged file becomes a list of problems, never an exception.
"""

import datetime
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from ...plain_yaml import BadYaml, parse

Record = dict[str, Any]

CONTENT = Path(__file__).parents[2] / "content"
FOLDERS = {
    "agencies": "agency",
    "facts": "facts",
    "parameters": "parameters",
    "profiles": "profile",
    "services": "service",
    "households": "households",
    "articles": "article",
    "intents": "intent",
    "emergency": "emergency",
    "related": "related",
}
MAX_BYTES = 1_000_000


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, and where: file below the content folder, record, field, reason."""

    file: str
    record: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.record or '-'}: {self.field or '-'}: {self.reason}"


@dataclass
class Content:
    """All records by kind, each under its slug or key; ``files`` tells where a record came from."""

    agency: dict[str, Record] = field(default_factory=dict)
    fact: dict[str, Record] = field(default_factory=dict)
    parameter: dict[str, Record] = field(default_factory=dict)
    profile: dict[str, Record] = field(default_factory=dict)
    service: dict[str, Record] = field(default_factory=dict)
    article: dict[str, Record] = field(default_factory=dict)
    intent: dict[str, Record] = field(default_factory=dict)
    emergency: dict[str, Record] = field(default_factory=dict)
    # Under the slug of each service: its links to others, best first.
    related: dict[str, Record] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def kinds(self) -> Iterator[tuple[str, dict[str, Record]]]:
        for kind in ("agency", "fact", "parameter", "profile", "service", "article", "intent", "emergency", "related"):
            yield kind, getattr(self, kind)

    def report(self, kind: str, key: str, field_name: str, reason: str) -> None:
        self.problems.append(Problem(self.files.get((kind, key), "?"), key, field_name, reason))


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    datetime.date.fromisoformat(value)
    return True


@functools.cache
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads((CONTENT / "schema.json").read_text(encoding="utf-8"))
    checker = FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(_is_date)
    checker.checks("email")(lambda value: not isinstance(value, str) or "@" in value[1:-1])
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}, format_checker=checker)


def schema_problems(kind: str, record: Any) -> list[tuple[str, str]]:
    """(field, reason) of each breach of the schema, the most telling one of each field."""
    found = []
    for error in _validator(kind).iter_errors(record):
        telling = best_match(error.context) if error.context else error
        path = [*error.absolute_path, *(telling.relative_path if telling is not error else [])]
        found.append((".".join(str(part) for part in path), telling.message[:300]))
    return sorted(set(found))


def read_mapping(path: Path) -> Record:
    """The one mapping that a file holds. Raises ValueError with the reason where there is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES} bytes")
        record = parse(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, BadYaml) as error:
        raise ValueError(" ".join(str(error).split())[:300]) from None
    if not isinstance(record, dict):
        raise ValueError("the file must hold one mapping")
    return record


def read_content(root: Path = CONTENT) -> Content:
    """Every record below ``root`` that is well formed; what is not is listed in ``problems``.

    A file with a breach of the schema gives no record at all. Two records under one slug: the first stays.
    """
    content = Content()
    for folder, kind in FOLDERS.items():
        for path in sorted((root / folder).rglob("*.yaml")):
            _read_file(content, root, path, kind)
    return content


def _add_households(content: Content, name: str, record: Record) -> None:
    """Sample households stand in files of their own, and belong to their service."""
    service = content.service.get(record["service"])
    if service is None:
        content.problems.append(Problem(name, record["service"], "service", "no such service"))
    elif "households" in service:
        content.problems.append(Problem(name, record["service"], "service", "has households elsewhere too"))
    else:
        # That nobody else lives there is said by an empty list; that nothing was answered is not.
        service["households"] = [
            {name: value for name, value in household.items() if name != "facts" or value}
            for household in record["households"]
        ]


def _read_file(content: Content, root: Path, path: Path, kind: str) -> None:
    name = path.relative_to(root).as_posix()

    def report(record: str, field_name: str, reason: str) -> None:
        content.problems.append(Problem(name, record, field_name, reason))

    try:
        record = read_mapping(path)
    except ValueError as error:
        return report("", "", str(error))
    label = record.get("slug")
    label = label if isinstance(label, str) else ""
    breaches = schema_problems(kind, record)
    for field_name, reason in breaches:
        report(label, field_name, reason)
    if breaches:
        return None
    if kind in ("facts", "parameters", "households", "related"):
        return _add_parts(content, kind, record, name)
    if path.stem != label:
        return report(label, "slug", f"the file must be named {label}.yaml")
    return _add(content, kind, label, record, name)


def _add_parts(content: Content, kind: str, record: Record, name: str) -> None:
    """Files that hold several small records."""
    if kind == "households":
        return _add_households(content, name, record)
    if kind == "related":
        for slug, links in record.items():
            _add(content, kind, slug, {"slug": slug, "links": links}, name)
        return None
    for entry in record[kind]:
        _add(content, kind.removesuffix("s"), entry["key"], entry, name)
    return None


def _add(content: Content, kind: str, key: str, record: Record, name: str) -> None:
    known: dict[str, Record] = getattr(content, kind)
    if key in known:
        content.problems.append(Problem(name, key, "", f"already defined in {content.files[kind, key]}"))
        return
    known[key] = record
    content.files[kind, key] = name
