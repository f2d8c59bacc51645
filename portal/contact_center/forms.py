"""Input of the desk. Its pages are in English for now, so their texts are not translated."""

from typing import Any

from wtforms import HiddenField, RadioField, SearchField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length

from ..forms import PostForm
from ..i18n import CONTENT_LANGUAGES, LANGUAGES
from ..knowledge.models import FLAG_REASONS
from ..search.queries import MAX_CHARACTERS

# Where the person is whom a specialist answers.
CHANNEL_WORDS = {
    "phone": "Phone",
    "chat": "Chat",
    "email": "E-mail",
    "call_back": "Call-back",
    "web": "Web message",
    "social": "Social media",
    "in_person": "In person",
}
USE_WORDS = {
    "linked": "answer given",
    "sent": "page sent",
    "helped": "it helped",
    "not_helped": "it did not help",
}
_LANGUAGES = [SelectChoice(code, LANGUAGES[code].name) for code in CONTENT_LANGUAGES]


class ContactForm(PostForm):
    """What every step at the desk carries along: the language and the channel of the person who is answered."""

    lang = SelectField("Language of the person", choices=_LANGUAGES, default=CONTENT_LANGUAGES[0])
    channel = SelectField(
        "How you are in touch",
        choices=[SelectChoice(value, words) for value, words in CHANNEL_WORDS.items()],
        default="phone",
    )

    @property
    def kept(self) -> dict[str, Any]:
        """The arguments of an address that goes on with the same person: nothing of theirs but these two."""
        return {"lang": str(self.lang.data), "channel": str(self.channel.data)}


class FindForm(ContactForm):
    """Words to search for. They may hold something of the caller's, so they are in no address."""

    words = SearchField(
        "What does the person need?",
        filters=[lambda typed: typed.lstrip() if typed else ""],
        validators=[Length(max=MAX_CHARACTERS, message=f"Use at most {MAX_CHARACTERS} characters")],
    )


class UseForm(ContactForm):
    """What came of an article."""

    kind = HiddenField(validators=[InputRequired()])


class FlagForm(ContactForm):
    """What is wrong with an article."""

    reason = RadioField(
        "What is wrong?",
        choices=[SelectChoice(value, words) for value, words in FLAG_REASONS.items()],
        validators=[InputRequired("Choose what is wrong")],
    )
    text = TextAreaField(
        "What should change?",
        description="Say what you know and where it stands. Nothing about the person who asked.",
        filters=[lambda typed: typed.strip() if typed else ""],
        validators=[
            DataRequired("Say in a few words what should change"),
            Length(max=1000, message="Use at most 1,000 characters"),
        ],
    )


def contact_of(arguments: Any) -> dict[str, Any]:
    """Language and channel from an address; what makes no sense counts as not said."""
    lang, channel = arguments.get("lang"), arguments.get("channel")
    return {
        "lang": lang if lang in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0],
        "channel": channel if channel in CHANNEL_WORDS else "phone",
    }
