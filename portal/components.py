"""What templates draw with: GOV.UK components, fields of forms, assets, icons, and texts in the reader's conventions.

A GOV.UK macro costs about a millisecond, so each is rendered once for its parameters and kept. Fields that hold what
someone typed are rendered anew each time: nothing personal stays in memory.
"""

import datetime
import functools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time, get_timezone, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, request, url_for
from flask_babel import get_locale, get_translations, ngettext
from flask_babel import gettext as _
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from wtforms import BooleanField, Field, Form, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectFieldBase

from .i18n import LANGUAGES, Text, current_language
from .markup import render_line, render_markdown

KEPT = 2048

# The macros read parameters that were not given, which our own templates must not.
_macros = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    undefined=ChainableUndefined,
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


class AssetsNotBuilt(RuntimeError):
    """The styles and scripts have not been built."""


def init_app(app: Flask) -> None:
    _quicken_gettext(app)
    app.jinja_env.globals.update(
        path_to=path_to,
        component=component,
        field=field,
        error_summary=error_summary,
        asset=_asset_finder(app),
        icon=functools.cache(_icon_drawer(app)),
        fragment=_fragment_keeper(app),
        opening_hours=opening_hours,
        page_in_language=page_in_language,
        language_name=language_name,
        amount_in_words=amount_in_words,
    )
    app.jinja_env.filters.update(
        markdown=render_markdown,
        markdown_line=render_line,
        in_its_language=in_its_language,
        long_date=long_date,
        number=lambda value: _kept_number(current_language(), value),
        tel=telephone_link,
    )


def path_to(endpoint: str, **values: str) -> str:
    """The path of a page that everybody may see, kept because lists are full of them.

    For words that someone typed use ``url_for``, which keeps nothing.
    """
    lang = values.pop("lang", None) or current_language()
    return _kept_path(endpoint, lang, request.script_root, tuple(sorted(values.items())))


def component(name: str, /, **params: object) -> Markup:
    """A GOV.UK component by the name of its folder, for example ``component("button", text=_("Search"))``.

    Parameters are those of the macro; they must be JSON values, and must not hold personal data, for the result is
    kept.
    """
    return _kept_component(name, json.dumps(params, sort_keys=True, default=str))


def field(bound: Field, /, **params: object) -> Markup:
    """A field of a form with its label, hint and errors; ``params`` go to the GOV.UK macro of its kind."""
    name, parameters = _field_parameters(bound, params)
    if bound.data and not isinstance(bound, SelectFieldBase | BooleanField):
        return _render(name, parameters)
    return component(name, **parameters)


def error_summary(form: Form) -> Markup:
    """The errors of a form, each linked to the input that it is about; nothing where there are none."""
    # A hidden input cannot be reached, so its error is only told.
    errors = [
        {"text": str(error)} | ({} if isinstance(bound, HiddenField) else {"href": f"#{bound.id}"})
        for bound in form
        for error in bound.errors
    ]
    errors += [{"text": str(error)} for error in form.form_errors]
    if not errors:
        return Markup()
    return _render("error-summary", {"titleText": _("There is a problem"), "errorList": errors})


def in_its_language(text: str | None) -> Markup:
    """Attributes for the element that holds a text in another language than the page: ``lang`` and ``dir``."""
    if not isinstance(text, Text) or not text.fallback:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(text.lang, text.direction)


def long_date(value: datetime.date | str) -> str:
    """A date, or its ISO form, in words: November 22, 2026, as the language writes it."""
    day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(day, "long", locale=conventions())


def amount_in_words(value: float, unit: str) -> str:
    """The value of a parameter with its unit, as in the content schema: $1,550 a month; 90 days."""
    if unit == "percent":
        return format_percent(value / 100, "#,##0.##%", locale=conventions())
    if unit.startswith("dollars"):
        money = format_currency(
            value, "USD", "¤#,##0" if value % 1 == 0 else None, locale=conventions(), currency_digits=value % 1 != 0
        )
        if unit == "dollars_per_month":
            return str(_("%(amount)s a month", amount=money))
        if unit == "dollars_per_year":
            return str(_("%(amount)s a year", amount=money))
        return money
    count = int(value)
    return str(
        {
            "years": ngettext("%(num)s year", "%(num)s years", count),
            "months": ngettext("%(num)s month", "%(num)s months", count),
            "days": ngettext("%(num)s day", "%(num)s days", count),
        }[unit]
    )


def telephone_link(number: str) -> str:
    """The address that calls a number of the United States: tel:+18002215689, and tel:988 for a short one."""
    digits = "".join(digit for digit in number if digit.isdigit())
    return f"tel:+1{digits}" if len(digits) == 10 else f"tel:{digits}"


def page_in_language(code: str) -> str:
    """The address of the page being shown in another language; slugs and queries are the same in all."""
    _empty, lang, *rest = request.path.split("/", 2)
    path = f"/{code}/{rest[0] if rest and lang in LANGUAGES else ''}"
    query = request.query_string.decode("ascii", "ignore")
    return f"{request.script_root}{path}{'?' if query else ''}{query}"


def language_name(code: str) -> str:
    """The name of a language in the language of the page; its code where it has none."""
    return conventions().languages.get(code) or code


def opening_hours(entry: dict[str, Any], ranges: Iterable[tuple[int, int]]) -> str:
    """One line of opening hours: "Monday to Friday, 8:00 AM to 5:00 PM, Eastern Time".

    ``entry`` has the shape of ``hours`` in the content schema; ``ranges`` are its days as runs, Monday 0.
    """
    names = conventions().days["stand-alone"]["wide"]
    runs = []
    for first, last in ranges:
        if (first, last) == (0, 6):
            runs.append(_("Every day"))
        elif first == last:
            runs.append(names[first])
        else:
            runs.append(_("%(first)s to %(last)s", first=names[first], last=names[last]))
    days = ", ".join(runs)
    if "opens" not in entry:
        return days
    if (entry["opens"], entry["closes"]) == ("00:00", "24:00"):
        return str(_("%(days)s, 24 hours a day", days=days))
    return str(_("%(days)s, %(times)s, %(zone)s", days=days, times=clock_times(entry), zone=_zone(entry["zone"])))


def clock_times(entry: dict[str, Any]) -> str:
    """When an entry of opening hours opens and closes: "8:00 AM to 5:00 PM"."""
    return str(_("%(opens)s to %(closes)s", opens=_clock(entry["opens"]), closes=_clock(entry["closes"])))


@functools.lru_cache(maxsize=16 * KEPT)
def _kept_path(endpoint: str, lang: str, _script_root: str, values: tuple[tuple[str, str], ...]) -> str:
    names: dict[str, Any] = dict(values)
    return url_for(endpoint, lang=lang, **names)


def _quicken_gettext(app: Flask) -> None:
    """Translate a text of the templates once for its language; Flask-Babel and Jinja begin anew each time."""

    @functools.lru_cache(maxsize=16 * KEPT)
    def kept(_lang: str, text: str) -> tuple[Markup, Markup]:
        translated = Markup(get_translations().ugettext(text))  # noqa: S704 - a text of ours
        return translated, translated if "%(" in text else translated % {}

    @functools.lru_cache(maxsize=16 * KEPT)
    def kept_plural(_lang: str, one: str, many: str, count: int) -> Markup:
        return Markup(get_translations().ungettext(one, many, count))  # noqa: S704 - a text of ours

    def translate(text: str, **variables: object) -> Markup:
        pattern, whole = kept(current_language(), text)
        return pattern % variables if variables else whole

    def translate_plural(one: str, many: str, count: int, **variables: object) -> Markup:
        return kept_plural(current_language(), one, many, count) % {"num": count, **variables}

    app.jinja_env.globals.update({"_": translate, "gettext": translate, "ngettext": translate_plural})


@functools.lru_cache(maxsize=KEPT)
def _kept_component(name: str, params: str) -> Markup:
    return _render(name, json.loads(params))


def _render(name: str, params: dict[str, Any]) -> Markup:
    macro = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    template = _macros.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
    return Markup(str(getattr(template.module, macro)(params)).strip())  # noqa: S704 - the macros escape what they are given


def _field_parameters(bound: Field, params: dict[str, object]) -> tuple[str, dict[str, Any]]:
    """The macro of a field and what it is given. Errors link to ``bound.id``, which is always the first input."""
    common: dict[str, Any] = {"name": bound.name}
    if bound.errors:
        common["errorMessage"] = {"text": str(bound.errors[0]), "visuallyHiddenText": _("Error")}
    if bound.description:
        common["hint"] = {"text": str(bound.description)}
    label = str(bound.label.text)
    if isinstance(bound, BooleanField):
        item = {"value": "y", "text": label, "checked": bool(bound.data)}
        return "checkboxes", common | {"idPrefix": bound.id, "items": [item]} | params
    if isinstance(bound, (RadioField, SelectMultipleField)):
        kind = "radios" if isinstance(bound, RadioField) else "checkboxes"
        legend = {"text": label, "classes": "govuk-fieldset__legend--m"}
        common |= {"idPrefix": bound.id, "items": _choices(bound, "checked"), "fieldset": {"legend": legend}}
        return kind, common | params
    common |= {"id": bound.id, "label": {"text": label}}
    if isinstance(bound, SelectField):
        return "select", common | {"items": _choices(bound, "selected")} | params
    common["value"] = "" if bound.data is None else str(bound.data)
    if isinstance(bound, TextAreaField):
        return "textarea", common | params
    return "input", common | {"type": getattr(bound.widget, "input_type", "text")} | params


def _choices(bound: SelectFieldBase, chosen: str) -> list[dict[str, object]]:
    return [
        {"value": value, "text": str(label), chosen: selected} for value, label, selected, _kw in bound.iter_choices()
    ]


def _asset_finder(app: Flask) -> Callable[[str], str]:
    dist = Path(app.static_folder or "") / "dist"

    @functools.cache
    def manifest() -> dict[str, str]:
        try:
            names: dict[str, str] = json.loads((dist / "manifest.json").read_bytes())
        except FileNotFoundError:
            raise AssetsNotBuilt("styles and scripts are not built: run make assets") from None
        return names

    def asset(name: str) -> str:
        """The address of a built file by its plain name."""
        if app.debug:
            manifest.cache_clear()
        return f"{request.script_root}{app.static_url_path}/dist/{manifest()[name]}"

    return asset


def _icon_drawer(app: Flask) -> Callable[..., Markup]:
    asset = _asset_finder(app)

    def icon(name: str, *, forward: bool = False) -> Markup:
        """An icon of icons.txt, for decoration beside words. ``forward``: it points onwards, so it is mirrored."""
        classes = "icon icon--forward" if forward else "icon"
        return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
            classes, asset("icons.svg"), name
        )

    return icon


def _fragment_keeper(app: Flask) -> Callable[[str], Markup]:
    kept: dict[tuple[str, str, str], Markup] = {}

    def fragment(template: str) -> Markup:
        """A part of every page that depends on the language alone, rendered once for each."""
        key = (template, current_language(), request.script_root)
        if key not in kept or app.debug:
            context = {"lang": key[1], "languages": LANGUAGES}
            kept[key] = Markup(app.jinja_env.get_template(template).render(context))  # noqa: S704 - a template of ours
        return kept[key]

    return fragment


@functools.lru_cache(maxsize=4 * KEPT)
def _kept_number(_lang: str, value: int | float) -> str:
    return format_decimal(value, locale=conventions())


def conventions() -> Locale:
    """How dates, times and numbers are written: Spanish as in the United States."""
    return Locale("es", "US") if current_language() == "es" else get_locale()


def _clock(time: str) -> str:
    hour, minute = map(int, time.split(":"))
    return format_time(datetime.time(hour % 24, minute), "short", locale=conventions())


def _zone(name: str) -> str:
    if name == "local":
        return str(_("local time"))
    return str(get_timezone_name(get_timezone(name), width="long", zone_variant="generic", locale=conventions()))
