"""Any table with a mapping: a CSV file, JSON lines, or a list in a JSON file, one record a row."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.catalogue.imports import texts
from portal.catalogue.imports.readers import parts
from portal.catalogue.imports.readers.draft import Draft, Refused, as_dict, as_text, shorten
from portal.catalogue.imports.readers.files import Table, UnreadableSource, check_file, read_json, read_json_lines
from portal.catalogue.imports.readers.mapping import Mapping, info_of
from portal.catalogue.imports.records import Kind, Place, SourceRecord, Trouble

Row = dict[str, Any]
Rows = Iterator[tuple[Place, Row] | Trouble]

_LINK = re.compile(r"\]\((https?://[^()\s]+)\)")
_REACH = re.compile(r"\]\((?:tel:([^()\s]+)|mailto:([^()\s]+))\)")
_OPEN_PARENTHESIS = re.compile(r"\([^()]*$")
_FREE = re.compile(r"(?:none|no (?:fees?|cost|charge)s?|free(?: of charge)?)\.?", re.IGNORECASE)
_DEFAULT_ZONE = "local"


def read(path: Path, mapping: Mapping) -> Iterator[SourceRecord | Trouble]:
    """Agencies, then locations or services. Raises UnreadableSource where the table or a mapped column is missing."""
    table = mapping.get("table", {})
    file = path / table["file"] if path.is_dir() and "file" in table else path
    check_file(file)
    stem = file.name.removesuffix(".gz")
    if stem.endswith(".json"):
        rows = _json_rows(file, table.get("rows"))
        return _Reader(mapping, lambda: iter(rows)).read()
    if stem.endswith((".jsonl", ".ndjson")):
        return _Reader(mapping, lambda: read_json_lines(file, file.name)).read()
    opened = Table(file, file.name, table.get("delimiter", ","))
    missing = sorted(column for column in _needed_columns(mapping) if column not in opened.header)
    if missing:
        raise UnreadableSource(f"{file.name} has no column {shorten(missing[0], 60)}")
    return _Reader(mapping, opened.rows).read()


def _json_rows(file: Path, rows: str | None) -> list[tuple[Place, Row] | Trouble]:
    value = read_json(file)
    for part in rows.split(".") if rows else ():
        value = as_dict(value).get(part)
    if not isinstance(value, list):
        raise UnreadableSource(f"{file.name} holds no list{f' under {rows}' if rows else ''}")
    places = [Place(file.name, f"record {number + 1}") for number in range(len(value))]
    return [
        (place, row) if isinstance(row, dict) else Trouble(place, "", "not a JSON object", refused=True)
        for place, row in zip(places, value, strict=True)
    ]


def _needed_columns(mapping: Mapping) -> set[str]:
    """Columns that a table must have: those that identify and name its records."""
    identifier = mapping.get("identifier", [])
    named = mapping.get("fields", {}).get("title" if _kind(mapping) == "service" else "name", [])
    columns = named.get("columns", []) if isinstance(named, dict) else named
    return {
        *([identifier] if isinstance(identifier, str) else identifier),
        *([columns] if isinstance(columns, str) else columns),
    }


def _kind(mapping: Mapping) -> Kind:
    kind: Kind = mapping.get("table", {}).get("kind", "service")
    return kind


def cell(row: Row, column: str) -> Any:
    """The value of a column; in JSON a path with dots leads into objects."""
    if column in row:
        return row[column]
    value: Any = row
    for part in column.split("."):
        value = as_dict(value).get(part)
    return value


class _Reader:
    def __init__(self, mapping: Mapping, rows: Any) -> None:
        self.mapping = mapping
        self.rows = rows
        self.info = info_of(mapping)
        self.kind = _kind(mapping)
        self.fields: dict[str, Any] = mapping.get("fields", {})
        self.agency: dict[str, Any] = mapping.get("agency", {})
        self.completed: set[str] = set()

    def read(self) -> Iterator[SourceRecord | Trouble]:
        yield from self._agencies()
        for found in self.rows():
            if isinstance(found, Trouble):
                yield found
                continue
            place, row = found
            identifier = self._identifier(row)
            draft = Draft(self.kind, identifier, Place(place.file, shorten(identifier, 80) or place.record))
            if "" in row:
                draft.mend("", "cells beyond the header left out")
            yield from draft.filled(self._service if self.kind == "service" else self._location, row)

    def _identifier(self, row: Row) -> str:
        """The identifying column; several columns are joined to a slug, which stays the same while they do."""
        columns = self.mapping.get("identifier", [])
        if isinstance(columns, str):
            return texts.line(as_text(cell(row, columns)))
        return parts.slug(" ".join(as_text(cell(row, column)) for column in columns), 150)

    # Values of columns

    def _value(self, row: Row, spec: Any) -> Any:
        """What a mapping's value stands for in a row."""
        if isinstance(spec, str):
            return cell(row, spec)
        if isinstance(spec, list):
            return next((value for column in spec if (value := cell(row, column)) not in (None, "", [])), None)
        if spec is None:
            return None
        if "const" in spec:
            return spec["const"]
        columns = spec.get("columns", [])
        if "join" in spec:
            values = [text for column in columns if (text := as_text(cell(row, column))).strip()]
            return self._changed(spec["join"].join(dict.fromkeys(values)), spec)
        return self._changed(self._value(row, columns), spec)

    def _changed(self, value: Any, spec: Row) -> Any:
        if spec.get("link"):
            found = _LINK.search(texts.markdown(as_text(value)[: texts.MAX_FIELD]))
            return found[1] if found else None
        if "pattern" in spec and isinstance(value, str):
            match = re.search(spec["pattern"], value[: texts.MAX_TEXT], re.DOTALL)
            value = next((group for group in match.groups() if group), match.group()) if match else value
        if "labels" in spec:
            value = spec["labels"].get(as_text(value).strip(), value)
        text = as_text(value)
        return f"{spec.get('before', '')}{text}{spec.get('after', '')}" if text.strip() else value

    def _get(self, row: Row, field: str) -> Any:
        return self._value(row, self.fields.get(field))

    # Agencies

    def _names(self, row: Row) -> list[tuple[str, str]]:
        """The agencies of a row as (parent, name), the responsible one first; the parent may be empty."""
        spellings = self.agency.get("spellings", {})

        def spelled(name: str) -> str:
            name = texts.cut(texts.line(name[: texts.MAX_TEXT]), 200)
            return spellings.get(name, name) or ""

        if "const" in self.agency:
            return [("", self.agency["const"])]
        raw = as_text(cell(row, self.agency["column"])) if "column" in self.agency else ""
        names = (
            [spelled(name) for name in re.split(self.agency["split"], raw) if name]
            if "split" in self.agency
            else [spelled(raw)]
        )
        parent = spelled(as_text(cell(row, self.agency["parent"]))) if "parent" in self.agency else ""
        found = [(parent if parent != name else "", name) for name in names if name.strip()]
        return list(dict.fromkeys(found)) or ([("", parent)] if parent else [])

    def _agencies(self) -> Iterator[SourceRecord | Trouble]:
        seen: set[str] = set()
        for found in self.rows():
            if isinstance(found, Trouble):
                continue
            for parent, name in self._names(found[1]):
                for above, below in (("", parent), (parent, name)):
                    identifier = agency_identifier(above, below)
                    if below and identifier not in seen:
                        seen.add(identifier)
                        yield from self._agency(found[0], above, below)

    def _agency(self, place: Place, parent: str, name: str) -> Iterator[SourceRecord | Trouble]:
        draft = Draft("agency", agency_identifier(parent, name), place)
        draft.line("name", name)
        if parent:
            draft.values["parent"] = agency_identifier("", parent)
        initials = re.search(r"\(([A-Z][A-Za-z&+ ]{1,15})\)$", name)
        if initials:
            draft.line("short_name", initials[1])
        yield from draft.troubles
        yield SourceRecord("agency", draft.identifier, draft.values, place)

    def _set_agencies(self, draft: Draft, row: Row) -> None:
        found = [agency_identifier(parent, name) for parent, name in self._names(row)]
        if found:
            draft.values["agency"] = found[0]
        if found[1:]:
            draft.values["delivered_with"] = found[1:]

    # Services

    def _service(self, draft: Draft, row: Row) -> None:
        lang = self.info.lang
        draft.line("title", self._get(row, "title"), lang)
        draft.require("title")
        draft.line("official_name", self._get(row, "official_name"), lang)
        if draft.values.get("official_name") == draft.values["title"]:
            del draft.values["official_name"]
        draft.phrases(as_text(self._get(row, "also_asked_as")))
        draft.line("summary", self._get(row, "summary"), lang)
        for field in ("benefit", "who", "how"):
            spec = self.fields.get(field)
            # Each column is cleaned by itself: one may be HTML and the next plain.
            for part in spec["columns"] if isinstance(spec, dict) and "join" in spec else [spec]:
                draft.text(field, self._value(row, part), lang)
        draft.summarise("benefit")
        self._terms(draft, row)
        self._documents(draft, row)
        draft.line("processing_time", self._get(row, "processing_time"), lang)
        cost = draft.one_line(self._get(row, "cost"), "cost")
        if cost:
            draft.values["cost"] = {"free": True if _FREE.fullmatch(cost) else None, "text": {"en": cost}}
        draft.link("url", self._get(row, "url"))
        self._set_agencies(draft, row)
        self._channels(draft, row)
        self._contacts(draft, row)
        if self.info.area:
            draft.values["areas"] = {"include": list(self.info.area)}
        if self.info.not_current:
            draft.values["not_current"] = True

    def _documents(self, draft: Draft, row: Row) -> None:
        """Each item of a list; where there is no list, each paragraph."""
        words = draft.markdown(self._get(row, "documents"), "documents")
        items = re.findall(r"^\s*(?:- |\d+\. )(.+)$", words, re.MULTILINE)
        draft.lines("documents", [texts.plain(item) for item in items or words.split("\n")], self.info.lang)

    def _channels(self, draft: Draft, row: Row) -> None:
        for spec in self.mapping.get("channels", ()):
            text = draft.markdown(self._value(row, spec["text"]), "channels")
            address = draft.url(self._value(row, spec.get("url")), "channels")
            if not text and address and "otherwise" in spec:
                text = spec["otherwise"]
            if text and (address or "url" not in spec or not self._constant(spec["text"])):
                number = self._phone_in(text) if spec["kind"] == "phone" else None
                draft.channel(spec["kind"], text, url={"en": address} if address else None, phone=number)

    def _constant(self, spec: Any) -> bool:
        return isinstance(spec, dict) and "const" in spec

    def _phone_in(self, text: str) -> str | None:
        linked = [found for target, _ in _REACH.findall(text) if (found := parts.phone(target))]
        numbers = linked or parts.phones(texts.plain(text))[0]
        return numbers[0].number if numbers else None

    def _contacts(self, draft: Draft, row: Row) -> None:
        """Telephones, mailboxes and pages that a text of contacts names, under the first words of its own."""
        for spec in self.mapping.get("contacts", ()):
            value = cell(row, spec["column"])
            if value is True or (value and "phone" in spec and value is not False):
                draft.contact(spec["label"], phone=spec.get("phone"))
                continue
            text = draft.markdown(None if value is False else value, "contacts")
            first = texts.plain(text.split("\n", maxsplit=1)[0])
            label = first if 3 <= len(first) <= 60 else spec["label"]
            reached = False
            for call, mail in _REACH.findall(text):
                number = parts.phone(call) if call else None
                address = parts.mail_address(mail) if mail else None
                if number:
                    draft.contact(
                        f"{label}, ext. {number.extension}" if number.extension else label, phone=number.number
                    )
                if address:
                    draft.contact(label, email=address)
                reached = reached or bool(number or address)
            page = _LINK.search(text)
            if page and not reached and (address := parts.web_address(page[1])):
                draft.contact(label, url={"en": address})

    # Terms

    def _terms(self, draft: Draft, row: Row) -> None:
        for spec in self.mapping.get("terms", ()):
            words = self._words(draft, spec, cell(row, spec["column"]))
            for word in words:
                draft.term(spec["scheme"], word)
            if words and "who" in spec:
                items = "\n".join(f"- {word}" for word in words)
                draft.text("who", f"{spec['who']}\n{items}", self.info.lang)

    def _words(self, draft: Draft, spec: Row, value: Any) -> list[str]:
        given = (
            [as_text(one) for one in value]
            if isinstance(value, list)
            else re.split(spec.get("split", r"\n"), as_text(value))
        )
        words = _rejoined(draft, [texts.line(draft.raw("terms", word)) for word in given], spec.get("rejoin", ()))
        labels = spec.get("labels", {})
        found = (labels.get(word, word) for word in words)
        return list(dict.fromkeys(self._complete(draft, word) for word in found if word))

    def _complete(self, draft: Draft, word: str) -> str:
        """A label that was cut off inside a parenthesis gets its end; reported once for the whole source."""
        if not _OPEN_PARENTHESIS.search(word):
            return word
        if word not in self.completed:
            self.completed.add(word)
            draft.mend("terms", f"cut-off label completed, here and in every later record: {shorten(word, 200)}")
        return f"{word})"

    # Locations

    def _location(self, draft: Draft, row: Row) -> None:
        if not any(
            as_text(value).strip()
            for spec in self.fields.values()
            if not self._constant(spec)
            for value in [self._value(row, spec)]
        ):
            raise Refused("", "the row says nothing about a place")
        draft.line("name", self._get(row, "name"))
        draft.require("name")
        draft.address(*(self._get(row, field) for field in ("street", "city", "state", "postcode")))
        draft.coordinates(self._get(row, "latitude"), self._get(row, "longitude"))
        self._phone(draft, row)
        self._hours(draft, row)
        codes, notes = parts.languages(filter(None, [draft.one_line(self._get(row, "languages"), "languages")]))
        if codes:
            draft.values["languages"] = codes
        if notes:
            draft.values["language_note"] = {"en": notes[0]}
        draft.text("accessibility", self._get(row, "accessibility"))
        draft.text("note", self._get(row, "note"))
        self._set_agencies(draft, row)
        draft.values.pop("delivered_with", None)
        services = [one["id"] for one in self.mapping.get("services", ()) if _holds(one, row)]
        if services:
            draft.values["services"] = services
        if self.info.not_current:
            draft.values["not_current"] = True

    def _phone(self, draft: Draft, row: Row) -> None:
        """The first number; the others, and what else stands there, become words beside it."""
        raw = draft.raw("phone", self._get(row, "phone"))
        found, rest = parts.phones(raw)
        if found:
            draft.values["phone"] = found[0].number
        more = [f"{one.number} ext. {one.extension}" if one.extension else one.number for one in found[1:]]
        own = f"ext. {found[0].extension}" if found and found[0].extension else ""
        note = "; ".join(filter(None, [own, f"also {', '.join(more)}" if more else ""]))
        if note:
            draft.values["phone_note"] = {"en": texts.cut(note, texts.MAX_LINE)}
        if raw.strip() and (rest or not found):
            draft.mend("phone", f"not read as a telephone number: {shorten(rest or raw)}")

    def _hours(self, draft: Draft, row: Row) -> None:
        days = draft.one_line(self._get(row, "days"), "hours")
        times = draft.one_line(self._get(row, "times"), "hours")
        hours = parts.opening_hours(days, times, self.mapping.get("zone", _DEFAULT_ZONE)) if times else []
        if hours:
            draft.values["hours"] = hours
        elif days or times:
            said = dict.fromkeys(part.strip() for part in (days, times) if part.strip())
            draft.values["hours_note"] = {"en": texts.cut(", ".join(said), texts.MAX_LINE)}


def agency_identifier(parent: str, name: str) -> str:
    return f"{parts.slug(parent)}/{parts.slug(name)}" if parent else parts.slug(name)


def _rejoined(draft: Draft, words: list[str], wholes: Any) -> list[str]:
    """Labels that contain the sign at which lists are split are put together again."""
    result = list(words)
    for whole in wholes:
        pieces = [piece.strip() for piece in whole.split(",")]
        for start in range(len(result) - len(pieces), -1, -1):
            if result[start : start + len(pieces)] == pieces:
                result[start : start + len(pieces)] = [whole]
                draft.mend("terms", f"label put together again: {whole}")
    return result


def _holds(condition: Row, row: Row) -> bool:
    """Whether a row fits every pattern under ``when`` and not all of those under ``unless``."""

    def fits(patterns: Row) -> bool:
        return all(re.fullmatch(pattern, as_text(cell(row, column)).strip()) for column, pattern in patterns.items())

    return fits(condition.get("when", {})) and not ("unless" in condition and fits(condition["unless"]))
