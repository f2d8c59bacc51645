"""Input of the knowledge base."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length, Regexp

from ..forms import PostForm

# A path of this portal, without a query.
PAGE = r"/(?:[a-z0-9_-]+/?)*\Z"


class FeedbackForm(PostForm):
    """Is this page useful? ``page`` is a path of this portal, without a query."""

    page = HiddenField(validators=[InputRequired(), Length(max=200), Regexp(PAGE)])
    useful = RadioField(
        lazy_gettext("Is this page useful?"),
        choices=[SelectChoice("yes", lazy_gettext("Yes")), SelectChoice("no", lazy_gettext("No"))],
        validators=[InputRequired(lazy_gettext("Select yes or no"))],
    )
    comment = TextAreaField(
        lazy_gettext("What could we do better? (optional)"),
        validators=[Length(max=1000, message=lazy_gettext("Your comment must be 1,000 characters or fewer"))],
    )
