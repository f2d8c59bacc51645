"""The lists of related services: what everyone sees, and what a running visit adds."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import sqlalchemy as sa

from ...caching import kept_for_version
from ...catalogue.models import Channel, Service
from ...catalogue.places.rules import Place, serves_place
from ...catalogue.queries import ServiceRow, areas_served, service_rows
from ...catalogue.rules import WHOLE_COUNTRY, serves_area
from ...database import read
from ...i18n import Text
from ...intents.models import BundleItem, Intent, IntentClassification, Profile, ProfileClassification, ServiceProfile
from ...intents.queries import browse_index
from ...intents.rules import BrowseIndex, places
from ..models import RelatedExclusion, RelatedState, RelatedVerdict, ServiceLink
from ..rules.behaviour import Behaviour
from ..rules.ranking import SHOWN, Group, Known, Link, Reason, Steering, Suggestion, Wishes, suggest
from .published import NATIONWIDE, behaviours_of
from .words import reason_words

# How many services of a group are looked at; the first ones, in the order of the journey.
OF_GROUP = 12
CHANNELS = ("online", "phone", "in_person", "post")
NOTHING = Behaviour()


@dataclass(frozen=True, slots=True)
class Related:
    """A service beside others, and why it is there in the reader's words."""

    service: ServiceRow
    why: Text
    reason: Reason


@dataclass(frozen=True)
class Asked:
    """What a list is for. ``sources``: the services of the page; ``besides``: what is not to be shown again.

    ``seen`` are services of the running visit, which speak for others as those of the page do and are not shown.
    """

    sources: tuple[int, ...]
    besides: frozenset[int] = frozenset()
    seen: tuple[int, ...] = ()
    place: Place | None = None
    profile: str | None = None
    channel: str | None = None
    likely: frozenset[int] = frozenset()
    not_from_answers: frozenset[int] = frozenset()
    limit: int = SHOWN


@dataclass(frozen=True)
class Setting:
    """How lists are made: see ``models.RelatedState``."""

    beta: float
    curated_only: bool


def related(asked: Asked, lang: str, setting: Setting | None = None) -> list[Related]:
    """The services to show, best first, each with its reason. ``setting`` in place of the one for everyone."""
    found = [one._replace(reason=_named(one.reason, asked)) for one in suggestions(asked, setting)]
    rows = service_rows([one.target for one in found] + [one.reason.source for one in found if one.reason.source], lang)
    return [
        Related(rows[one.target], reason_words(one.reason, rows, lang, asked.place), one.reason)
        for one in found
        if one.target in rows
    ]


def _named(reason: Reason, asked: Asked) -> Reason:
    """What an editor wrote speaks of the service that the page is about. Elsewhere the words of the kind name it."""
    return reason if (reason.source,) == asked.sources else reason._replace(text=None)


def suggestions(
    asked: Asked, setting: Setting | None = None, behaviours: Mapping[str, Behaviour] | None = None
) -> list[Suggestion]:
    """The same with all that speaks for each service. ``behaviours`` in place of those that are published."""
    page = _page() if behaviours is None else replace(_page(), behaviours=behaviours)
    return suggest(
        (*asked.sources, *(one for one in asked.seen if one not in asked.sources)),
        _known(page, asked.place, setting or page.setting),
        _may_show(page, asked),
        _wishes(page, asked),
        asked.limit,
    )


@dataclass(frozen=True)
class _Page:
    """What every list needs, kept until the content changes."""

    setting: Setting
    trial: Setting | None
    links: Mapping[int, Sequence[Link]]
    steering: Steering
    sensitive: frozenset[int]
    intents: Mapping[int, Sequence[str]]
    journeys: Mapping[str, Sequence[int]]
    kinds: Mapping[str, str]
    profiles: Mapping[int, Sequence[str]]
    channels: Mapping[str, frozenset[int]]
    areas: Mapping[int, tuple[frozenset[str], frozenset[str]]]
    place_of: Mapping[int, int]
    ids: Sequence[int]
    index: BrowseIndex
    behaviours: Mapping[str, Behaviour]


def setting_now() -> Setting:
    """How everyone's lists are made."""
    return _page().setting


def behaviours_now() -> Mapping[str, Behaviour]:
    """What is published of visits, by region."""
    return _page().behaviours


def trial_now() -> Setting | None:
    """How the lists of arm ``b`` are made; None where no trial runs."""
    return _page().trial


@kept_for_version
def _page() -> _Page:
    index, ids = browse_index()
    state = read(sa.select(RelatedState.__table__))[0]
    links: dict[int, list[Link]] = defaultdict(list)
    link = ServiceLink.__table__.c
    for row in read(sa.select(*link).order_by(link.source_id, link.position, link.target_id)):
        links[row.source_id].append(Link(row.target_id, row.kind, row.reason))
    services = read(sa.select(*Service.__table__.c["id", "sensitive"]))
    intents: dict[int, list[str]] = defaultdict(list)
    journeys: dict[str, list[int]] = defaultdict(list)
    kinds: dict[str, str] = {}
    intent, item = Intent.__table__.c, BundleItem.__table__.c
    for row in read(
        sa.select(intent.slug, intent.kind, item.service_id)
        .join_from(Intent.__table__, BundleItem.__table__, item.intent_id == intent.id)
        .where(sa.not_(intent.sensitive))
        .order_by(intent.kind, intent.position, item.position, item.id)
    ):
        kinds[row.slug] = row.kind
        if row.service_id not in journeys[row.slug]:
            journeys[row.slug].append(row.service_id)
            intents[row.service_id].append(row.slug)
    classified = IntentClassification.__table__.c
    for row in read(
        sa.select(intent.slug, classified.service_id)
        .join_from(Intent.__table__, IntentClassification.__table__, classified.intent_id == intent.id)
        .where(sa.not_(intent.sensitive))
        .order_by(intent.kind, intent.position)
    ):
        if row.slug not in intents[row.service_id]:
            intents[row.service_id].append(row.slug)
    profiles: dict[int, list[str]] = defaultdict(list)
    for table_of in (ServiceProfile.__table__, ProfileClassification.__table__):
        for row in read(
            sa.select(table_of.c.service_id, Profile.__table__.c.slug)
            .join(Profile.__table__, Profile.__table__.c.id == table_of.c.profile_id)
            .order_by(Profile.__table__.c.position)
        ):
            profiles[row.service_id].append(row.slug)
    channels: dict[str, set[int]] = defaultdict(set)
    for row in read(sa.select(*Channel.__table__.c["service_id", "kind"])):
        channels[row.kind].add(row.service_id)
    return _Page(
        setting=Setting(state.beta, state.curated_only),
        trial=Setting(**({"beta": state.beta, "curated_only": state.curated_only} | state.trial))
        if state.trial
        else None,
        links=links,
        steering=_steering(),
        sensitive=frozenset(row.id for row in services if row.sensitive),
        intents=intents,
        journeys=journeys,
        kinds=kinds,
        profiles=profiles,
        channels={kind: frozenset(found) for kind, found in channels.items()},
        areas=areas_served(),
        place_of={service: place for place, service in enumerate(ids)},
        ids=ids,
        index=index,
        behaviours=behaviours_of(state.snapshot_id),
    )


def _steering() -> Steering:
    pinned: dict[int, list[int]] = defaultdict(list)
    blocked: dict[int, set[int]] = defaultdict(set)
    table = RelatedVerdict.__table__.c
    for row in read(sa.select(*table).order_by(table.source_id, table.position, table.target_id)):
        if row.verdict == "pinned":
            pinned[row.source_id].append(row.target_id)
        else:
            blocked[row.source_id].add(row.target_id)
    excluded = read(sa.select(RelatedExclusion.__table__))
    return Steering(
        pinned,
        {source: frozenset(targets) for source, targets in blocked.items()},
        frozenset(row.service_id for row in excluded if row.as_source),
        frozenset(row.service_id for row in excluded if row.as_target),
    )


def _known(page: _Page, place: Place | None, setting: Setting) -> Known:
    behaviours = {} if setting.curated_only else page.behaviours
    return Known(
        links=page.links,
        groups=lambda source: _groups(page, source, place),
        here=behaviours.get(region_of(place), NOTHING) if place else NOTHING,
        everywhere=behaviours.get(NATIONWIDE, NOTHING),
        steering=page.steering,
        sensitive=page.sensitive,
        beta=setting.beta,
    )


def region_of(place: Place | None) -> str:
    """The region that a place is counted in: its state, or "" for a place in several."""
    return next((area for area in place.chain if area.count("-") == 1), NATIONWIDE) if place else NATIONWIDE


def noted_of(services: Sequence[int]) -> list[int]:
    """Those of some services that a visit may note: offered, and not sensitive."""
    page = _page()
    return [one for one in services if one in page.place_of and one not in page.sensitive]


def fellows(asked: Asked) -> dict[int, int]:
    """Services of the same journeys and profiles that may be shown, with the source that has most to do with them.

    Nothing is ranked: those that nobody has seen yet are among them.
    """
    page = _page()
    sources = dict.fromkeys((*asked.sources, *asked.seen))
    never = page.steering.no_targets.union(
        page.sensitive, asked.not_from_answers, *(page.steering.blocked.get(one, ()) for one in sources)
    )
    may_show, found = _may_show(page, asked), {}
    for source in sources:
        if source in page.sensitive or source in page.steering.no_sources:
            continue
        journeys = (page.journeys.get(slug, ()) for slug in page.intents.get(source, ()))
        own = (_first(page, page.index.profiles.get(slug, 0), len(page.ids)) for slug in page.profiles.get(source, ()))
        for target in chain(*journeys, *own):
            if target not in never and target not in found and may_show(target, source):
                found[target] = source
    return found


def _groups(page: _Page, source: int, place: Place | None) -> list[Group]:
    """What a service belongs to: its journeys, what else is offered for them in the place, its profiles."""
    index, intents = page.index, page.intents.get(source, ())
    groups = [Group(page.kinds[slug], slug, page.journeys[slug][:OF_GROUP]) for slug in intents if slug in page.kinds]
    if place is not None:
        nationwide = index.served(WHOLE_COUNTRY)
        local = 0
        for slug in intents:
            local |= index.matching(intent=slug, areas=place.areas)
        groups.append(Group("region", place.name, _first(page, local & ~nationwide)))
    own = page.profiles.get(source, ())
    groups += [Group("profile", slug, _of_profile(page, slug, intents)) for slug in own]
    return [group for group in groups if group.services]


def _of_profile(page: _Page, profile: str, intents: Sequence[str]) -> list[int]:
    """Services of a profile that no journey of the source has."""
    inside = {service for slug in intents for service in page.journeys.get(slug, ())}
    return [one for one in _first(page, page.index.profiles.get(profile, 0), 2 * OF_GROUP) if one not in inside][
        :OF_GROUP
    ]


def _first(page: _Page, bits: int, most: int = OF_GROUP) -> list[int]:
    return [page.ids[at] for at in islice(places(bits), most)]


def _may_show(page: _Page, asked: Asked) -> Callable[[int, int | None], bool]:
    """Whether a service may be shown: offered, for this person, where they are, and not there already."""
    index = page.index
    hidden = asked.besides.union(asked.sources, asked.seen)
    chosen = index.for_profile(asked.profile) if asked.profile in index.profiles else None

    def may_show(target: int, source: int | None) -> bool:
        at = page.place_of.get(target)
        if at is None or target in hidden:
            return False
        if chosen is not None:
            if not chosen >> at & 1:
                return False
        elif not index.everyone >> at & 1 and not _is_for_both(page, source, target):
            return False
        included, excluded = page.areas.get(target, (frozenset(), frozenset()))
        if asked.place is not None:
            return serves_place(included, excluded, asked.place)
        return WHOLE_COUNTRY in included or _covers(page, included, excluded, source)

    return may_show


def _is_for_both(page: _Page, source: int | None, target: int) -> bool:
    """Whether a service is for a profile of the other too, or an editor linked them, who knows whom it is for."""
    if source is None:
        return False
    return (
        not set(page.profiles.get(source, ())).isdisjoint(page.profiles.get(target, ()))
        or any(link.target == target for link in page.links.get(source, ()))
        or target in page.steering.pinned.get(source, ())
    )


def _covers(page: _Page, included: Collection[str], excluded: Collection[str], source: int | None) -> bool:
    """Whether a service is offered wherever another one is, as far as that is told."""
    if source is None:
        return False
    areas, _ = page.areas.get(source, (frozenset(), frozenset()))
    return bool(areas) and WHOLE_COUNTRY not in areas and all(serves_area(included, excluded, area) for area in areas)


def _wishes(page: _Page, asked: Asked) -> Wishes:
    profile = page.index.profiles.get(asked.profile, 0) if asked.profile else 0
    return Wishes(
        frozenset(page.ids[at] for at in places(profile)),
        page.channels.get(asked.channel or "", frozenset()),
        asked.likely,
        asked.not_from_answers,
    )
