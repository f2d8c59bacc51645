"""Decisions about what people typed and what staff propose, without I/O."""

import re
from typing import Any, Literal

from ..knowledge.rules import without_personal_data
from ..search.models import MAX_TEXT

Do = Literal["pin", "bury", "words"]
# What words can be added to.
KINDS = ("service", "intent", "article")
_MARKS = re.compile(r"\[(?:email|link|date|number)\]")
# Machines that fetch pages by themselves; what they search for is nobody's need.
_BOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|externalhit|monitor|uptime|preview", re.IGNORECASE)


def clean(text: str) -> str:
    """What somebody typed, as it may be kept: one line, bounded, personal data taken out and nothing in its place."""
    words = _MARKS.sub(" ", without_personal_data(" ".join(text.split())))
    return " ".join(words.split())[:MAX_TEXT].strip()


def is_bot(user_agent: str) -> bool:
    """Whether a machine says that it is one."""
    return not user_agent or _BOT.search(user_agent) is not None


def same_item(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two items of a change set are about the same: the later one replaces the earlier."""
    names = ("lang", "kind", "record_id", "query") if one["do"] == "words" else ("lang", "kind", "record_id", "key")
    return (one["do"] == "words") == (other["do"] == "words") and all(one[name] == other[name] for name in names)
