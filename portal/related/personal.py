"""The list of a running visit: what everyone sees, and what the visit adds."""

import random
from collections.abc import Collection

import sqlalchemy as sa
from flask import Flask, current_app

from ..catalogue.places.queries import place_by_key
from ..catalogue.places.rules import Place
from ..catalogue.queries import service_rows
from ..database import read
from ..eligibility.results import Found, found_in
from ..eligibility.visits import this_visit as this_screening
from .models import RelatedUse
from .queries.lists import Asked, Related, Setting, fellows, related, setting_now, trial_now
from .queries.pages import Page
from .queries.words import reason_words
from .rules.ranking import SHOWN, Reason
from .store import Visit

# In so many views the last place shows a service that nobody can have learned of from a list.
EXPLORED = 0.1
# Shown fewer times than this, a service counts as hardly shown.
HARDLY = 20

_use = RelatedUse.__table__.c
_SHOWN_OFTEN = (
    sa.select(_use.target_id)
    .where(_use.target_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(_use.target_id)
    .having(sa.func.sum(_use.shown) >= HARDLY)
)


def init_app(app: Flask) -> None:
    # No secret hangs on it, and tests seed it.
    app.extensions["related_dice"] = random.Random()  # noqa: S311


def personal_list(page: Page, visit: Visit, found: Found | None, lang: str, place: Place | None) -> list[Related]:
    """The services to show beside a page in a visit. ``place`` is the one that the page was asked for."""
    asked = asked_in(page, visit, found, place)
    setting = setting_of(visit)
    shown = related(asked, lang, setting)
    dice: random.Random = current_app.extensions["related_dice"]
    if not setting.curated_only and dice.random() < EXPLORED:
        new = hardly_shown(fellows(asked), {one.service.id for one in shown})
        if new:
            target, source = dice.choice(new)
            rows, reason = service_rows([target, source], lang), Reason("new", source)
            if target in rows:
                shown[SHOWN - 1 :] = [Related(rows[target], reason_words(reason, rows, lang, asked.place), reason)]
    return shown


def asked_in(page: Page, visit: Visit, found: Found | None, place: Place | None) -> Asked:
    """What the list of a page is for in a visit. The page's own place and profile come before what was declared."""
    key = visit.place or (found.place if found else None)
    return Asked(
        page.sources,
        besides=page.besides.union(visit.hidden, found.receiving if found else ()),
        seen=visit.looked_at,
        place=place or (place_by_key(key) if key else None),
        profile=page.profile or visit.profile,
        channel=visit.channel,
        likely=frozenset(found.likely if found else ()),
        not_from_answers=found.not_from_answers if found else frozenset(),
    )


def setting_of(visit: Visit) -> Setting:
    """How the lists of a visit are made."""
    return (trial_now() if visit.arm == "b" else None) or setting_now()


def hardly_shown(services: dict[int, int], besides: Collection[int]) -> list[tuple[int, int]]:
    """Those of some services, each with its source, that lists have hardly shown."""
    left = {target: source for target, source in services.items() if target not in besides}
    often = {row.target_id for row in read(_SHOWN_OFTEN, ids=list(left))} if left else set()
    return sorted((target, source) for target, source in left.items() if target not in often)


def found_in_this_visit(lang: str) -> Found | None:
    """What the screening of this visit says, if there is one."""
    screening = this_screening()
    return found_in(screening, lang) if screening is not None and screening.answers else None
