"""Languages of the interface and of the content, and the choice between them."""

from dataclasses import dataclass
from typing import Any, Self

from flask import Flask, current_app, g, request
from flask_babel import get_locale
from werkzeug.routing import BaseConverter

from .extensions import babel

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Language:
    """A language of the interface. ``content``: whether content is written in it."""

    code: str
    name: str
    direction: str
    content: bool


LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "English", "ltr", content=True),
        Language("es", "Español", "ltr", content=True),
        Language("ar", "العربية", "rtl", content=False),
    )
}
CONTENT_LANGUAGES = tuple(code for code, language in LANGUAGES.items() if language.content)


class Text(str):
    """A text that knows its language. ``fallback`` is true where it is not the language that was asked for."""

    lang: str
    fallback: bool

    def __new__(cls, value: str, lang: str, fallback: bool = False) -> Self:
        text = super().__new__(cls, value)
        text.lang = lang
        text.fallback = fallback
        return text

    @property
    def text(self) -> str:
        return str(self)

    @property
    def direction(self) -> str:
        return LANGUAGES[self.lang].direction if self.lang in LANGUAGES else "ltr"


class LanguageConverter(BaseConverter):
    """``<lang:lang>`` in a route: the code of an interface language."""

    regex = "|".join(LANGUAGES)


def init_app(app: Flask) -> None:
    app.url_map.converters["lang"] = LanguageConverter
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel.init_app(app, default_locale=DEFAULT_LANGUAGE, default_timezone="UTC", locale_selector=_locale)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.context_processor(lambda: {"lang": current_language(), "languages": LANGUAGES, "locale": get_locale()})


def current_language() -> str:
    """The interface language of this request."""
    lang: str = g.get("lang", DEFAULT_LANGUAGE)
    return lang


def use_language_of_path() -> None:
    """Choose the language where no route has done so: by the first part of the path, else what the browser prefers."""
    if "lang" not in g:
        first = request.path.split("/", 2)[1]
        g.lang = first if first in LANGUAGES else preferred_language()


def content_language(lang: str) -> str:
    """The language that content is searched in for readers of ``lang``."""
    return lang if LANGUAGES[lang].content else DEFAULT_LANGUAGE


def preferred_language() -> str:
    """The interface language that the browser prefers."""
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def pick(texts: dict[str, str] | None, lang: str) -> Text | None:
    """The text in ``lang``, else one in another language, marked as a fallback; None where there is none."""
    if not texts:
        return None
    if lang in texts:
        return Text(texts[lang], lang)
    for other in (DEFAULT_LANGUAGE, *texts):
        if other in texts:
            return Text(texts[other], other, fallback=True)
    return None


def require(texts: dict[str, str], lang: str) -> Text:
    """Like ``pick`` for a text that every record has. Raises ValueError where it is missing in every language."""
    text = pick(texts, lang)
    if text is None:
        raise ValueError("a required text is missing in every language")
    return text


def _locale() -> str:
    return current_language()


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.lang = values.pop("lang")


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    from_url = g.get("lang")
    if "lang" not in values and from_url and _takes_language(endpoint):
        values["lang"] = from_url


def _takes_language(endpoint: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, "lang")
