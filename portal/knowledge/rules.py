"""Decisions of the knowledge base that need no database."""

import re

# Order matters: an address holds digits, and a card number is longer than a telephone number.
_PERSONAL = (
    ("[email]", re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")),
    ("[link]", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[date]", re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})\b")),
    ("[number]", re.compile(r"(?:\+|\()?\d[\d\s().-]{3,}\d")),
)


def without_personal_data(text: str) -> str:
    """The text with e-mail addresses, links, dates and long numbers (telephones, cards, postcodes, ids) replaced."""
    for mark, pattern in _PERSONAL:
        text = pattern.sub(mark, text)
    return text.strip()
