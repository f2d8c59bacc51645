"""Federal benefits in the form of the benefit eligibility finder: a folder of JSON files in English and Spanish.

``benefits.json`` and ``criteria.json`` are needed; agencies, life events and the later form of one life event
(``death_of_a_loved_one_2025.json``) are read where they are. The later form adds to the benefits that it shares with
the earlier one: its English link and, as ``criteria_later``, its conditions. It stands for no record of its own where
it joins several earlier benefits in one; a benefit that is new in it becomes a record.

The rows of a benefit become its rule by the mapping file of ``benefit_rules``.
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.dates import format_date

from portal.catalogue.imports import texts
from portal.catalogue.imports.readers import parts
from portal.catalogue.imports.readers.benefit_rules import benefit_rules
from portal.catalogue.imports.readers.draft import Draft, Refused, as_dict, as_list, as_text, shorten
from portal.catalogue.imports.readers.files import UnreadableSource, read_json
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.imports.records import Place, SourceRecord, Trouble

INFO = SourceInfo(
    key="us-benefits",
    title="USA.gov benefits and eligibility criteria",
    publisher="U.S. General Services Administration",
    licence="CC0 1.0",
    url="https://github.com/GSA-TTS/usagov-benefits-eligibility",
    area=("US",),
    edition="2024-01-30",
)
LANGUAGES = ("en", "es")
LATER = "death_of_a_loved_one_2025.json"
TEST_KEY = "nested_child_criteria_test"
_APPLY = {
    "en": "Learn more and apply on the website of the agency.",
    "es": "Obtenga más información y presente su solicitud en el sitio web de la agencia.",
}
_SIDES = {("<", "en"): "before", (">", "en"): "after", ("<", "es"): "antes del", (">", "es"): "después del"}
_IN_ENGLISH = "La página está en inglés."
_OR = {"en": "or", "es": "o"}
_UNWORDED = {"en": "One more condition: ask the agency.", "es": "Una condición más: pregunte a la agencia."}
_SOURCE = "agency_page"
_ANY_OF_TYPES = ("select", "radio")
_FILLER = frozenset(["for", "the", "a", "an", "of", "and", "or", "with", "program", "division", "u", "department", ""])

Row = dict[str, Any]


def read(path: Path) -> Iterator[SourceRecord | Trouble]:
    """Agencies, then services. Raises UnreadableSource where the folder holds no benefits or no criteria."""
    if not path.is_dir():
        raise UnreadableSource(f"{path} is no folder with a benefits.json")
    benefits = _records(path / "benefits.json")
    criteria = {as_text(row.get("key")): row for row in _records(path / "criteria.json")}
    agencies = _records(path / "agencies.json") if (path / "agencies.json").exists() else []
    events = _records(path / "life_events.json") if (path / "life_events.json").exists() else []
    later = read_json(path / LATER) if (path / LATER).exists() else None
    return _Folder(benefits, criteria, agencies, {as_text(event.get("id")) for event in events}, later).read()


def _records(path: Path) -> list[Row]:
    value = read_json(path)
    if not isinstance(value, list):
        raise UnreadableSource(f"{path.name} does not hold a list")
    return [as_dict(row) for row in value]


def words_of(name: str) -> frozenset[str]:
    """The words that tell names apart, whatever their order, number and filling."""
    plain = re.sub(r"['’]s?\b", "", re.sub(r"\([A-Z]+\)", " ", name)).casefold()
    return frozenset(word.removesuffix("s") for word in re.split(r"[^a-z0-9]+", plain)) - _FILLER


class _Folder:
    def __init__(
        self, benefits: list[Row], criteria: dict[str, Row], agencies: list[Row], events: set[str], later: Any
    ) -> None:
        self.benefits = benefits
        self.criteria = criteria
        self.agencies = agencies
        self.events = events
        self.form = as_dict(as_dict(as_dict(later).get("data")).get("lifeEventForm"))
        self.later = [
            as_dict(as_dict(row).get("benefit")) for row in as_list(as_dict(as_dict(later).get("data")).get("benefits"))
        ]
        agencies_of: dict[str, set[str]] = {}
        for row in self.later:
            link = as_text(row.get("SourceLink")).strip()
            agencies_of.setdefault(link, set()).add(as_text(as_dict(row.get("agency")).get("title")))
        self.doubtful_links = {link for link, names in agencies_of.items() if link and len(names) > 1}
        self.rules = benefit_rules()
        self.agency_ids: dict[str, str] = {}  # by English name
        self.additions: dict[str, Row] = {}  # what the later form says, by the identifier of the earlier benefit

    def read(self) -> Iterator[SourceRecord | Trouble]:
        new: list[tuple[Place, Row]] = []
        if self.form or self.later:
            yield from self._compare(new)
        yield from self._read_agencies(new)
        for number, row in enumerate(self.benefits):
            place = Place("benefits.json", shorten(as_text(row.get("id")), 80) or f"record {number + 1}")
            draft = Draft("service", as_text(row.get("id")), place)
            yield from draft.filled(self._benefit, row)
        for place, row in new:
            draft = Draft("service", f"later-{parts.slug(as_text(row.get('title')))}", place)
            yield from draft.filled(self._later_benefit, row)

    # The later form

    def _compare(self, new: list[tuple[Place, Row]]) -> Iterator[Trouble]:
        """Find for each benefit of the later form the earlier one; the form's test entries are refused."""
        for key in _keys_of(self.form, 0):
            if key == TEST_KEY:
                yield Trouble(Place(LATER, key), "criteriaKey", "a test entry, not a condition", refused=True)
        for number, row in enumerate(self.later):
            title = as_text(row.get("title"))
            place = Place(LATER, shorten(title) or f"benefit {number + 1}")
            same, link = self._earlier(row)
            if len(same) == 1 and same[0] not in self.additions:
                self.additions[same[0]] = row
            elif same:
                reason = f"not one benefit of the earlier edition but {', '.join(same)}, which stay"
                yield Trouble(place, "title", reason[:400], refused=True)
            else:
                new.append((place, row | {"SourceLink": link}))

    def _earlier(self, row: Row) -> tuple[list[str], str]:
        """Identifiers of the earlier benefits with the same title, else with the same link; and the link."""
        link = as_text(row.get("SourceLink")).rstrip("/")
        words = words_of(as_text(row.get("title")))
        titles = [benefit for benefit in self.benefits if words_of(_in(benefit.get("title"), "en")) == words]
        links = [
            benefit for benefit in self.benefits if link and _in(benefit.get("source_link"), "en").rstrip("/") == link
        ]
        return [as_text(benefit.get("id")) for benefit in titles or links], as_text(row.get("SourceLink"))

    def _later_benefit(self, draft: Draft, row: Row) -> None:
        draft.line("title", row.get("title"))
        draft.require("title")
        draft.text("benefit", row.get("summary"))
        draft.summarise("benefit")
        draft.values["agency"] = self._agency_of(as_text(as_dict(row.get("agency")).get("title")))
        draft.link("url", row.get("SourceLink"))
        draft.channel("online", _APPLY["en"], url=draft.values.get("url"))
        draft.values["areas"] = {"include": list(INFO.area)}
        rows = self._later_rows(draft, row)
        draft.text("who", "\n".join(f"- {condition['label']['en']}" for condition in rows))
        if rows:
            draft.values["criteria_later"] = rows
        draft.term("us-benefits:life-event", "death-of-a-loved-one")

    def _later_rows(self, draft: Draft, row: Row) -> list[Row]:
        rows = []
        for found in map(as_dict, as_list(row.get("eligibility"))):
            label = draft.one_line(found.get("label"), "criteria_later")
            values = [texts.line(as_text(value)) for value in as_list(found.get("acceptableValues"))]
            if label:
                rows.append(
                    {"key": texts.line(as_text(found.get("criteriaKey"))), "values": values, "label": {"en": label}}
                )
        return rows

    # Agencies

    def _read_agencies(self, new: list[tuple[Place, Row]]) -> Iterator[SourceRecord | Trouble]:
        for number, row in enumerate(self.agencies):
            identifier = as_text(row.get("id"))
            draft = Draft(
                "agency", identifier, Place("agencies.json", shorten(identifier, 80) or f"record {number + 1}")
            )
            self.agency_ids.setdefault(_in(row.get("title"), "en"), identifier)
            yield from draft.filled(_agency, row)
        named = [
            (Place("benefits.json", shorten(as_text(row.get("id")), 80)), as_dict(row.get("agency")))
            for row in self.benefits
        ]
        named += [(place, {"en": as_dict(row.get("agency")).get("title")}) for place, row in new]
        for place, names in named:
            name = as_text(names.get("en"))
            if not name.strip() or self._agency_of(name) is not None:
                continue
            self.agency_ids[name] = parts.slug(name)
            draft = Draft("agency", parts.slug(name), place)
            draft.mend("agency", f"agencies.json has no record of {shorten(name)}: taken from the name alone")
            yield from draft.filled(_agency, {"title": names})

    def _agency_of(self, name: str) -> str | None:
        """The identifier of an agency by its name or, in the later form, by a name of the same words or initials."""
        if name in self.agency_ids:
            return self.agency_ids[name]
        initials = re.search(r"\(([A-Z]{3,})\)", name)
        for known, identifier in self.agency_ids.items():
            if words_of(known) == words_of(name) or (initials and initials[1] == known):
                return identifier
        return None

    # Benefits

    def _benefit(self, draft: Draft, row: Row) -> None:
        if not as_dict(row.get("title")):
            raise Refused("title", "missing")
        for lang in LANGUAGES:
            draft.line("title", as_dict(row.get("title")).get(lang), lang)
            draft.text("benefit", as_dict(row.get("summary")).get(lang), lang)
            draft.text("how", as_dict(row.get("critical_application_information")).get(lang), lang)
        draft.require("title")
        draft.summarise("benefit")
        agency = self._agency_of(_in(row.get("agency"), "en")) if _in(row.get("agency"), "en") else None
        if agency is not None:
            draft.values["agency"] = agency
        draft.values["areas"] = {"include": list(INFO.area)}
        self._links(draft, row)
        self._eligibility(draft, row)
        for event in as_list(row.get("life_events")):
            self._life_event(draft, as_text(event))
        for label in as_list(row.get("types")):
            draft.term("us-benefits:type", as_text(label))

    def _links(self, draft: Draft, row: Row) -> None:
        links, english_only = as_dict(row.get("source_link")), as_dict(row.get("source_link_is_english_only"))
        later = as_text(self.additions.get(draft.identifier, {}).get("SourceLink")).strip()
        draft.link("url", links.get("en"))
        if later in self.doubtful_links:
            draft.mend("url", f"the link of the later edition not taken, two agencies share it: {shorten(later)}")
        elif later and later.rstrip("/") != as_text(links.get("en")).rstrip("/") and parts.web_address(later):
            draft.link("url", later)
            draft.mend("url", f"the link of the later edition taken: {shorten(later)}")
        spanish = as_text(links.get("es")).strip()
        text = dict(_APPLY) if "es" in draft.values["title"] else {"en": _APPLY["en"]}
        # A Spanish link that is said to lead to an English page, or is the English link, is not offered as Spanish.
        said = as_text(english_only.get("es"))
        if spanish and said != "true" and (said == "false" or spanish != as_text(links.get("en")).strip()):
            draft.link("url", spanish, "es")
        elif "es" in text and said == "true":
            text["es"] += f" {_IN_ENGLISH}"
        if draft.values.get("url"):
            if "en" not in draft.values["url"]:
                draft.values["url"]["en"] = draft.values["url"]["es"]
            draft.values["channels"] = [{"kind": "online", "text": text, "url": dict(draft.values["url"])}]

    def _life_event(self, draft: Draft, event: str) -> None:
        canonical = self.rules.life_events.get(event, event)
        if canonical != event:
            draft.mend("life_events", f"{shorten(event, 60)} read as {shorten(canonical, 60)}")
        if self.events and canonical not in self.events:
            draft.mend("life_events", f"no life event {shorten(canonical, 60)}: kept as a word")
        draft.term("us-benefits:life-event", canonical)

    def _eligibility(self, draft: Draft, row: Row) -> None:
        """Each row as a line of those who can get it, and as a condition of the rule."""
        conditions: list[Row] = []
        shown: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
        for found in map(as_dict, as_list(row.get("eligibility"))):
            text, condition = self._row(draft, found)
            conditions.append(condition)
            for lang, words in text.items():
                shown[lang].append(words)
        for lang in LANGUAGES:
            # A list with holes would say that less is asked than is.
            if len(shown[lang]) == len(conditions) and (lang == "en" or lang in draft.values["title"]):
                draft.text("who", "\n".join(f"- {words}" for words in shown[lang]), lang)
        if conditions:
            draft.values["eligibility"] = {"all": conditions}
            draft.values["sources"] = [_source(draft, _in(row.get("agency"), "en"))]
        if draft.identifier in self.additions:
            draft.values["criteria_later"] = self._later_rows(draft, self.additions[draft.identifier])

    def _row(self, draft: Draft, found: Row) -> tuple[dict[str, str], Row]:
        """A row in words, in English always, and as a condition."""
        key = as_text(found.get("criteria_key"))
        name = shorten(key, 60)
        criterion = self.criteria.get(key, {})
        rule = self.rules.criteria.get(key)
        values = [
            _value(draft, name, criterion, rule.read_as if rule else {}, value)
            for value in as_list(found.get("acceptable_values"))
        ]
        text = {}
        for lang in LANGUAGES:
            words = _words(draft, found, criterion, [value.shown for value in values], lang)
            meant = self.rules.reworded(words, draft.identifier, key, lang)
            if meant != words:
                draft.mend("eligibility", f"{name}: {lang} {shorten(words)!r} read as {shorten(meant)!r}")
            if meant:
                text[lang] = meant
        if "en" not in text:
            text = {**_UNWORDED, **text}
        texts_of_row = [text]
        if rule and rule.dates and len(values) > 1:
            texts_of_row = [_with_date(text, value.word or "", about_age=rule.dates == "age") for value in values]
        words_of_row = [value.word for value in values]
        condition, unknown = self.rules.condition(draft.identifier, key, words_of_row, _SOURCE, texts_of_row)
        for reason in unknown:
            draft.mend("eligibility", f"{name}: {reason}: left to the agency")
        return text, condition


class _Value(NamedTuple):
    """An acceptable value: the word by which the rules know it, None where they do not, and what is shown of it."""

    word: str | None
    shown: Any


def _value(draft: Draft, name: str, criterion: Row, read_as: dict[str, str], value: Any) -> _Value:
    """An acceptable value in the criterion's own words, whatever words the benefit uses."""
    if not isinstance(value, dict):
        plain = texts.line(as_text(value))
        return _Value(plain, plain)
    own = _own_value(value, [as_dict(known) for known in as_list(criterion.get("values"))], read_as)
    if own is None:
        draft.mend("eligibility", f"{name}: {shorten(str(value))} is not among the values of the criterion")
        given = {lang: draft.one_line(value.get(lang), "eligibility") for lang in LANGUAGES if as_text(value.get(lang))}
        return _Value(None, given)
    for lang in LANGUAGES:
        words = as_text(value.get(lang))
        if words and words != as_text(own.get(lang)):
            draft.mend("eligibility", f"{name}: {lang} {shorten(words)!r} read as {shorten(as_text(own.get(lang)))!r}")
    shown = {lang: texts.line(as_text(own.get(lang))) for lang in LANGUAGES if as_text(own.get(lang))}
    return _Value(shown.get("en"), shown)


def _own_value(value: Row, known: list[Row], read_as: dict[str, str]) -> Row | None:
    """The criterion's value with the same words, or with those that a repair puts in their place.

    One language is enough, since the other may be worded anew; None where none is known or they contradict each other.
    """
    found: list[Row] = []
    for lang in LANGUAGES:
        words = as_text(value.get(lang))
        meant = read_as.get(words)
        for own in known if words else ():
            same = as_text(own.get("en")) == meant if meant else as_text(own.get(lang)) == words
            if same and own not in found:
                found.append(own)
    return found[0] if len(found) == 1 else None


def _source(draft: Draft, agency: str) -> Row:
    """The page of the agency that the rows were taken from, as of the edition."""
    title = draft.values["title"]["en"]
    name = texts.cut(f"{texts.line(agency)}: {title}" if agency.strip() else title, 200)
    url = draft.values.get("url", {}).get("en", INFO.url)
    return {"key": _SOURCE, "title": name, "url": url, "edition": INFO.edition, "checked": INFO.edition}


def _with_date(text: dict[str, str], expression: str, *, about_age: bool) -> dict[str, str]:
    """The wording of a row that has several date expressions, followed by one of them."""
    return {
        lang: texts.cut(f"{words.rstrip('.')} ({plain_date(expression, lang, about_age=about_age)})", texts.MAX_LINE)
        for lang, words in text.items()
    }


def _keys_of(value: Any, depth: int) -> Iterator[str]:
    """Every criterion that a form asks for, nested ones too."""
    if depth > 30:
        return
    if isinstance(value, dict):
        if isinstance(value.get("criteriaKey"), str):
            yield value["criteriaKey"]
        for inner in value.values():
            yield from _keys_of(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys_of(inner, depth + 1)


def _in(value: Any, lang: str) -> str:
    return as_text(as_dict(value).get(lang))


def _agency(draft: Draft, row: Row) -> None:
    for lang in LANGUAGES:
        draft.line("name", as_dict(row.get("title")).get(lang), lang)
        draft.line("summary", as_dict(row.get("summary")).get(lang), lang)
    draft.require("name")


def _words(draft: Draft, found: Row, criterion: Row, values: list[Any], lang: str) -> str:
    """One row as a line: the benefit's own wording, else the criterion's with the values that are accepted."""
    own = as_dict(found.get("label"))
    if own:
        return draft.one_line(own.get(lang), "eligibility")
    label = draft.one_line(as_dict(criterion.get("label")).get(lang), "eligibility")
    kind = criterion.get("type")
    if not label or kind == "boolean":
        return label
    if kind in _ANY_OF_TYPES:
        shown = [as_text(value.get(lang)) for value in values if isinstance(value, dict)]
        return (
            f"{label.rstrip(':')}{' ' if label.endswith('?') else ': '}{_alternatives(shown, lang)}"
            if all(shown)
            else ""
        )
    about_age = "birth" in as_text(criterion.get("key"))
    shown = [plain_date(as_text(value), lang, about_age=about_age) for value in values]
    return f"{label.rstrip(':')}: {', '.join(shown)}" if shown else label


def _alternatives(shown: list[str], lang: str) -> str:
    """ "a, b or c"; in Spanish "u" stands for "o" before its own sound."""
    if len(shown) < 2:
        return "".join(shown)
    word = "u" if lang == "es" and re.match(r"h?o", shown[-1], re.IGNORECASE) else _OR[lang]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def plain_date(expression: str, lang: str, *, about_age: bool) -> str:
    """A date expression in words: ">62years" → at least 62 years old, "<2years" → within the last 2 years."""
    span = re.fullmatch(r"([<>])=?(\d{1,3})(years|months|days)", expression.strip())
    if span:
        unit = span[3] if lang == "en" else {"years": "años", "months": "meses", "days": "días"}[span[3]]
        older = span[1] == ">"
        if lang == "en" and about_age:
            return f"at least {span[2]} {unit} old" if older else f"under {span[2]} {unit} old"
        if lang == "en":
            return f"more than {span[2]} {unit} ago" if older else f"within the last {span[2]} {unit}"
        if about_age:
            return f"al menos {span[2]} {unit}" if older else f"menos de {span[2]} {unit}"
        return f"hace más de {span[2]} {unit}" if older else f"en los últimos {span[2]} {unit}"
    day = re.fullmatch(r"([<>])=?(\d\d)-(\d\d)-(\d{4})", expression.strip())
    if not day:
        return expression
    try:
        date = format_date(datetime.date(int(day[4]), int(day[2]), int(day[3])), "long", locale=lang)
    except ValueError:
        return expression
    return f"{_SIDES[day[1], lang]} {date}"
