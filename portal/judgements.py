"""The judged sets of ``content/judgements``: what people type and what is right for it. Measured with, never loaded.

``docs/judgements.md`` says how they were judged.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .plain_yaml import parse

ROOT = Path(__file__).parent / "content"
FOLDER = "judgements"
FILES = ("keywords", "situations", "crisis")
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


@dataclass(frozen=True)
class Judgements:
    """The judged sets."""

    keywords: tuple[JudgedQuery, ...] = ()
    situations: tuple[JudgedQuery, ...] = ()
    crisis: tuple[JudgedPhrase, ...] = ()
    harmless: tuple[JudgedPhrase, ...] = ()

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


def read_judgements(root: Path = ROOT) -> Judgements:
    """The judged sets below ``root``, which have to be sound: ``flask content check`` tells. Raises ValueError."""
    files = {name: parse((root / FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in FILES}
    return judgements_of(files)


def judgements_of(files: dict[str, Any]) -> Judgements:
    """The judged sets of sound files, by their names; the sets of one that is absent are empty."""
    return Judgements(
        keywords=tuple(_query(entry) for entry in files.get("keywords", {}).get("queries", ())),
        situations=tuple(_query(entry) for entry in files.get("situations", {}).get("queries", ())),
        crisis=tuple(_phrase(entry) for entry in files.get("crisis", {}).get("crisis", ())),
        harmless=tuple(_phrase(entry) for entry in files.get("crisis", {}).get("harmless", ())),
    )


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
