"""One record in the making: values are added one by one, and what had to be mended or refused is written down."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from portal.catalogue.imports import texts
from portal.catalogue.imports.readers import parts
from portal.catalogue.imports.records import Kind, Place, SourceRecord, Term, Trouble

MAX_ITEMS = 40
MAX_CHANNELS = 8


class Refused(Exception):
    """This record cannot be taken; carries the field and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def as_text(value: Any) -> str:
    """A cell or JSON value as text; empty for nothing, and for what is no single value."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def shorten(text: str, limit: int = 120) -> str:
    """A text of the source as it may stand in a report: one harmless line."""
    return texts.cut(texts.without_tags(" ".join(texts.clean(text).split())), limit)


class Draft:
    """Values and troubles of one record. Every method that adds a value adds none where the source says nothing."""

    def __init__(self, kind: Kind, identifier: str, place: Place) -> None:
        self.kind = kind
        self.identifier = identifier
        self.place = place
        self.values: dict[str, Any] = {}
        self.terms: list[Term] = []
        self.troubles: list[Trouble] = []

    def filled(
        self, fill: "Callable[[Draft, dict[str, Any]], None]", row: dict[str, Any]
    ) -> Iterator[SourceRecord | Trouble]:
        """The troubles and the record as ``fill`` makes it of a row; only the refusal where ``fill`` raises one."""
        try:
            fill(self, row)
        except Refused as refusal:
            yield Trouble(self.place, refusal.field, refusal.reason, refused=True)
            return
        yield from self.troubles
        yield SourceRecord(self.kind, self.identifier, self.values, self.place, tuple(dict.fromkeys(self.terms)))

    def mend(self, field: str, reason: str) -> None:
        trouble = Trouble(self.place, field, reason, refused=False)
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def raw(self, field: str, value: Any) -> str:
        """A value of the source as text, looked at for what must be reported."""
        text = as_text(value)
        if len(text) > texts.MAX_FIELD:
            raise Refused(field, f"longer than {texts.MAX_FIELD} characters")
        if value is not None and not isinstance(value, str | int | float):
            self.mend(field, "left out: not a text")
        if texts.has_controls(text):
            self.mend(field, "control characters removed")
        if "\ufffd" in text:
            self.mend(field, "some characters cannot be read: wrong encoding")
        if texts.has_script(text):
            self.mend(field, "script, style or handler removed")
        if text[:1] in ("=", "+", "@") and not re.fullmatch(r"\+?[\d\s().,-]+(?:x\s*\d+)?", text):
            self.mend(field, f"begins like a formula, kept as plain text: {shorten(text, 60)}")
        return text

    def line(self, field: str, value: Any, lang: str = "en", limit: int = texts.MAX_LINE) -> None:
        self._put(field, lang, self._shortened(field, texts.line(self.raw(field, value)), limit))

    def text(self, field: str, value: Any, lang: str = "en") -> None:
        """Markdown. Added below what the field already has."""
        words = texts.markdown(self.raw(field, value))
        before = self.values.get(field, {}).get(lang)
        if before and words:
            words = before if words in before else f"{before}\n\n{words}"
        self._put(field, lang, self._shortened(field, words, texts.MAX_TEXT))

    def markdown(self, value: Any, field: str) -> str:
        """Markdown that is part of a larger value."""
        return self._shortened(field, texts.markdown(self.raw(field, value)), texts.MAX_TEXT)

    def one_line(self, value: Any, field: str, limit: int = texts.MAX_LINE) -> str:
        return self._shortened(field, texts.line(self.raw(field, value)), limit)

    def _shortened(self, field: str, words: str, limit: int) -> str:
        if len(words) <= limit:
            return words
        self.mend(field, f"cut to {limit} characters")
        return texts.cut(words, limit)

    def _put(self, field: str, lang: str, words: str) -> None:
        if words:
            self.values.setdefault(field, {})[lang] = words

    def require(self, field: str) -> None:
        """Refuse the record unless the field has a text. English comes first: where it lacks, the other serves."""
        found = self.values.get(field)
        if not found:
            raise Refused(field, "missing")
        if "en" not in found:
            found["en"] = next(iter(found.values()))
            self.mend(field, "no English text: the other language stands in")

    def summarise(self, *fields: str) -> None:
        """A summary in each language that has none, from the first of the fields with a text."""
        for lang in ("en", "es"):
            if lang in self.values.get("summary", {}):
                continue
            long = next((text for field in fields if (text := self.values.get(field, {}).get(lang))), "")
            self._put("summary", lang, texts.summary(long))

    def lines(self, field: str, values: list[str], lang: str = "en") -> None:
        """A list of lines. More than the page can bear are left out and reported."""
        found = list(dict.fromkeys(words for value in values if (words := self.one_line(value, field))))
        if len(found) > MAX_ITEMS:
            self.mend(field, f"only the first {MAX_ITEMS} of {len(found)} kept")
        if found:
            self.values[field] = [*self.values.get(field, []), *({lang: words} for words in found)][:MAX_ITEMS]

    def phrases(self, *values: str) -> None:
        """Other names that people use, such as initials: words to be found by."""
        found = [words for value in values if len(words := self.one_line(value, "also_asked_as", 300)) >= 2]
        if found:
            known = self.values.get("also_asked_as", {"en": []})["en"]
            self.values["also_asked_as"] = {"en": list(dict.fromkeys([*known, *found]))}

    def url(self, value: Any, field: str) -> str | None:
        """An address of the web, or None with a report where there is a text that is none."""
        text = self.raw(field, value).strip()
        if not text:
            return None
        address = parts.web_address(text)
        if address is None:
            self.mend(field, f"left out: not an address of the web: {shorten(text)}")
        elif address.startswith("http://") and not text.casefold().startswith("http:"):
            self.mend(field, f"http:// put before {shorten(text)}")
        return address

    def link(self, field: str, value: Any, lang: str = "en") -> None:
        address = self.url(value, field)
        if address:
            self.values.setdefault(field, {})[lang] = address

    def mail(self, value: Any, field: str) -> str | None:
        text = self.raw(field, value).strip()
        address = parts.mail_address(text) if text else None
        if text and address is None:
            self.mend(field, f"left out: not a mail address: {shorten(text)}")
        return address

    def phone(self, value: Any, field: str) -> parts.Phone | None:
        text = self.raw(field, value).strip()
        found = parts.phone(text) if text else None
        if text and found is None:
            self.mend(field, f"left out: not a telephone number: {shorten(text)}")
        elif found and found.mended:
            self.mend(field, found.mended)
        return found

    def contact(self, label: str, **values: Any) -> None:
        """A contact, unless nothing leads to anyone or the same way is already there."""
        found = {key: value for key, value in values.items() if value}
        ways = {key: value for key, value in found.items() if key in ("phone", "tty", "text_to", "email", "url")}
        known = self.values.setdefault("contacts", [])
        if ways and not any(ways.items() <= other.items() for other in known):
            known.append({"label": {"en": label}, **found})
        if not known:
            del self.values["contacts"]

    def channel(self, kind: str, text: str, **values: Any) -> None:
        """A way to apply. More than a page can bear are left out and reported."""
        known = self.values.setdefault("channels", [])
        if len(known) < MAX_CHANNELS:
            known.append({"kind": kind, "text": {"en": text}, **{key: value for key, value in values.items() if value}})
        else:
            self.mend("channels", f"only the first {MAX_CHANNELS} kept")

    def coordinates(self, latitude: Any, longitude: Any) -> None:
        """Both coordinates, or none: out of range, half missing or 0, 0 they are left out and reported."""
        if latitude in (None, "") and longitude in (None, ""):
            return
        north, east = parts.number(latitude), parts.number(longitude)
        given = f"{shorten(as_text(latitude), 30)}, {shorten(as_text(longitude), 30)}"
        if north is None or east is None or not (-90 <= north <= 90 and -180 <= east <= 180):
            self.mend("latitude", f"coordinates left out: not on earth: {given}")
        elif north == east == 0:
            self.mend("latitude", "coordinates left out: 0, 0 stands for unknown")
        else:
            self.values.update(latitude=north, longitude=east)

    def address(self, street: Any, city: Any, state: Any, postcode: Any) -> None:
        """Street, city, state and postcode, each only where it is sound."""
        for field, value, limit in (("street", street, 200), ("city", city, 100)):
            words = self.one_line(value, field, limit)
            if words:
                self.values[field] = words
        for field, value, read in (("state", state, parts.state), ("postcode", postcode, parts.postcode)):
            words = self.raw(field, value).strip()
            sound = read(words)
            if sound:
                self.values[field] = sound
            elif words:
                self.mend(field, f"left out: not a {field} of the United States: {shorten(words)}")

    def term(self, scheme: str, value: str) -> None:
        words = texts.line(value)[:200].strip()
        if words:
            self.terms.append(Term(scheme, words))
