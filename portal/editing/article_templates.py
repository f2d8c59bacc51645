"""Templates of new articles: one readable file each, with hints in both languages where the text is to stand."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..plain_yaml import parse
from .rules import Record

FOLDER = Path(__file__).parent / "article_templates"
HINT = re.compile(r"\[\[.*?\]\]", re.DOTALL)


@dataclass(frozen=True)
class Template:
    """What a new article of one sort begins with. ``when`` says what it is for."""

    key: str
    position: int
    name: str
    when: str
    values: Record


@functools.cache
def templates() -> dict[str, Template]:
    """All templates by the names of their files, in their order."""
    found = [Template(path.stem, **parse(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("*.yaml")]
    return {one.key: one for one in sorted(found, key=lambda one: one.position)}


def hints_left(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, hint) of the hints that nobody has replaced by a text."""
    if isinstance(value, str):
        if found := HINT.search(value):
            yield path, " ".join(found[0].split())
        return
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in entries:
        yield from hints_left(held, f"{path}.{key}" if path else str(key))
