"""The form of each kind of record: its sections and fields."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ..catalogue.imports.merge import LINES, TEXTS
from ..i18n import CONTENT_LANGUAGES
from .rules import Kind

Shape = Literal[
    "word",  # one line of text that is the same in all languages
    "line",  # one line in each language
    "text",  # several lines of Markdown in each language
    "phrases",  # in each language a list, one on each line
    "slugs",  # a list, one on each line
    "checks",  # a list, chosen from a few
    "choice",  # one of a few
    "flag",  # yes or nothing
    "number",  # a whole number
    "hours",  # opening hours, one on each line
    "yaml",  # anything, checked by the schema
    "lines",  # a list of lines in each language
    "rows",  # a list of mappings with ``parts``
    "outline",  # a criterion, as rows with ``parts``
    "named",  # texts by key, as rows with ``parts``
    "numbers",  # a list of numbers, one on each line
    "shares",  # numbers by key, one on each line
    "value",  # yes, no, a number or a word
    "group",  # one mapping with ``parts``
]


@dataclass(frozen=True)
class Field:
    """One field. ``choices`` names a list that the page provides; ``fixed``: only a new record can have another."""

    name: str
    label: str
    shape: Shape
    hint: str = ""
    parts: tuple["Field", ...] = ()
    choices: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Section:
    """Fields that belong together under a heading."""

    title: str
    fields: tuple[Field, ...]


_HOURS_HINT = (
    "One on each line: days, times and time zone, such as mo-fr 08:00-17:00 America/New_York. "
    "Zones: America/New_York, America/Chicago, America/Denver, America/Los_Angeles, or local."
)
_DATE_HINT = "Such as 2026-11-22"
_PHONE_HINT = "Digits and hyphens, such as 800-772-1213"
_SLUG_HINT = "The last part of the address: small letters, digits and hyphens."
_MOVED_HINT = f"{_SLUG_HINT} The one before goes on leading here."

_CONTACT = (
    Field("label", "Name", "line"),
    Field("phone", "Telephone", "word", _PHONE_HINT),
    Field("tty", "TTY", "word"),
    Field("text_to", "Number for text messages", "word"),
    Field("email", "E-mail", "word"),
    Field("url", "Web address", "line"),
    Field("hours", "Hours", "hours", _HOURS_HINT),
    Field("languages", "Languages spoken", "slugs", "Codes such as en or es, one on each line"),
)
_SOURCE = (
    Field("key", "Short key", "word", "Conditions name their source by it: small letters, digits, underscores"),
    Field("title", "Title", "word"),
    Field("url", "Web address", "word"),
    Field("edition", "Date of the edition", "word", _DATE_HINT),
    Field("checked", "Compared with our text on", "word", _DATE_HINT),
)
_FINDING = Section(
    "How people find it",
    (
        Field("also_asked_as", "Also asked as", "phrases", "Short words that people use, one on each line"),
        Field("situations", "Situations", "phrases", "What people say about themselves, one sentence on each line"),
    ),
)
_KEEPING = Section(
    "Keeping it right",
    (
        Field("sources", "Sources", "rows", "What our text was compared with", _SOURCE),
        Field("checked", "Last checked", "word", f"The day someone last compared it with the sources. {_DATE_HINT}"),
        Field("owner", "Who looks after it", "word"),
        Field("sensitive", "Sensitive: show the way to leave the page at once", "flag"),
    ),
)
_CONDITION = (
    Field("indent", "Indent", "number"),
    Field("part", "Part", "choice", choices="parts"),
    Field("wanted", "How many", "number"),
    Field("fact", "Fact", "choice", choices="facts"),
    Field("is", "Compared", "choice", choices="comparisons"),
    Field("value", "With", "word"),
)
_RULE = (
    *_CONDITION,
    Field("text", "Said where it is met", "line"),
    Field("not_met", "Said where it is not met", "line"),
    Field("not_known", "Said where it is not known, if not what the fact says", "line"),
    Field("source", "Source", "word"),
    Field("from", "Holds from", "word"),
    Field("until", "No longer from", "word"),
)
_OUTLINE_HINT = (
    "One row for each part; rows that are indented by one more belong to the group above them. What a fact is compared "
    "with: yes; 62; citizen; several with commas; 2 years ago; 130% of amount poverty_guideline by household_size."
)
_STATUS = Field("status", "Status", "choice", choices="status")

FORMS: dict[Kind, tuple[Section, ...]] = {
    "service": (
        Section(
            "What it is",
            (
                Field("title", "Title", "line", "What one gets, in plain words, up to 400 characters"),
                Field("official_name", "Official name", "line"),
                Field("summary", "Summary", "line"),
                Field("slug", "Slug", "word", _MOVED_HINT),
                _STATUS,
                Field("agency", "Responsible agency", "choice", choices="agencies"),
                Field("delivered_with", "Delivered with", "slugs", "Slugs of other agencies, one on each line"),
                Field("url", "Official page", "line", "Begins with https://"),
                Field("valid_from", "Offered from", "word", _DATE_HINT),
                Field("valid_to", "Offered until", "word", _DATE_HINT),
            ),
        ),
        Section(
            "Who can get it",
            (
                Field("who", "Who can get it", "text"),
                Field("profiles", "Profiles it matters to", "checks", choices="profiles"),
                Field("profiles_only", "For these profiles alone", "flag"),
                Field("eligibility", "Conditions that the portal can check", "outline", _OUTLINE_HINT, parts=_RULE),
                Field(
                    "already",
                    "Who gets it already",
                    "outline",
                    "The answer that shows that someone has this service, such as receives_snap is yes",
                    parts=_CONDITION,
                ),
                Field(
                    "households",
                    "Sample people",
                    "rows",
                    "Made-up people, and what the conditions should say of each: likely, not, and not known",
                    (
                        Field("name", "Who they are", "word"),
                        Field("facts", "What they answer", "yaml", "One on each line, such as age: 62"),
                        Field("people", "Others in the home", "yaml", "Each begins with a hyphen, such as - age: 5"),
                        Field("state", "Expected result", "choice", choices="states"),
                        Field("on", "On the day", "word", f"Today unless told. {_DATE_HINT}"),
                    ),
                ),
                Field(
                    "areas",
                    "Where it is offered",
                    "group",
                    "Codes such as US or US-CA, one on each line",
                    (Field("include", "In", "slugs"), Field("exclude", "But not in", "slugs")),
                ),
            ),
        ),
        Section(
            "What one gets",
            (
                Field("benefit", "What one gets", "text"),
                Field("outputs", "Results, one each", "lines"),
                Field("amounts", "Amounts to show", "slugs", "Keys of parameters, one on each line"),
            ),
        ),
        Section(
            "How to get it",
            (
                Field("how", "How to apply", "text"),
                Field(
                    "channels",
                    "Ways to apply",
                    "rows",
                    parts=(
                        Field("kind", "Kind", "choice", choices="channels"),
                        Field("text", "What to do", "text"),
                        Field("url", "Web address", "line"),
                        Field("phone", "Telephone", "word", _PHONE_HINT),
                        Field("tty", "TTY", "word"),
                        Field("address", "Postal address", "word"),
                        Field("hours", "Hours", "hours", _HOURS_HINT),
                    ),
                ),
                Field(
                    "cost",
                    "Cost",
                    "group",
                    parts=(
                        Field("free", "Is it free?", "choice", choices="free"),
                        Field("text", "What it costs", "line"),
                    ),
                ),
                Field("processing_time", "How long it takes", "line"),
                Field("documents", "Documents needed, one each", "lines"),
                Field("appeal", "If one disagrees", "text"),
                Field("contacts", "Who to ask", "rows", parts=_CONTACT),
                Field("locations", "Places", "slugs", "Identifiers of locations, one on each line"),
            ),
        ),
        _FINDING,
        replace(
            _KEEPING,
            fields=(
                *_KEEPING.fields,
                Field("not_current", "The source says that addresses and numbers may be out of date", "flag"),
                Field(
                    "legal_basis",
                    "Legal basis",
                    "rows",
                    parts=(Field("citation", "Citation", "word"), Field("url", "Web address", "word")),
                ),
            ),
        ),
    ),
    "intent": (
        Section(
            "What it is",
            (
                Field("title", "Title", "line"),
                Field("summary", "Summary", "line"),
                Field("first", "What to do first", "text"),
                Field("slug", "Slug", "word", _MOVED_HINT),
                Field("kind", "Kind", "choice", choices="intent_kinds"),
                Field("parent", "Part of", "choice", choices="intents"),
                Field("position", "Place in the list", "number"),
                Field("sensitive", "Sensitive: show the way to leave the page at once", "flag"),
            ),
        ),
        Section(
            "The bundle",
            (
                Field(
                    "services",
                    "Steps of the journey",
                    "rows",
                    "In the order of the journey; the place decides",
                    (
                        Field("service", "Service", "word", "Its slug"),
                        Field("step", "Step", "choice", choices="steps"),
                        Field("profile", "Only for", "choice", choices="profiles"),
                        Field("by", "By when", "line"),
                        Field("reason", "Why it belongs here", "line"),
                    ),
                ),
                Field("contacts", "Who to ask", "rows", parts=_CONTACT),
                Field("related", "Often comes with", "slugs", "Slugs of intents, one on each line"),
            ),
        ),
        replace(
            _FINDING,
            fields=(*_FINDING.fields, Field("synonyms", "Synonyms", "phrases", "Single words, one on each line")),
        ),
    ),
    "profile": (
        Section(
            "What it is",
            (
                Field("title", "Title", "line"),
                Field("summary", "Summary", "line"),
                Field("slug", "Slug", "word", _SLUG_HINT, fixed=True),
                Field("position", "Place in the list", "number"),
            ),
        ),
        _FINDING,
    ),
    "article": (
        Section(
            "The article",
            (
                Field("title", "Question", "line"),
                Field("summary", "Answer in one or two sentences", "line"),
                Field("who", "Who it is for", "text"),
                Field("text", "Answer for the public", "text"),
                Field("steps", "Steps", "lines", "What to do, in order"),
                Field("staff_text", "Text for staff", "text"),
                Field("slug", "Slug", "word", _MOVED_HINT),
                Field("status", "Status", "choice", choices="article_statuses"),
                Field("audience", "Who may read it", "choice", choices="audiences"),
                Field("review_by", "To be reviewed by", "word", _DATE_HINT),
                Field("merged_into", "Merged into", "word", "Slug of the article that says the same and stays"),
                Field("services", "Services it is about", "slugs", "Slugs, one on each line"),
                Field("intents", "Intents it answers", "slugs", "Slugs, one on each line"),
            ),
        ),
        _FINDING,
        _KEEPING,
    ),
    "fact": (
        Section(
            "The question",
            (
                Field("question", "Question", "line", "To the person who answers: How old are you?"),
                Field("question_other", "Question about someone else in the home", "line"),
                Field("hint", "Hint", "line"),
                Field("why", "Why we ask", "line"),
                Field("not_known", "Said where it was not answered", "line"),
                Field("slug", "Key", "word", "Conditions name it: small letters, digits, underscores", fixed=True),
            ),
        ),
        Section(
            "The answer",
            (
                Field("about", "About", "choice", choices="about"),
                Field("type", "Type", "choice", choices="fact_types"),
                Field("unit", "Unit", "choice", choices="units"),
                Field(
                    "values",
                    "Choices",
                    "named",
                    parts=(Field("key", "Key", "word"), Field("text", "Words", "line")),
                ),
                Field("bands", "Ranges to choose from", "numbers", "The upper end of each, rising, one on each line"),
                Field("min", "Least", "value"),
                Field("max", "Most", "value"),
                Field("non_answers", "One may also say", "checks", choices="non_answers"),
            ),
        ),
        Section(
            "When it is asked",
            (
                Field("topic", "Topic", "choice", choices="topics"),
                Field("sensitivity", "Sensitivity", "choice", choices="sensitivities"),
                Field("cost", "Effort of answering, 1 to 5", "number"),
                Field("pin", "Ask early: its place among the first", "number"),
                Field("shares", "How common each answer is", "shares", "One on each line, such as true 0.1"),
                Field("changeable", "People can change it themselves", "flag"),
                Field(
                    "only_if",
                    "Only makes sense if",
                    "outline",
                    "Elsewhere no condition on it is met",
                    parts=_CONDITION,
                ),
                Field("otherwise", "Its value where it makes no sense", "value"),
                Field("ask_if", "Asked last unless", "outline", "It changes nothing else", parts=_CONDITION),
                Field("used_by", "Sources whose rules use it", "slugs"),
            ),
        ),
    ),
    "parameter": (
        Section(
            "The amount",
            (
                Field("label", "Name", "line"),
                Field("slug", "Key", "word", "Conditions name it: small letters, digits, underscores", fixed=True),
                Field("unit", "Unit", "choice", choices="amount_units"),
                Field(
                    "values",
                    "Values",
                    "rows",
                    "A new value begins on its day; the one before ends there",
                    (
                        Field("from", "From", "word", _DATE_HINT),
                        Field("until", "No longer from", "word", _DATE_HINT),
                        Field("value", "Value", "value"),
                        Field("each_further", "For each further person", "value"),
                        Field("citation", "Citation", "word"),
                        Field("url", "Web address", "word"),
                        Field("checked", "Checked on", "word", _DATE_HINT),
                        Field("note", "Note", "line"),
                    ),
                ),
            ),
        ),
    ),
    "agency": (
        Section(
            "The agency",
            (
                Field("name", "Name", "line"),
                Field("short_name", "Short name", "line"),
                Field("summary", "Summary", "line"),
                Field("url", "Web site", "line"),
                Field("slug", "Slug", "word", _SLUG_HINT, fixed=True),
                Field("parent", "Part of", "choice", choices="agencies"),
                Field("contacts", "Who to ask", "rows", parts=_CONTACT),
            ),
        ),
    ),
}


def fields_of(kind: Kind) -> Iterator[Field]:
    """All fields of a form, in order."""
    for section in FORMS[kind]:
        yield from section.fields


def unit_names(kind: Kind) -> list[str]:
    """The units that a form shows: fields, or one language of a field."""
    names = []
    for one in fields_of(kind):
        names += [f"{one.name}.{lang}" for lang in CONTENT_LANGUAGES] if one.name in TEXTS | LINES else [one.name]
    return names
