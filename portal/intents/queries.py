"""Reads of intents, profiles and bundles."""

import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..caching import kept_for_version
from ..catalogue.places.queries import Nearest, nearest_locations, with_names
from ..catalogue.places.rules import Place
from ..catalogue.queries import (
    ContactPoint,
    ServiceRow,
    agency_titles,
    areas_served,
    contact_points,
    offered_services,
    service_documents,
    service_rows,
    service_titles,
)
from ..database import read
from ..errors import Moved, NotFound
from ..extensions import db
from ..i18n import DEFAULT_LANGUAGE, Text, pick, require
from ..knowledge.queries import ArticleRow, article_documents, article_rows
from .models import (
    BundleItem,
    Emergency,
    Intent,
    IntentArticle,
    IntentClassification,
    IntentRelation,
    IntentSlug,
    Profile,
    ProfileClassification,
    ServiceProfile,
)
from .rules import STEPS, BrowseIndex, fold
from .understanding.dangers import Dangers, dangers_from, emergencies_in
from .understanding.files import shipped_cues, shipped_signs
from .understanding.phrases import Phrase, PhraseIndex
from .understanding.rules import Finding, Knowledge
from .understanding.rules import understand as understand_text
from .understanding.weights import shipped_weights


@dataclass(frozen=True, slots=True)
class IntentRow:
    """An intent in a list. ``kind`` is life_event or need."""

    id: int
    slug: str
    kind: str
    title: Text
    summary: Text
    sensitive: bool


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile in a list."""

    id: int
    slug: str
    title: Text
    summary: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One more choice, and how many services remain with it."""

    value: str
    title: Text
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """A service in a journey: why it belongs there, by when, and for which profile alone (None: everyone)."""

    service: ServiceRow
    reason: Text
    by: Text | None
    profile: ProfileRow | None


@dataclass(frozen=True, slots=True)
class BundleStep:
    """One step of the journey: first, then or consider."""

    step: str
    entries: list[BundleEntry]


@dataclass(frozen=True, slots=True)
class BundlePage:
    """The journey of an intent across agencies, for everyone or for one profile."""

    intent: IntentRow
    parent: IntentRow | None
    children: list[IntentRow]
    first: Text | None
    steps: list[BundleStep]
    total: int
    agencies: int
    profile: ProfileRow | None
    profiles: list[Choice]
    contacts: list[ContactPoint]
    articles: list[ArticleRow]
    related: list[IntentRow]
    # Services for this beside the journey.
    more: int


@dataclass(frozen=True, slots=True)
class Browse:
    """Services that remain after the choices made, one page of them, and what each further choice would leave.

    ``nearest`` has the nearest location of those services that have one near the chosen place.
    """

    services: list[ServiceRow]
    total: int
    page: int
    pages: int
    intents: list[Choice]
    profiles: list[Choice]
    agencies: list[Choice]
    nearest: dict[int, Nearest]


@dataclass(frozen=True, slots=True)
class EmergencyHelp:
    """Help that comes before everything else."""

    slug: str
    title: Text
    text: Text
    contacts: list[ContactPoint]


PAGE_SIZE = 20
_intent = Intent.__table__.c
_profile = Profile.__table__.c
_item = BundleItem.__table__.c
_relation = IntentRelation.__table__.c
_link = IntentArticle.__table__.c
_INTENT_ROWS = sa.select(
    _intent.id, _intent.slug, _intent.kind, _intent.title, _intent.summary, _intent.sensitive, _intent.parent_id
)
_TOP_INTENTS = _INTENT_ROWS.where(_intent.parent_id.is_(None)).order_by(_intent.position, _intent.slug)
_CHILDREN = _INTENT_ROWS.where(_intent.parent_id == sa.bindparam("intent_id")).order_by(_intent.position, _intent.slug)
_INTENT_BY_ID = _INTENT_ROWS.where(_intent.id == sa.bindparam("intent_id"))
_INTENT_BY_SLUG = sa.select(*_intent).where(_intent.slug == sa.bindparam("slug"))
_RELATED = (
    _INTENT_ROWS.join_from(Intent.__table__, IntentRelation.__table__, _relation.related_id == _intent.id)
    .where(_relation.intent_id == sa.bindparam("intent_id"))
    .order_by(_relation.position)
)
_classified = IntentClassification.__table__.c
_INTENTS_OF_SERVICE = _INTENT_ROWS.where(
    sa.or_(
        _intent.id.in_(sa.select(_item.intent_id).where(_item.service_id == sa.bindparam("service_id"))),
        _intent.id.in_(sa.select(_classified.intent_id).where(_classified.service_id == sa.bindparam("service_id"))),
    )
).order_by(_intent.kind, _intent.position)
_INTENTS_OF_ARTICLE = (
    _INTENT_ROWS.join_from(Intent.__table__, IntentArticle.__table__, _link.intent_id == _intent.id)
    .where(_link.article_id == sa.bindparam("article_id"))
    .order_by(_intent.kind, _intent.position)
)
_ARTICLES_OF_INTENT = (
    sa.select(_link.article_id)
    .where(_link.intent_id == sa.bindparam("intent_id"))
    .order_by(_link.position, _link.article_id)
)
_PROFILES = sa.select(_profile.id, _profile.slug, _profile.title, _profile.summary).order_by(
    _profile.position, _profile.slug
)
_SAYINGS_OF_INTENTS = sa.select(
    *Intent.__table__.c["slug", "title", "summary", "also_asked_as", "synonyms", "situations", "sensitive"]
)
_SAYINGS_OF_PROFILES = sa.select(*Profile.__table__.c["slug", "title", "summary", "also_asked_as", "situations"])
_EMERGENCIES = sa.select(*Emergency.__table__.c).order_by(Emergency.__table__.c.position)
_ITEMS = (
    sa.select(_item.service_id, _item.profile_id, _item.step, _item.by, _item.reason)
    .where(_item.intent_id == sa.bindparam("intent_id"))
    .order_by(_item.position, _item.id)
)


@kept_for_version
def intent_rows(lang: str, kind: str | None = None) -> list[IntentRow]:
    """Intents without a parent, in editorial order."""
    return [_intent_row(row, lang) for row in read(_TOP_INTENTS) if kind in (None, row.kind)]


@kept_for_version
def intents_by_slug(lang: str) -> dict[str, IntentRow]:
    """All intents, those below others included."""
    return {row.slug: _intent_row(row, lang) for row in read(_INTENT_ROWS)}


@kept_for_version
def profile_rows(lang: str) -> list[ProfileRow]:
    """All profiles, in editorial order."""
    return [_profile_row(row, lang) for row in read(_PROFILES)]


def known_slugs() -> dict[str, frozenset[str]]:
    """The slugs of all ``profiles`` and ``intents``."""
    return {
        name: frozenset(row.slug for row in read(sa.select(table.c.slug)))
        for name, table in (("profiles", Profile.__table__), ("intents", Intent.__table__))
    }


def profile_by_slug(slug: str, lang: str) -> ProfileRow:
    """Raises NotFound."""
    for profile in profile_rows(lang):
        if profile.slug == slug:
            return profile
    raise NotFound(slug)


@kept_for_version
def browse_index() -> tuple[BrowseIndex, list[int]]:
    """The index of what is offered today, and the service ids by place, in the order of their default titles."""
    offered = offered_services()
    ids = [service_id for service_id, _ in offered]
    place_of = {service_id: number for number, service_id in enumerate(ids)}
    index = BrowseIndex(size=len(ids), everyone=(1 << len(ids)) - 1)
    for service_id, agency in offered:
        _add_bit(index.agencies, agency, place_of[service_id])

    index.profiles = dict.fromkeys((profile.slug for profile in profile_rows(DEFAULT_LANGUAGE)), 0)
    for row in db.session.execute(
        sa.union_all(
            *(
                sa.select(table.service_id, Profile.slug, table.exclusive).join(Profile, Profile.id == table.profile_id)
                for table in (ServiceProfile, ProfileClassification)
            )
        )
    ):
        if row.service_id in place_of:
            _add_bit(index.profiles, row.slug, place_of[row.service_id])
            if row.exclusive:
                index.everyone &= ~(1 << place_of[row.service_id])

    for item in db.session.execute(
        sa.select(BundleItem.service_id, Intent.slug.label("intent"), Profile.slug.label("profile"))
        .join(Intent, Intent.id == BundleItem.intent_id)
        .outerjoin(Profile, Profile.id == BundleItem.profile_id)
    ):
        if item.service_id in place_of:
            _add_bit(index.intents, item.intent, place_of[item.service_id])
            _add_bit(index.intents_for, (item.intent, item.profile or ""), place_of[item.service_id])
    _add_classified(index, place_of)

    areas: dict[tuple[frozenset[str], frozenset[str]], int] = defaultdict(int)
    for service_id, named in areas_served().items():
        if service_id in place_of:
            areas[named] |= 1 << place_of[service_id]
    index.areas = dict(areas)
    return index, ids


def _add_classified(index: BrowseIndex, place_of: dict[int, int]) -> None:
    """Services that are classified under an intent without a place in its journey."""
    for link in db.session.execute(
        sa.select(IntentClassification.service_id, Intent.slug).join(
            Intent, Intent.id == IntentClassification.intent_id
        )
    ):
        if link.service_id in place_of and not index.intents.get(link.slug, 0) >> place_of[link.service_id] & 1:
            _add_bit(index.more, link.slug, place_of[link.service_id])


@kept_for_version
def profile_choices(lang: str) -> list[Choice]:
    """The profiles, each with the number of services that it leaves."""
    index, _ = browse_index()
    return [
        Choice(one.slug, one.title, index.matching(profile=one.slug).bit_count(), chosen=False)
        for one in profile_rows(lang)
    ]


@kept_for_version
def _order(lang: str) -> list[int]:
    """The places of all services, by their titles as readers of a language see them."""
    titles = service_titles(lang)
    ids = browse_index()[1]
    return sorted(range(len(ids)), key=lambda at: fold(titles[ids[at]]))


@kept_for_version
def _place_of() -> dict[int, int]:
    """Places in the index by service id."""
    return {service_id: at for at, service_id in enumerate(browse_index()[1])}


def browse(
    lang: str,
    *,
    intent: str | None = None,
    profile: str | None = None,
    agency: str | None = None,
    place: Place | None = None,
    order: str = "",
    page: int = 1,
) -> Browse:
    """Services that remain after the choices, with the counts of further choices. Unknown choices leave nothing.

    With a place that has coordinates ``order`` can be "distance": the nearest services first, then those without a
    location near it.
    """
    index, ids = browse_index()
    chosen = {"intent": intent, "profile": profile, "agency": agency}
    areas = place.areas if place else ()
    found = index.matching(**chosen, areas=areas)
    total = found.bit_count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(page, pages)
    own = index.profiles.get(profile or "", 0)
    by_title = _order(lang)
    ordered: Iterator[int] = itertools.chain(
        (at for at in by_title if found & own and (found & own) >> at & 1),
        (at for at in by_title if (found & ~own) >> at & 1),
    )
    nearest: dict[int, Nearest] = {}
    if place and order == "distance":
        nearest = nearest_locations(place)
        ordered = iter(sorted(ordered, key=lambda at: nearest[ids[at]].miles if ids[at] in nearest else math.inf))
    shown = [ids[at] for at in itertools.islice(ordered, (page - 1) * PAGE_SIZE, page * PAGE_SIZE)]
    rows = service_rows(shown, lang)
    if place and not nearest:
        nearest = nearest_locations(place, shown)

    def choices(name: str, titles: list[tuple[str, Text]]) -> list[Choice]:
        counts = index.counts(name, [value for value, _ in titles], **chosen, areas=areas)
        return [
            Choice(value, title, count, value == chosen[name])
            for (value, title), count in zip(titles, counts, strict=True)
            if count or value == chosen[name]
        ]

    return Browse(
        services=[rows[service_id] for service_id in shown if service_id in rows],
        total=total,
        page=page,
        pages=pages,
        intents=choices("intent", [(row.slug, row.title) for row in intent_rows(lang)]),
        profiles=choices("profile", [(row.slug, row.title) for row in profile_rows(lang)]),
        agencies=choices("agency", agency_titles(lang)),
        nearest=with_names({one: nearest[one] for one in shown if one in nearest}, lang),
    )


@kept_for_version
def facet_titles(lang: str) -> dict[str, list[tuple[str, Text]]]:
    """(value, name) of everything that search results can be narrowed by, except their kind and the place."""
    return {
        "profile": [(row.slug, row.title) for row in profile_rows(lang)],
        "intent": [(row.slug, row.title) for row in intent_rows(lang)],
        "agency": agency_titles(lang),
    }


def bundle_page(slug: str, kind: str | None, lang: str, profile_slug: str | None = None) -> BundlePage:
    """The bundle of an intent; ``kind`` None takes either. Raises Moved or NotFound."""
    found = read(_INTENT_BY_SLUG, slug=slug)
    if not found or (kind and found[0].kind != kind):
        raise _missing(slug, kind)
    row = found[0]
    all_profiles = profile_rows(lang)
    profile = None
    if profile_slug:
        profile = next((one for one in all_profiles if one.slug == profile_slug), None)
        if profile is None:
            raise NotFound(profile_slug)

    items = read(_ITEMS, intent_id=row.id)
    index, _ = browse_index()
    services = service_rows({item.service_id for item in items}, lang)
    chosen = _items_for(items, profile.id if profile else None)
    if profile:
        chosen = _ordered_for(profile, chosen)
    by_id = {one.id: one for one in all_profiles}
    entries: dict[str, list[BundleEntry]] = {step: [] for step in STEPS}
    for item in chosen:
        if item.service_id in services:
            entries[item.step].append(
                BundleEntry(
                    service=services[item.service_id],
                    reason=require(item.reason, lang),
                    by=pick(item.by, lang),
                    profile=by_id.get(item.profile_id),
                )
            )
    shown = {entry.service.id: entry.service for group in entries.values() for entry in group}
    related = _related(row.id, lang)
    more = index.more.get(slug, 0)
    return BundlePage(
        intent=_intent_row(row, lang),
        parent=_intent_by_id(row.parent_id, lang) if row.parent_id else None,
        children=_children(row.id, lang),
        first=pick(row.first, lang),
        steps=[BundleStep(step, entries[step]) for step in STEPS if entries[step]],
        total=len(shown),
        agencies=len({service.agency.id for service in shown.values()}),
        profile=profile,
        profiles=[
            Choice(one.slug, one.title, count, one == profile)
            for one in all_profiles
            if (count := (index.matching(intent=slug, profile=one.slug) & ~more).bit_count())
            and (index.matters_to(one.slug, slug) or one == profile)
        ],
        contacts=contact_points(row.contacts, lang),
        articles=_articles(row.id, lang),
        related=related,
        more=(index.matching(intent=slug, profile=profile_slug) & more).bit_count(),
    )


def intents_of_service(service_id: int, lang: str) -> list[IntentRow]:
    """The intents that a service belongs to: by its place in a journey, or as it is classified."""
    return [_intent_row(row, lang) for row in read(_INTENTS_OF_SERVICE, service_id=service_id)]


def intents_of_article(article_id: int, lang: str) -> list[IntentRow]:
    """The intents that an article answers questions about."""
    return [_intent_row(row, lang) for row in read(_INTENTS_OF_ARTICLE, article_id=article_id)]


def articles_of_intent(intent_id: int) -> list[int]:
    """Ids of the articles that answer questions about an intent, in their editorial order."""
    return [row.article_id for row in read(_ARTICLES_OF_INTENT, intent_id=intent_id)]


def emergencies(text: str, lang: str) -> list[EmergencyHelp]:
    """Help for the dangers that someone's words suggest, in any of the content languages."""
    records, _ = _emergencies()
    found = emergency_slugs(text)
    return [
        EmergencyHelp(
            record.slug,
            require(record.title, lang),
            require(record.text, lang),
            contact_points(record.contacts, lang),
        )
        for record in records
        if record.slug in found
    ]


def emergency_slugs(text: str) -> list[str]:
    """The slugs of the emergencies that someone's words suggest."""
    _, dangers = _emergencies()
    return emergencies_in(text, dangers)


@kept_for_version
def _emergencies() -> tuple[Sequence[Any], Dangers]:
    """The records, and what suggests each of them."""
    records = read(_EMERGENCIES)
    words = {lang: rules.words for lang, rules in shipped_cues().languages.items()}
    phrases = {record.slug: (record.phrases, record.not_phrases or {}) for record in records}
    return records, dangers_from(phrases, words, _knowledge().known, shipped_signs())


def understand(text: str) -> list[Finding]:
    """What a text seems to say, in any of the content languages, for the person to confirm. Nothing of it is kept.

    Intents and profiles that this portal does not have are left out; whether it has the facts, eligibility knows.
    """
    known = _slugs_now()
    return [
        one for one in understand_text(text, _knowledge()) if one.kind == "fact" or one.key in known[f"{one.kind}s"]
    ]


@kept_for_version
def _slugs_now() -> dict[str, frozenset[str]]:
    """The same as ``known_slugs``, kept until the content changes."""
    return known_slugs()


@kept_for_version
def _knowledge() -> Knowledge:
    """The shipped cues, with the phrases and the well-spelt words of what stands in the database."""
    phrases: list[Phrase] = []
    texts: list[str] = []
    sensitive = set()
    for row in read(_SAYINGS_OF_INTENTS):
        for lang, words in row.also_asked_as.items():
            phrases += [Phrase("intent", row.slug, lang, one) for one in (*words, *(row.synonyms or {}).get(lang, ()))]
        texts += [*_said(row.situations), *row.title.values(), *row.summary.values()]
        if row.sensitive:
            sensitive.add(row.slug)
    for row in read(_SAYINGS_OF_PROFILES):
        for lang, words in row.also_asked_as.items():
            phrases += [Phrase("profile", row.slug, lang, one) for one in words]
        texts += [*_said(row.situations), *row.title.values(), *row.summary.values()]
    for service in service_documents():
        texts += [*_said(service.also_asked_as, service.situations), *service.title.values()]
    for article in article_documents():
        texts += [*_said(article.also_asked_as, article.situations), *article.title.values()]
    return shipped_cues().with_phrases(PhraseIndex.of(phrases, texts), {"intent": sensitive}, shipped_weights())


def _said(*phrases: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Citizens' words of all languages."""
    return (one for by_lang in phrases for said in by_lang.values() for one in said)


def _items_for(items: Collection[Any], profile_id: int | None) -> list[Any]:
    """One item for each service: for a profile its own, else everyone's; without a profile everyone's, else any."""
    best: dict[int, Any] = {}
    for item in items:
        if profile_id is not None and item.profile_id not in (None, profile_id):
            continue
        known = best.get(item.service_id)
        wanted = profile_id if profile_id is not None else None
        if known is None or (known.profile_id != wanted and item.profile_id == wanted):
            best[item.service_id] = item
    return [item for item in items if best.get(item.service_id) is item]


def _ordered_for(profile: ProfileRow, items: list[Any]) -> list[Any]:
    """Without what is for other profiles alone, and what matters to this one first; each step keeps its order."""
    index, _ = browse_index()
    place_of = _place_of()
    allowed, own = index.for_profile(profile.slug), index.profiles.get(profile.slug, 0)
    shown = [item for item in items if (at := place_of.get(item.service_id)) is not None and allowed >> at & 1]
    return sorted(shown, key=lambda item: not own >> place_of[item.service_id] & 1)


def _missing(slug: str, kind: str | None) -> Exception:
    query = sa.select(Intent.slug).join(IntentSlug, IntentSlug.intent_id == Intent.id).where(IntentSlug.slug == slug)
    if kind:
        query = query.where(Intent.kind == kind)
    current = db.session.execute(query).scalar_one_or_none()
    return Moved(current) if current else NotFound(slug)


def _related(intent_id: int, lang: str) -> list[IntentRow]:
    return [_intent_row(row, lang) for row in read(_RELATED, intent_id=intent_id)]


def _children(intent_id: int, lang: str) -> list[IntentRow]:
    return [_intent_row(row, lang) for row in read(_CHILDREN, intent_id=intent_id)]


def _intent_by_id(intent_id: int, lang: str) -> IntentRow:
    return _intent_row(read(_INTENT_BY_ID, intent_id=intent_id)[0], lang)


def _articles(intent_id: int, lang: str) -> list[ArticleRow]:
    ids = articles_of_intent(intent_id)
    rows = article_rows(ids, lang)
    return [rows[article_id] for article_id in ids if article_id in rows]


def _intent_row(row: Any, lang: str) -> IntentRow:
    return IntentRow(row.id, row.slug, row.kind, require(row.title, lang), require(row.summary, lang), row.sensitive)


def _profile_row(row: Any, lang: str) -> ProfileRow:
    return ProfileRow(row.id, row.slug, require(row.title, lang), require(row.summary, lang))


def _add_bit(groups: dict[Any, int], key: Any, place: int) -> None:
    groups[key] = groups.get(key, 0) | 1 << place
