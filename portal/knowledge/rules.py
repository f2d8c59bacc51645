"""Decisions of the knowledge base that need no database."""

import re
from dataclasses import dataclass

_ARTICLE = re.compile(r"/([a-z]{2})/articles/([a-z0-9-]+)\Z")
# What fetches pages without a reader in front of it says so, or says nothing.
_BOT = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|preview|monitor|scan|fetch|archiv|validator|facebookexternalhit|headless"
    r"|lighthouse|curl|wget|python|java/|okhttp|go-http|axios|libwww|httpclient|ruby|perl|php",
    re.IGNORECASE,
)
# Order matters: an address holds digits, and a card number is longer than a telephone number.
_PERSONAL = (
    ("[email]", re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")),
    ("[link]", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[date]", re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})\b")),
    ("[number]", re.compile(r"(?:\+|\()?\d[\d\s().-]{3,}\d")),
)


@dataclass(frozen=True, order=True)
class Use:
    """One way in which an article is used: see ``models.USES`` and ``models.CHANNELS``."""

    article_id: int
    kind: str
    channel: str
    lang: str


def article_of_path(path: str) -> tuple[str, str] | None:
    """(language, slug) of the article whose page a path of this portal is."""
    match = _ARTICLE.match(path)
    return (match[1], match[2]) if match else None


def is_bot(user_agent: str) -> bool:
    """Whether a browser by this name is none: a search engine, a monitor, a library, or one that hides its name."""
    return not user_agent.startswith("Mozilla/") or _BOT.search(user_agent) is not None


def without_personal_data(text: str) -> str:
    """The text with e-mail addresses, links, dates and long numbers (telephones, cards, postcodes, ids) replaced."""
    for mark, pattern in _PERSONAL:
        text = pattern.sub(mark, text)
    return text.strip()
