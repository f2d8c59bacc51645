"""Input of the editors' pages besides the records themselves, whose forms ``fields`` describes."""

import datetime
import re
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import Form, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp, ValidationError

from ..forms import PostForm


class Step(PostForm):
    """A step in the life of a draft; ``edition`` is the one that the person saw."""

    edition = IntegerField(validators=[InputRequired(), NumberRange(min=1)])


class SendForm(Step):
    """Asking for a review."""

    note = TextAreaField(
        "What did you change, and why?",
        validators=[InputRequired("Say in a few words what you changed and why"), Length(max=2000)],
    )


class ReturnForm(Step):
    """Sending a draft back to its author."""

    reason = TextAreaField(
        "What should the author change?",
        validators=[InputRequired("Tell the author what is missing"), Length(max=2000)],
    )


class ApproveForm(Step):
    """Publishing now or at a time."""

    when = RadioField(
        "When should it be published?",
        choices=[SelectChoice("now", "Now"), SelectChoice("later", "At a time")],
        default="now",
        validators=[InputRequired("Choose when")],
    )
    day = StringField("Day", description="Such as 2026-12-01")
    time = StringField("Time (UTC)", description="Such as 14:30", default="09:00")

    def validate_day(self, _day: StringField) -> None:
        if self.when.data == "later" and self.moment() is None:
            raise ValidationError("Enter a day such as 2026-12-01 and a time such as 14:30")

    def moment(self) -> datetime.datetime | None:
        """The time to publish (UTC); None for now."""
        if self.when.data != "later":
            return None
        typed = f"{(self.day.data or '').strip()} {(self.time.data or '').strip()}"
        if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", typed):
            return None
        try:
            return datetime.datetime.strptime(typed, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - UTC, stored without a zone
        except ValueError:
            return None


class NewRecordForm(PostForm):
    """What a new record needs to begin with. ``template`` is of articles alone."""

    title = StringField(validators=[InputRequired("Enter a title"), Length(max=400)])
    slug = StringField(
        "Slug",
        description="The last part of the address: small letters, digits and hyphens.",
        validators=[
            InputRequired("Enter a slug"),
            Length(max=80),
        ],
    )
    agency = StringField()
    template = StringField()

    def __init__(self, *args: Any, keyed: bool = False, **kwargs: Any) -> None:
        """``keyed``: conditions name the record by a key instead of pages by a slug."""
        super().__init__(*args, **kwargs)
        self.keyed = keyed
        if keyed:
            self.slug.label.text = "Key"
            self.slug.description = "Conditions name it: small letters, digits and underscores, a letter first."

    def validate_slug(self, slug: StringField) -> None:
        pattern = r"[a-z][a-z0-9]*(_[a-z0-9]+)*" if self.keyed else r"[a-z0-9]+(-[a-z0-9]+)*"
        if not re.fullmatch(pattern, slug.data or ""):
            marks = "single underscores, a letter first" if self.keyed else "single hyphens"
            raise ValidationError(f"Use small letters, digits and {marks}")


class DecisionForm(PostForm):
    """Whose text stays."""

    decision = HiddenField(validators=[InputRequired(), Regexp(r"(?:ours|theirs)\Z")])


class SuggestionForm(PostForm):
    """A profile or an intent that a service is to have."""

    kind = HiddenField(validators=[InputRequired(), Regexp(r"(?:profile|intent)\Z")])
    slug = HiddenField(validators=[InputRequired(), Regexp(r"[a-z0-9-]{1,80}\Z")])


class StatusForm(PostForm):
    """The status that an article is to have."""

    to = HiddenField(validators=[InputRequired(), Regexp(r"[a-z_]{1,20}\Z")])


class PairForm(PostForm):
    """What becomes of two articles that say the same."""

    do = HiddenField(validators=[InputRequired(), Regexp(r"(?:into_first|into_second|apart)\Z")])


class FileTitleForm(PostForm):
    """What a file is called."""

    title_en = StringField("Title in English", validators=[InputRequired("Enter a title"), Length(max=200)])
    title_es = StringField("Title in Spanish", validators=[Length(max=200)])

    def titles(self) -> dict[str, str]:
        """The titles by language."""
        typed = {"en": (self.title_en.data or "").strip(), "es": (self.title_es.data or "").strip()}
        return {lang: text for lang, text in typed.items() if text}

    def validate_title_en(self, title: StringField) -> None:
        if not (title.data or "").strip():
            raise ValidationError("Enter a title")


class FileForm(FileTitleForm):
    """A file for an article; one that takes the place of another keeps its titles."""

    file = FileField("File", validators=[FileRequired("Choose a file")])
    replaces = HiddenField(validators=[Length(max=36)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.replaces.data:
            del self.title_en, self.title_es


class ReadersForm(PostForm):
    """Who may have a file."""

    audience = HiddenField(validators=[InputRequired(), Regexp(r"(?:public|staff)\Z")])


class FlagForm(PostForm):
    """What came of a flag."""

    settlement = StringField(
        "What was done about it?",
        filters=[lambda typed: typed.strip() if typed else ""],
        validators=[DataRequired("Say in a few words what was done"), Length(max=500)],
    )


class HealthForm(Form):
    """Narrowing the articles that need work, from the query of a GET request."""

    problem = StringField()
    owner = StringField()
    status = StringField()
    page = IntegerField()

    def wanted(self) -> dict[str, Any]:
        """The arguments of ``article_health.queries.health_page``."""
        return {
            "problem": self.problem.data or "",
            "owner": self.owner.data or "",
            "status": self.status.data or "",
            "page": min(max(self.page.data or 1, 1), 10_000),
        }


class ListForm(Form):
    """Narrowing a list, from the query of a GET request. What makes no sense counts as not asked."""

    q = StringField()
    agency = StringField()
    status = StringField()
    # Of articles alone.
    audience = StringField()
    owner = StringField()
    due = StringField()
    page = IntegerField()

    def wanted(self) -> dict[str, Any]:
        """The arguments of ``queries.record_rows``."""
        return {
            "words": (self.q.data or "")[:100],
            "agency": self.agency.data or "",
            "status": self.status.data or "",
            "page": min(max(self.page.data or 1, 1), 10_000),
        }
