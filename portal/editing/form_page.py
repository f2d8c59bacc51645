"""What the template of the edit form asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..catalogue.imports.merge import LINES, TEXTS
from ..eligibility.rules.facts import NON_ANSWERS, SENSITIVITIES
from ..eligibility.rules.screening import ResultState
from ..identity.rules import Staff
from . import queries
from .checks import Findings
from .fields import MORE_ROWS, row_count
from .outline import COMPARISONS, INPUTS, PARTS
from .queries import Provenance
from .record_forms import FORMS, Field, Section, fields_of
from .rules import Kind


def _plain(*values: str) -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ").capitalize()) for value in values]


_GROUPS = ("rows", "lines", "outline", "named", "group", "checks")
CHOICES = {
    "status": [("draft", "Draft: not public"), ("published", "Published"), ("withdrawn", "Withdrawn")],
    "article_statuses": [
        ("work_in_progress", "Work in progress: only here"),
        ("not_validated", "Not validated: staff may use it with care"),
        ("validated", "Validated"),
        ("archived", "Archived"),
    ],
    "audiences": [("public", "Everyone"), ("staff", "Staff only")],
    "channels": [("online", "Online"), ("phone", "By phone"), ("in_person", "In person"), ("post", "By mail")],
    "free": [("yes", "Yes"), ("no", "No")],
    "intent_kinds": [("life_event", "Life event"), ("need", "Need")],
    "steps": [("first", "First"), ("then", "Then"), ("consider", "Also consider")],
    "parts": list(PARTS.items()),
    "comparisons": list(COMPARISONS.items()),
    "states": [(state.value, state.value.replace("_", " ").capitalize()) for state in ResultState],
    "about": [("person", "Each person"), ("household", "The home"), ("deceased", "Someone who died")],
    "fact_types": _plain("boolean", "choice", "number", "money", "age", "date", "area"),
    "units": _plain("years", "months", "days", "hours", "people", "percent", "per_month", "per_year"),
    "amount_units": _plain("dollars", "dollars_per_month", "dollars_per_year", "percent", "years", "months", "days"),
    "sensitivities": _plain(*SENSITIVITIES),
    "non_answers": _plain(*NON_ANSWERS),
    "topics": _plain(
        *("you", "family", "home", "money", "work", "health", "military", "study", "death", "disaster", "business"),
        *("taxes", "safety"),
    ),
}


def statuses(kind: Kind) -> list[tuple[str, str]]:
    """(value, words) of the statuses that records of a kind can have; none for kinds without."""
    return next((CHOICES[one.choices] for one in fields_of(kind) if one.name == "status"), [])


@dataclass(frozen=True)
class FormPage:
    """The texts of the inputs, what is wrong with them, and where the values come from."""

    kind: Kind
    texts: Mapping[str, str]
    findings: Findings
    unread: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, Provenance] = field(default_factory=dict)
    choices: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)
    # Units that differ from the record: their origin is the draft.
    changed: Collection[str] = ()
    # The list that the editor asked more rows for.
    more: str = ""
    is_new: bool = False

    @property
    def sections(self) -> tuple[Section, ...]:
        return FORMS[self.kind]

    def value(self, name: str) -> str:
        """What stands in an input."""
        return self.texts.get(name, "")

    def rows(self, name: str) -> range:
        """The rows of a list, with empty ones to be filled in."""
        return range(row_count(self.texts, name) + (MORE_ROWS if self.more == name else 1))

    def is_filled(self, name: str) -> bool:
        """Whether there is something in a row."""
        return any(one.startswith(f"{name}.") and self.texts[one] for one in self.texts)

    def parts(self, one: Field, row: str) -> list[Field]:
        """The fields of a row that are shown: of an outline those that its part has."""
        shown = INPUTS.get(self.value(f"{row}.part")) if one.shape == "outline" else None
        if self.value(f"{row}.part") == "condition":
            return [part for part in one.parts if part.name != "wanted"]
        return [part for part in one.parts if shown is None or part.name in shown]

    def errors(self, name: str, *, deep: bool = True) -> list[str]:
        """What is wrong at an input, with ``deep`` also inside what it holds."""
        own = [self.unread[name]] if name in self.unread else []
        return own + [one.message for one in self.findings.errors if _is_at(one.path, name, deep)]

    def hints(self, name: str) -> list[str]:
        """What could be better at an input."""
        return [one.message for one in self.findings.hints if _is_at(one.path, name, deep=True)]

    def summary(self) -> list[tuple[str, str]]:
        """(input, message) of everything that is wrong."""
        return [*self.unread.items(), *((self.input_of(one.path), one.message) for one in self.findings.errors)]

    def input_of(self, path: str) -> str:
        """The id of the input, or of the group, that a problem is about."""
        top = next(
            (one for section in self.sections for one in section.fields if one.name == path.split(".", maxsplit=1)[0]),
            None,
        )
        if top is None:
            return "main-content"
        if top.shape in ("line", "text", "phrases"):
            return path if "." in path else f"{path}.en"
        return f"group-{top.name}" if top.shape in _GROUPS else top.name

    def origin(self, unit: str) -> Provenance | str | None:
        """Where the value of a unit comes from; "draft" where the draft has changed it."""
        return "draft" if unit in self.changed else self.origins.get(unit)

    def has_languages(self, one: Field) -> bool:
        """Whether each language of the field is a unit of its own."""
        return one.name in TEXTS | LINES

    def options(self, one: Field, value: str) -> list[tuple[str, str]]:
        """What can be chosen, the present value always among it."""
        found = self.choices.get(one.choices, [])
        return found if not value or value in dict(found) else [*found, (value, value)]


def choices_for(staff: Staff) -> dict[str, list[tuple[str, str]]]:
    """The lists that fields choose from."""
    return CHOICES | {
        "agencies": queries.agency_choices(staff, for_writing=True),
        "profiles": queries.profile_choices(),
        "intents": queries.intent_choices(),
        "facts": queries.fact_choices(),
    }


def _is_at(path: str, name: str, deep: bool) -> bool:
    return path == name or (deep and path.startswith(f"{name}."))
