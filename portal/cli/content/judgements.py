"""The judged sets of ``content/judgements``: what people type and what is right for it. Measured with, never loaded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .files import CONTENT, Content, Problem, read_mapping, schema_problems

FOLDER = "judgements"
SPLITS = ("tune", "check")


@dataclass(frozen=True)
class JudgedQuery:
    """A text and the records that answer it, each as (kind, slug). A keyword speaks of no intents or profiles."""

    id: str
    lang: str
    split: str
    text: str
    best: tuple[tuple[str, str], ...]
    also: tuple[tuple[str, str], ...] = ()
    intents: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class JudgedPhrase:
    """A text and the emergencies that must come first; none for a harmless look-alike."""

    id: str
    lang: str
    split: str
    text: str
    emergencies: tuple[str, ...] = ()


@dataclass
class Judgements:
    """The judged sets. A file with a problem is left out whole, and the problem is listed."""

    keywords: tuple[JudgedQuery, ...] = ()
    situations: tuple[JudgedQuery, ...] = ()
    crisis: tuple[JudgedPhrase, ...] = ()
    harmless: tuple[JudgedPhrase, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def sets(self) -> Iterator[tuple[str, tuple[JudgedQuery, ...] | tuple[JudgedPhrase, ...]]]:
        """Each set with the name of its file."""
        yield "keywords", self.keywords
        yield "situations", self.situations
        yield "crisis", self.crisis
        yield "crisis", self.harmless


def split_of(identifier: str) -> str:
    """Which half an entry belongs to, by its id alone: an entry added, moved or reworded moves no other.

    ``tune`` where the last byte of the SHA-256 of the id is even, else ``check``.
    """
    return SPLITS[hashlib.sha256(identifier.encode()).digest()[-1] % 2]


def read_judgements(root: Path = CONTENT) -> Judgements:
    """The judged sets below ``root``, with a problem for each file that is missing or not well formed."""
    found = Judgements()
    if keywords := _read(found, root, "keywords"):
        found.keywords = tuple(_query(entry) for entry in keywords["queries"])
    if situations := _read(found, root, "situations"):
        found.situations = tuple(_query(entry) for entry in situations["queries"])
    if phrases := _read(found, root, "crisis"):
        found.crisis = tuple(_phrase(entry) for entry in phrases["crisis"])
        found.harmless = tuple(_phrase(entry) for entry in phrases["harmless"])
    return found


def judgement_problems(judgements: Judgements, content: Content) -> list[Problem]:
    """The problems of reading, then one for each unknown name, wrong split, and id or text that stands twice."""
    problems = list(judgements.problems)
    ids: set[str] = set()
    texts: set[tuple[str, str]] = set()
    for name, entries in judgements.sets():
        for entry in entries:
            text = (entry.lang, " ".join(entry.text.casefold().split()))
            faults = list(_unknown_names(entry, content))
            if entry.split != split_of(entry.id):
                faults.append(("split", f"must be {split_of(entry.id)}"))
            if entry.id.split("-")[1] != entry.lang:
                faults.append(("lang", f"is not that of the id: {entry.lang}"))
            if entry.id in ids:
                faults.append(("id", "stands twice"))
            if text in texts:
                faults.append(("text", "stands twice"))
            ids.add(entry.id)
            texts.add(text)
            problems += [Problem(_file(name), entry.id, field_name, reason) for field_name, reason in faults]
    return problems


def _unknown_names(entry: JudgedQuery | JudgedPhrase, content: Content) -> Iterator[tuple[str, str]]:
    if isinstance(entry, JudgedPhrase):
        yield from (("emergencies", f"unknown: {slug}") for slug in entry.emergencies if slug not in content.emergency)
        return
    for field_name, answers in (("best", entry.best), ("also", entry.also)):
        for kind, slug in answers:
            if slug not in getattr(content, kind):
                yield field_name, f"unknown: {kind}:{slug}"
    for kind, slug in set(entry.best) & set(entry.also):
        yield "also", f"is among the best: {kind}:{slug}"
    yield from (("intents", f"unknown: {slug}") for slug in entry.intents if slug not in content.intent)
    yield from (("profiles", f"unknown: {slug}") for slug in entry.profiles if slug not in content.profile)


def _file(name: str) -> str:
    return f"{FOLDER}/{name}.yaml"


def _read(found: Judgements, root: Path, name: str) -> dict[str, Any] | None:
    try:
        record = read_mapping(root / _file(name))
    except ValueError as error:
        found.problems.append(Problem(_file(name), "", "", str(error)))
        return None
    breaches = schema_problems(f"judged_{name}", record)
    found.problems += [Problem(_file(name), "", field_name, reason) for field_name, reason in breaches]
    return None if breaches else record


def _query(entry: dict[str, Any]) -> JudgedQuery:
    return JudgedQuery(
        **_common(entry),
        best=tuple(_answer(name) for name in entry["best"]),
        also=tuple(_answer(name) for name in entry.get("also", [])),
        intents=tuple(entry.get("intents", [])),
        profiles=tuple(entry.get("profiles", [])),
    )


def _phrase(entry: dict[str, Any]) -> JudgedPhrase:
    return JudgedPhrase(**_common(entry), emergencies=tuple(entry.get("emergencies", [])))


def _common(entry: dict[str, Any]) -> dict[str, str]:
    return {name: entry[name] for name in ("id", "lang", "split", "text")}


def _answer(name: str) -> tuple[str, str]:
    kind, _, slug = name.partition(":")
    return kind, slug
