"""Input of the pages of the search."""

import datetime
from typing import cast

from wtforms import Form, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from ..forms import PostForm
from ..i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, LANGUAGES
from ..search.adjustments import Key
from .rules import KINDS, Do

MAX_QUERY = 500
_LANGUAGES = [SelectChoice(code, LANGUAGES[code].name) for code in CONTENT_LANGUAGES]
_KIND = Regexp(rf"(?:{'|'.join(KINDS)})\Z")


class QueryForm(PostForm):
    """A search to look at. It is posted, because what someone typed may tell who they are."""

    q = StringField("What someone typed", validators=[InputRequired("Enter words"), Length(max=MAX_QUERY)])
    lang = SelectField("Language", choices=_LANGUAGES, default=DEFAULT_LANGUAGE)


class WordsForm(QueryForm):
    """Words to add to a record. ``back`` is the page to return to; without one, the search is shown again."""

    kind = HiddenField(validators=[InputRequired(), _KIND])
    id = IntegerField(validators=[InputRequired(), NumberRange(1, 2**31 - 1)])
    failed = HiddenField(validators=[Optional(), Regexp(r"[0-9a-f]{32}\Z")])
    back = HiddenField()

    @property
    def key(self) -> Key:
        return str(self.kind.data), int(self.id.data or 0)


class ProposalForm(WordsForm):
    """A change to put into one's change set."""

    do = HiddenField(validators=[InputRequired(), Regexp(r"(?:pin|bury|words)\Z")])
    note = StringField("Why", validators=[Length(max=300)])
    until = StringField("Until", description="Such as 2026-12-31")

    def validate_until(self, until: StringField) -> None:
        if until.data and self.day() is None:
            raise ValidationError("Enter a day such as 2026-12-31")

    @property
    def action(self) -> Do:
        return cast(Do, self.do.data)

    def day(self) -> datetime.date | None:
        """The last day on which it holds; None for always."""
        try:
            return datetime.date.fromisoformat((self.until.data or "").strip())
        except ValueError:
            return None


class FindForm(PostForm):
    """Other words by which to find the record that answers a failed search."""

    failed = HiddenField(validators=[InputRequired(), Regexp(r"[0-9a-f]{32}\Z")])
    q = StringField(validators=[InputRequired(), Length(max=200)])


class EditionForm(PostForm):
    """A step of one's change set, in the edition that was seen."""

    edition = IntegerField(validators=[InputRequired(), NumberRange(min=1)])
    number = IntegerField(validators=[Optional(), NumberRange(min=0)])


class FactorForm(PostForm):
    """A factor to reset; everywhere where ``hash`` is empty."""

    hash = HiddenField(validators=[Optional(), Regexp(r"[0-9a-f]{32}\Z")])
    kind = HiddenField(validators=[InputRequired(), _KIND])
    id = IntegerField(validators=[InputRequired(), NumberRange(1, 2**31 - 1)])

    @property
    def key(self) -> Key:
        return str(self.kind.data), int(self.id.data or 0)


class ListForm(Form):
    """Narrowing a list, from the query of a GET request. What makes no sense counts as not asked."""

    kind = StringField()
    id = IntegerField()
    page = IntegerField()

    @property
    def page_number(self) -> int:
        return min(max(self.page.data or 1, 1), 10_000)

    @property
    def key(self) -> tuple[str, int] | None:
        return (self.kind.data, self.id.data) if self.kind.data in KINDS and self.id.data else None
