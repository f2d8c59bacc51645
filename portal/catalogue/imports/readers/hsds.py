"""HSDS 3.0 objects as records: the same for JSON lines and for tables, which are first joined into objects.

People's names are left out: a contact is shown under the title or department that it has.
"""

import re
from collections.abc import Iterator
from typing import Any

from portal.catalogue.imports import texts
from portal.catalogue.imports.readers import parts
from portal.catalogue.imports.readers.draft import Draft, as_dict, as_list, as_text, shorten
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.rules import AREA_NAMES, DAYS

Row = dict[str, Any]

# Time zones as HSDS gives them, hours before or after UTC: winter hours of the zones that Portico knows.
_ZONES = {"-5": "America/New_York", "-6": "America/Chicago", "-7": "America/Denver", "-8": "America/Los_Angeles"}
_FREE = re.compile(r"(?:none|no (?:fees?|cost|charge)s?|free(?: of charge)?|n/?a|not? applicable)\.?", re.IGNORECASE)
_CLOSED = ("inactive", "defunct", "temporarily closed")


class Hsds:
    """Turns objects of one source into records, with the source's defaults."""

    def __init__(self, info: SourceInfo) -> None:
        self.info = info

    def agency(self, draft: Draft, row: Row) -> None:
        draft.line("name", row.get("name"))
        draft.require("name")
        draft.line("short_name", row.get("alternate_name"))
        draft.text("description", row.get("description"))
        draft.summarise("description")
        draft.values.pop("description", None)
        draft.link("url", row.get("website") or row.get("url"))
        parent = as_text(row.get("parent_organization_id")).strip()
        if parent:
            draft.values["parent"] = parent
        self._contacts(draft, row)

    def location(self, draft: Draft, row: Row) -> None:
        draft.line("name", row.get("name") or row.get("alternate_name"))
        addresses = [as_dict(address) for address in as_list(row.get("addresses"))]
        address = next((one for one in addresses if one.get("address_type") == "physical"), (addresses or [{}])[0])
        streets = [as_text(address.get(part)).strip() for part in ("address_1", "address_2")]
        draft.address(
            ", ".join(filter(None, streets)),
            address.get("city"),
            address.get("state_province"),
            address.get("postal_code"),
        )
        if not draft.values.get("name"):
            draft.line("name", draft.values.get("street"))
            draft.require("name")
            draft.mend("name", "missing: the street stands in")
        agency = as_text(row.get("organization_id")).strip()
        if agency:
            draft.values["agency"] = agency
        draft.coordinates(row.get("latitude"), row.get("longitude"))
        draft.line("transport", row.get("transportation"))
        self._first_phone(draft, row)
        self._languages(draft, row)
        for access in map(as_dict, as_list(row.get("accessibility"))):
            draft.text("accessibility", access.get("description"))
            draft.text("accessibility", access.get("details"))
        self.hours(draft, row)
        self._currency(draft)

    def service(self, draft: Draft, row: Row) -> None:
        draft.line("title", row.get("name"))
        draft.require("title")
        draft.phrases(as_text(row.get("alternate_name")))
        draft.text("benefit", row.get("description"))
        draft.summarise("benefit")
        draft.text("who", row.get("eligibility_description"))
        self._ages(draft, row)
        draft.text("how", row.get("application_process"))
        draft.link("url", row.get("url"))
        draft.line("processing_time", row.get("wait_time"))
        draft.text("how", row.get("alert"))
        self._cost(draft, row)
        draft.lines(
            "documents", [as_text(as_dict(one).get("document")) for one in as_list(row.get("required_documents"))]
        )
        self._areas(draft, row)
        self._languages(draft, row)
        self._contacts(draft, row)
        self.hours(draft, row)
        places = [as_dict(place) for place in as_list(row.get("service_at_locations"))]
        for place in places:
            self._contacts(draft, place)
        self._references(draft, row, places)
        self._channels(draft)
        for attribute in map(as_dict, as_list(row.get("attributes"))):
            self._term(draft, attribute)
        status = as_text(row.get("status")).strip().casefold()
        if status and status != "active":
            draft.values["closed"] = True
            known = "" if status in _CLOSED else ", which HSDS does not know"
            draft.mend("status", f"{shorten(status, 60)}{known}: not to be offered")
        self._currency(draft)

    def _references(self, draft: Draft, row: Row, places: list[Row]) -> None:
        agency = as_text(row.get("organization_id") or as_dict(row.get("organization")).get("id")).strip()
        if agency:
            draft.values["agency"] = agency
        else:
            draft.mend("organization", "the service names no organization")
        ids = [
            as_text(as_dict(place.get("location")).get("id") or place.get("location_id")).strip() for place in places
        ]
        locations = list(dict.fromkeys(identifier for identifier in ids if identifier))
        if locations:
            draft.values["locations"] = locations

    def _currency(self, draft: Draft) -> None:
        if self.info.not_current:
            draft.values["not_current"] = True

    def _ages(self, draft: Draft, row: Row) -> None:
        lowest, highest = parts.number(row.get("minimum_age")), parts.number(row.get("maximum_age"))
        if lowest is not None and highest is not None:
            draft.text("who", f"Ages {lowest:g} to {highest:g}.")
        elif lowest is not None:
            draft.text("who", f"Ages {lowest:g} and older.")
        elif highest is not None:
            draft.text("who", f"Ages up to {highest:g}.")

    def _cost(self, draft: Draft, row: Row) -> None:
        said = [draft.one_line(row.get("fees_description") or row.get("fees"), "cost")]
        for option in map(as_dict, as_list(row.get("cost_options"))):
            amount = " ".join(filter(None, (as_text(option.get("amount")), as_text(option.get("currency")).upper())))
            words = (option.get("option"), amount, option.get("amount_description"))
            said.append(draft.one_line(", ".join(filter(None, map(as_text, words))), "cost"))
        text = texts.cut("; ".join(filter(None, said)), texts.MAX_LINE)
        if text:
            draft.values["cost"] = {"free": True if _FREE.fullmatch(text) else None, "text": {"en": text}}

    def _areas(self, draft: Draft, row: Row) -> None:
        """The source's area, unless the record names states. Other words about an area are kept as words."""
        codes: list[str] = []
        for area in map(as_dict, as_list(row.get("service_areas"))):
            name = as_text(area.get("name") or area.get("description"))
            state = parts.state(name)
            if state and f"US-{state}" in AREA_NAMES:
                codes.append(f"US-{state}")
            else:
                draft.line("area_note", name)
        if codes or self.info.area:
            draft.values["areas"] = {"include": list(dict.fromkeys(codes or self.info.area))}

    def _languages(self, draft: Draft, row: Row) -> None:
        spoken: list[str] = []
        names: list[str] = []
        for one in map(as_dict, as_list(row.get("languages"))):
            code = as_text(one.get("code")).strip().casefold()
            if re.fullmatch(r"[a-z]{2,3}", code):
                spoken.append(code)
            else:
                names.append(draft.one_line(one.get("name"), "languages"))
            names.append(draft.one_line(one.get("note"), "languages"))
        names.append(draft.one_line(row.get("interpretation_services"), "languages"))
        codes, notes = parts.languages(filter(None, names))
        if spoken or codes:
            draft.values["languages"] = list(dict.fromkeys([*spoken, *codes]))
        if notes:
            draft.values["language_note"] = {"en": texts.cut(" ".join(notes), texts.MAX_LINE)}

    def _phones(self, draft: Draft, row: Row) -> Iterator[tuple[Row, parts.Phone]]:
        for given in map(as_dict, as_list(row.get("phones"))):
            # Nobody is reached by voice at a fax or a pager.
            if as_text(given.get("type")).casefold() not in ("fax", "pager"):
                found = draft.phone(given.get("number"), "phones")
                if found:
                    yield given, found

    def _first_phone(self, draft: Draft, row: Row) -> None:
        for given, found in self._phones(draft, row):
            if "phone" not in draft.values:
                draft.values["phone"] = found.number
                extension = found.extension or as_text(given.get("extension"))
                if extension:
                    draft.values["phone_note"] = {"en": f"ext. {shorten(extension, 30)}"}

    def _contacts(self, draft: Draft, row: Row) -> None:
        for given, found in self._phones(draft, row):
            said = draft.one_line(given.get("description"), "phones")
            kind = as_text(given.get("type")).casefold()
            if not said or re.fullmatch(r"phone \d+", said, re.IGNORECASE):
                said = "Phone"
            extension = found.extension or texts.line(as_text(given.get("extension")))
            label = texts.cut(f"{said}, ext. {extension}" if extension else said, texts.MAX_LINE)
            way = "tty" if kind in ("textphone", "tty") or said.casefold() in ("tty", "tdd", "tty/tdd") else "phone"
            draft.contact(label, **{"text_to" if kind in ("sms", "text") else way: found.number})
        mail = draft.mail(row.get("email"), "email")
        if mail:
            draft.contact("Email", email=mail)
        for person in map(as_dict, as_list(row.get("contacts"))):
            label = draft.one_line(person.get("title") or person.get("department"), "contacts") or "Contact"
            numbers = [found.number for _, found in self._phones(draft, person)]
            draft.contact(
                label, phone=numbers[0] if numbers else None, email=draft.mail(person.get("email"), "contacts")
            )

    def _channels(self, draft: Draft) -> None:
        """The ways that the record shows: its address on the web, its first telephone, its places."""
        if "url" in draft.values:
            draft.channel("online", "Visit the website.", url=dict(draft.values["url"]))
        number = next((one["phone"] for one in draft.values.get("contacts", []) if "phone" in one), None)
        if number:
            draft.channel("phone", "Call for information or to apply.", phone=number)
        if "locations" in draft.values:
            draft.channel("in_person", "Go to one of the places listed.")

    def _term(self, draft: Draft, attribute: Row) -> None:
        term = as_dict(attribute.get("taxonomy_term"))
        name = as_text(term.get("name"))
        taxonomy = as_text(term.get("taxonomy") or as_dict(term.get("taxonomy_detail")).get("name"))
        axis = as_text(attribute.get("link_type")).casefold()
        if "open eligibility" in taxonomy.casefold() or "openeligibility" in taxonomy.casefold():
            situation = axis == "eligibility" or as_text(term.get("description")) == "situation"
            draft.term(f"open-eligibility:{'situation' if situation else 'service'}", name)
        elif name:
            draft.term(f"{parts.slug(taxonomy, 40) or 'taxonomy'}:{parts.slug(axis, 40) or 'term'}", name)

    # Opening hours

    def hours(self, draft: Draft, row: Row) -> None:
        """Weekly hours, and what differs on days with a beginning and an end; the rest stays as words."""
        weekly: list[Row] = []
        exceptions: list[Row] = []
        for schedule in map(as_dict, as_list(row.get("schedules"))):
            note = draft.one_line(schedule.get("description") or schedule.get("notes"), "hours_note")
            first, last = parts.date(as_text(schedule.get("valid_from"))), parts.date(as_text(schedule.get("valid_to")))
            opens = parts.time_of_day(as_text(schedule.get("opens_at")))
            closes = parts.time_of_day(as_text(schedule.get("closes_at")))
            sound = bool(opens and closes and opens < closes)
            zone = _ZONES.get(as_text(schedule.get("timezone")).strip().removesuffix(":00").replace("-0", "-"), "local")
            times: Row = {"opens": opens, "closes": closes, "zone": zone} if sound else {}
            days = parts.days_of(as_text(schedule.get("byday")))
            if first and last and first <= last:
                told = {"note": {"en": note}} if note else {}
                exceptions.append({"from": first, "to": last, **(times or {"closed": True}), **told})
            elif times and (days or as_text(schedule.get("freq")).upper() == "DAILY"):
                weekly.append({"days": days or list(DAYS), **times})
            elif not note:
                draft.mend("hours", "a schedule without days or times left out")
            if note and not (first and last):
                draft.line("hours_note", f"{draft.values.get('hours_note', {}).get('en', '')} {note}")
        if len(weekly) > 7:
            draft.mend("hours", "only the first 7 schedules kept")
        if weekly:
            draft.values["hours"] = weekly[:7]
        if exceptions:
            draft.values["hours_exceptions"] = exceptions


def identifier(row: Row) -> str:
    """The object's own identifier. Without one it cannot be found again at the next import, so there is no record."""
    return as_text(row.get("id")).strip()
