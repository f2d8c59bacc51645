"""Input of the pages of a visit."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import Length

from ..catalogue.places.queries import MAX_CHARACTERS
from ..forms import PostForm
from ..intents.queries import profile_rows

CHANNEL_WORDS = {
    "online": lazy_gettext("Online"),
    "phone": lazy_gettext("By phone"),
    "in_person": lazy_gettext("In person"),
    "post": lazy_gettext("By mail"),
}


class DecisionForm(PostForm):
    """Whether a visit may be counted. ``back``: the page of this portal where the question was asked."""

    answer = HiddenField()
    back = HiddenField(validators=[Length(max=300)])


class WishesForm(PostForm):
    """What somebody says of themselves, for the lists of their visit. ``place`` is the key of the one to keep."""

    where = StringField(
        lazy_gettext("City or ZIP code"),
        validators=[Length(max=MAX_CHARACTERS, message=lazy_gettext("Use at most 100 characters"))],
        filters=[lambda typed: typed.strip() if typed else ""],
    )
    profile = SelectField(lazy_gettext("Which of these fits you best?"))
    channel = RadioField(
        lazy_gettext("How do you like to get in touch?"),
        choices=[
            SelectChoice("", lazy_gettext("It does not matter")),
            *(SelectChoice(value, words) for value, words in CHANNEL_WORDS.items()),
        ],
    )

    def with_profiles(self, lang: str) -> "WishesForm":
        """The form with the profiles that there are."""
        self.profile.choices = [
            SelectChoice("", lazy_gettext("I would rather not say")),
            *(SelectChoice(row.slug, str(row.title)) for row in profile_rows(lang)),
        ]
        return self
