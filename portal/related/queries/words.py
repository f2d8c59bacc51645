"""Why a service is shown, in the reader's words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from ...catalogue.places.rules import Place
from ...catalogue.places.words import isolated
from ...catalogue.queries import ServiceRow
from ...i18n import Text, pick
from ...intents.queries import intents_by_slug, profile_rows
from ..rules.ranking import Reason

_WORDS = {
    "requires": lazy_gettext("You need this before %(service)s"),
    "comes_after": lazy_gettext("Often the next step after %(service)s"),
    "alternative": lazy_gettext("Another way, if %(service)s does not fit"),
    "often_together": lazy_gettext("Often needed together with %(service)s"),
    "life_event": lazy_gettext("Part of: %(name)s"),
    "need": lazy_gettext("Part of: %(name)s"),
    "profile": lazy_gettext("Also for: %(name)s"),
    "region": lazy_gettext("Offered in %(name)s"),
    "behaviour": lazy_gettext("Many people who looked at %(service)s also looked at this"),
    "used_here": lazy_gettext("Often used in %(name)s"),
    "used": lazy_gettext("Often used"),
    "likely": lazy_gettext("From your answers, you may get this"),
    "not_from_answers": lazy_gettext("From your answers, you may not get this"),
    "new": lazy_gettext("You may not know this yet"),
    "pinned": lazy_gettext("Chosen by our editors"),
}


def reason_words(reason: Reason, rows: Mapping[int, ServiceRow], lang: str, place: Place | None) -> Text:
    """The reason of a suggestion, without a full stop. ``rows`` has the service that brought it, where there is one."""
    written = pick(dict(reason.text), lang) if reason.text else None
    if written is not None:
        return written
    source = rows.get(reason.source) if reason.source is not None else None
    words = {"service": isolated(source.title) if source else "", "name": isolated(_name(reason, lang, place))}
    return Text(str(_WORDS[reason.kind]) % words, lang)


def _name(reason: Reason, lang: str, place: Place | None) -> str:
    name = reason.name or (place.name if place else "")
    if reason.kind in ("life_event", "need"):
        return intents_by_slug(lang)[name].title
    if reason.kind == "profile":
        return next(one.title for one in profile_rows(lang) if one.slug == name)
    return name
