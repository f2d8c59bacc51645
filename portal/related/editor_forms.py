"""Input of the editors' pages of related services."""

from typing import Any

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length, ValidationError

from ..extensions import Translations
from ..forms import PostForm
from ..i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, LANGUAGES
from .models import LINK_KINDS
from .queries.editors import FILTERS

MAX_REASON = 120
MAX_UID = 36
KIND_WORDS = {
    "requires": "Needed before this service",
    "comes_after": "A next step after it",
    "alternative": "Another way, where it does not fit",
    "often_together": "Often needed together with it",
}
BALANCES = {
    "0.0": "0: what most people look at next",
    "0.1": "0.1",
    "0.2": "0.2",
    "0.25": "0.25: as measured, a little of both",
    "0.3": "0.3",
    "0.4": "0.4",
    "0.5": "0.5: what is special to a service",
}


class TargetForm(PostForm):
    """A service in the list of another."""

    target = HiddenField(validators=[InputRequired(), Length(max=MAX_UID)])


class LinkForm(TargetForm):
    """A link to add or change."""

    kind = SelectField(
        "How are they related?",
        choices=[SelectChoice(one, KIND_WORDS[one]) for one in LINK_KINDS],
        default="often_together",
    )
    reason_en = StringField("Reason in English", validators=[Length(max=MAX_REASON)])
    reason_es = StringField("Reason in Spanish", validators=[Length(max=MAX_REASON)])
    pinned = BooleanField("Pin it to the top")

    def validate_reason_es(self, reason_es: StringField) -> None:
        if bool((reason_es.data or "").strip()) != bool((self.reason_en.data or "").strip()):
            raise ValidationError("Write the reason in both languages, or in neither")

    @property
    def reason(self) -> Translations | None:
        """The reason in both languages; None for what the kind says by itself."""
        texts = {lang: " ".join((self[f"reason_{lang}"].data or "").split()) for lang in CONTENT_LANGUAGES}
        return texts if all(texts.values()) else None


class ExclusionForm(PostForm):
    """Where a service has no part."""

    as_source = BooleanField("It gets no list of its own")
    as_target = BooleanField("It stands in no list")


class BalanceForm(PostForm):
    """The balance between what most people do and what is special."""

    beta = SelectField("Balance", choices=[SelectChoice(value, words) for value, words in BALANCES.items()])

    @property
    def value(self) -> float:
        return float(self.beta.data)


class TrialForm(PostForm):
    """How the other half of the visits gets its lists: with another balance, or with the switch the other way."""

    how = SelectField("The other half of the visits gets")

    def __init__(self, *args: Any, curated_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        switch = "What visits teach as well" if curated_only else "Nothing that visits taught"
        self.how.choices = [
            SelectChoice("switch", switch),
            *(SelectChoice(value, f"Balance {words}") for value, words in BALANCES.items()),
        ]

    @property
    def beta(self) -> float | None:
        """The balance of the other half; None for the switch."""
        return None if self.how.data == "switch" else float(self.how.data)


class BackForm(PostForm):
    """A button that returns to the page where it was pressed."""

    back = HiddenField()


class ListForm(Form):
    """Narrowing the index, from the query of a GET request. What makes no sense counts as not asked."""

    q = StringField()
    only = StringField()
    page = IntegerField()

    @property
    def words(self) -> str:
        return (self.q.data or "").strip()[:100]

    @property
    def filter(self) -> str:
        return self.only.data if self.only.data in FILTERS else ""

    @property
    def page_number(self) -> int:
        return min(max(self.page.data or 1, 1), 10_000)


class SeenForm(Form):
    """As whom a list is seen: language, and the half of a trial."""

    lang = StringField()
    arm = StringField()

    @property
    def language(self) -> str:
        return self.lang.data if self.lang.data in CONTENT_LANGUAGES else DEFAULT_LANGUAGE

    @property
    def is_trial(self) -> bool:
        return self.arm.data == "b"


LANGUAGE_CHOICES = [(code, LANGUAGES[code].name) for code in CONTENT_LANGUAGES]
