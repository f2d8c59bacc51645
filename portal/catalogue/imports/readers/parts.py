"""Small values that sources spell in many ways: telephone numbers, addresses on the web, coordinates, hours, languages.

Each function answers None or an empty list for what it cannot read; the caller says so in the report.
"""

import datetime
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel import Locale

from portal.catalogue.imports.texts import clean
from portal.catalogue.rules import AREA_NAMES, DAYS

# No value of these kinds is longer; patterns need not be tried on what is.
_MAX_PHONE = 100
_MAX_WORDS = 1000
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_EXTENSION = re.compile(r"[\s,;(]*(?:extension|extn?\.?|x)[\s.:#]*(\d{1,6}(?:\s*,\s*\d{1,6})*)\)?", re.IGNORECASE)
_ONE_PHONE = re.compile(
    r"(?<!\d)(?:\+?1[\s.-]*)?(?:\(\d{3}\)|\d{3})[\s.-]*\d{3}[\s.-]*\d{4}(?!\d)"
    r"(?:[\s,;(]*(?:extension|extn?\.?|x)[\s.:#]*\d{1,6}(?:\s*,\s*\d{1,6})*\)?)?",
    re.IGNORECASE,
)
_SERVICE_CODE = re.compile(r"[2-9]11|988")
_SHORT_PHONE = re.compile(r"\d{5,6}")
_WEB = re.compile(r"(https?)://([A-Za-z0-9.-]*[A-Za-z0-9])(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_TIME = re.compile(r"(\d{1,2})(?::?(\d{2}))?(?::\d{2})?\s*([ap])?\.?\s*(?:m\.?)?(?![a-z])", re.IGNORECASE)
_DAY_WORDS = {
    name: code
    for code, names in zip(
        DAYS,
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs", "friday fri", "saturday sat",
         "sunday sun"),
        strict=True,
    )
    for name in (*names.split(), code)
}  # fmt: skip
_STATES = {name.casefold(): code.removeprefix("US-") for code, name in AREA_NAMES.items()}


@dataclass(frozen=True)
class Phone:
    """A telephone number in digits and dashes; ``mended`` says what had to be changed for that, if anything."""

    number: str
    extension: str = ""
    mended: str = ""


def phone(text: str) -> Phone | None:
    """The one number of a text: of the United States, a short code, or a foreign one with its international prefix."""
    text = clean(text).strip(" \t\n\"'")
    if len(text) > _MAX_PHONE:
        return None
    extension = ""
    found = _EXTENSION.search(text)
    if found and re.search(r"\d{4}\W*$", text[: found.start()]):
        extension = ", ".join(re.findall(r"\d+", found[1]))
        text = text[: found.start()] + text[found.end() :]
    mended = ""
    if re.search(r"[A-Za-z]", text):
        if not re.fullmatch(r"[\d\s().+-]*[A-Za-z\d\s.-]+", text) or not re.search(r"\d{3}", text):
            return None
        mended = f"letters of {text!r} turned into the digits of their keys"
        text = text.upper().translate(_KEYS)
    if not re.fullmatch(r"\+?[\d\s().\-–/]+", text):
        return None
    digits = re.sub(r"\D", "", text)
    if text.startswith("+") and not digits.startswith("1"):
        groups = re.findall(r"\d+", text)
        number = "-".join(["011", *groups])
        return Phone(number, extension, mended) if 7 <= len(digits) <= 15 and len(number) <= 19 else None
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) == 10:
        return Phone(f"{digits[:3]}-{digits[3:6]}-{digits[6:]}", extension, mended)
    if _SERVICE_CODE.fullmatch(digits) or _SHORT_PHONE.fullmatch(text.strip()):
        return Phone(digits, extension, mended)
    return None


def phones(text: str) -> tuple[list[Phone], str]:
    """All numbers in a text, and what words stay beside them."""
    text = clean(text)[:_MAX_WORDS]
    found = [number for part in _ONE_PHONE.findall(text) if (number := phone(part))]
    rest = re.sub(r"[\s|;,/]+|\bor\b", " ", _ONE_PHONE.sub(" ", text)).strip()
    return list(dict.fromkeys(found)), rest


def web_address(text: str) -> str | None:
    """An http or https address with its host in small letters; one without a scheme gets http."""
    text = clean(text).strip().rstrip(".,;")
    if len(text) > _MAX_WORDS:
        return None
    if re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:[/?#]\S*)?", text):
        text = f"http://{text}"
    found = _WEB.fullmatch(text)
    if not found or ".." in found[2] or "<" in text:
        return None
    scheme, host, port, path = found.groups(default="")
    path = f"/{path}" if path[:1] in ("?", "#") else path
    address = f"{scheme.lower()}://{host.lower()}{port}{path}"
    return address if "." in host and len(address) <= 500 else None


def mail_address(text: str) -> str | None:
    text = clean(text).strip()
    return text if len(text) <= 200 and _MAIL.fullmatch(text) else None


def number(value: Any) -> float | None:
    """A finite number of a cell or a JSON value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if abs(result) < 1e15 else None


def postcode(text: str) -> str | None:
    found = re.fullmatch(r"(\d{5})(?:-?(\d{4}))?", text.strip())
    return None if not found else f"{found[1]}-{found[2]}" if found[2] else found[1]


def state(text: str) -> str | None:
    """The two letters of a state, from its code or name."""
    text = text.strip()
    if f"US-{text.upper()}" in AREA_NAMES:
        return text.upper()
    return _STATES.get(text.casefold())


def date(text: str) -> str | None:
    """The day of an ISO date or timestamp, as YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return None


def slug(text: str, limit: int = 80) -> str:
    """Words of a text joined by dashes: a stable identifier for something that a source only names."""
    plain = text.casefold().replace("&", " and ").replace("'", "").replace("’", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:limit].rstrip("-")


def time_of_day(text: str) -> str | None:
    """A time as HH:MM, from "8:30 a.m.", "17:00:00", "5 pm", "noon" or "midnight"."""
    text = clean(text).strip().casefold()
    if text in ("noon", "12 noon"):
        return "12:00"
    if text == "midnight":
        return "24:00"
    # HSDS times may carry an offset ("10:00:00Z"): the zone is told elsewhere.
    found = _TIME.fullmatch(re.sub(r"(?<=:\d\d)(?:z|[+-]\d\d(?::?\d\d)?)$", "", text))
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif found[2] is None:
        return None
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return f"{hour:02}:{minute:02}"


def days_of(text: str) -> list[str]:
    """Days of the week in a text such as "Monday - Friday", "Tuesday, Thursday" or "TH,FR"."""
    days: list[str] = []
    text = re.sub(r"\b(?:and|&|every|closed)\b", ",", clean(text[:_MAX_WORDS]).casefold()).replace("daily", "mo-su")
    for part in re.split(r"[,;/&]+", text):
        ends = [
            word.strip(" .") for word in re.split(r"\s*(?:-|–|—|\bto\b|\bthrough\b)\s*", part.strip()) if word.strip()
        ]
        if not ends:
            continue
        codes = [
            _DAY_WORDS.get(word.removesuffix("s") if len(word) > 4 else word) or _DAY_WORDS.get(word) for word in ends
        ]
        first, last = codes[0], codes[-1]
        if first is None or last is None or len(codes) > 2:
            return []
        run = range(DAYS.index(first), DAYS.index(last) + 1) if DAYS.index(first) <= DAYS.index(last) else ()
        days += [DAYS[number] for number in run]
    return [day for day in DAYS if day in days]


def opening_hours(days: str, times: str, zone: str) -> list[dict[str, Any]]:
    """Hours from two plain texts, one of days and one of times. Empty where either is not of the simple forms."""
    if re.search(r"open 24 hours|24/7", times, re.IGNORECASE):
        if re.search(r"[.;]|from", re.sub(r"open 24 hours\W*$", "", times.strip(), flags=re.IGNORECASE)):
            return []
        return [{"days": days_of(days) or list(DAYS), "opens": "00:00", "closes": "24:00", "zone": zone}]
    ends = [time_of_day(part) for part in re.split(r"\s*(?:-|–|—|\bto\b)\s*", times.strip())]
    found = days_of(days)
    if not found or len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
        return []
    return [{"days": found, "opens": ends[0], "closes": ends[1], "zone": zone}]


@functools.cache
def _language_codes() -> dict[str, str]:
    names = {
        name.casefold(): code for code, name in Locale("en").languages.items() if re.fullmatch(r"[a-z]{2,3}", code)
    }
    return names | {
        "asl": "ase",
        "a.s.l": "ase",
        "sign language": "ase",
        "mandarin": "cmn",
        "cantonese": "yue",
        "farsi": "fa",
        "creole": "ht",
        "tagalog": "tl",
        "twi": "tw",
        "english only": "en",
    }


def languages(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Codes of the languages that texts name, and the texts that say more than names."""
    codes: list[str] = []
    notes: list[str] = []
    for text in texts:
        names = [
            name.strip() for name in re.split(r"[,;/&]|\band\b|(?<!\bs)\.(?:\s|$)", text.casefold()) if name.strip()
        ]
        known = [_language_codes().get(name.strip(" .")) for name in names]
        codes += [code for code in known if code]
        if any(code is None for code in known):
            notes.append(text)
    return list(dict.fromkeys(codes)), list(dict.fromkeys(notes))
