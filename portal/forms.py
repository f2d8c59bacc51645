"""The base of all forms that change something."""

import functools

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from wtforms.i18n import messages_path

from .i18n import current_language


class PostForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that is posted; it carries a token against forged requests."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' own messages, read once for each language; Flask-WTF would read them in each request."""

        def get_translations(self, _form: FlaskForm) -> NullTranslations:
            return _messages(current_language())


@functools.cache
def _messages(lang: str) -> NullTranslations:
    return Translations.load(messages_path(), [lang], domain="wtforms")
