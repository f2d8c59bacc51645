"""What editors see of the lists: where each link comes from, what was decided, and what the next snapshot would change.

No count is told exactly, and none that fewer visits than must stand behind it have made.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ...caching import kept_for_version, today
from ...catalogue.models import Service
from ...catalogue.places.rules import Place, fold
from ...catalogue.queries import ServiceRow, service_rows
from ...catalogue.rules import is_offered
from ...database import read
from ...errors import NotFound
from ...i18n import DEFAULT_LANGUAGE, Text, require
from ...identity.queries import staff_names
from ...intents.queries import browse_index, intents_by_slug, profile_rows
from ..models import RelatedChange, RelatedExclusion, RelatedState, RelatedVerdict, ServiceLink, Snapshot
from ..rules.behaviour import Behaviour, share_changed
from ..rules.ranking import SHOWN, Reason, Suggestion, Term
from ..rules.report import band_words, told_count, told_share
from ..rules.steering import Change, Difference, difference, verb_of
from .lists import Asked, Setting, behaviours_now, region_of, setting_now, suggestions
from .published import NATIONWIDE
from .use import Use, shown_by_target, uses_of
from .words import reason_words

PAGE_SIZE = 50
LONGEST_LIST = 100
FEW = 3
# How far a list is looked through for what does not stand among the first.
DEEP = 200
LEARNED = frozenset({"behaviour", "used", "used_here"})
FILTERS = {
    "few": f"Fewer than {FEW} links",
    "learned": "All links from visits",
    "unlisted": "In no list",
    "hardly": "Hardly ever shown",
    "pinned": "With pins",
    "blocked": "With blocked links",
    "excluded": "Excluded",
    "sensitive": "Sensitive",
}


@dataclass(frozen=True, slots=True)
class Head:
    """The service that a page is about."""

    id: int
    uid: str
    slug: str
    title: Text
    is_offered: bool
    sensitive: bool
    no_list: bool
    in_no_list: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided something, and when."""

    by: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that speaks for a link. ``detail`` has the titles of journeys or profiles, or the band of a count.

    ``origin`` is that of an editors' link, ``at`` when the link or what is told of visits came.
    """

    kind: str
    detail: str | None = None
    origin: str | None = None
    decision: Decision | None = None
    at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A link as editors see it. ``why`` is what the public reads; None for one that is not shown.

    ``rate`` is how many per cent of those who saw it followed it, ``not_relevant`` a band; None where too few did.
    ``hidden`` says why it is not shown.
    """

    id: int
    uid: str
    title: Text
    why: Text | None
    sources: tuple[Source, ...]
    is_pinned: bool
    origin: str | None
    rate: int | None
    not_relevant: str | None
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A service in the index: how many links it shows, and how many of them visits alone brought."""

    uid: str
    title: Text
    links: int
    learned: int
    pinned: int
    blocked: int
    is_excluded: bool
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Index:
    """One page of the index."""

    rows: list[IndexRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of an editor. ``about`` and ``target`` are titles; ``after`` is what it set."""

    uid: str
    verb: str
    about: str | None
    about_uid: str | None
    target: str | None
    before: Mapping[str, object]
    after: Mapping[str, object]
    decision: Decision
    undone_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A snapshot that is kept. ``visits`` is a band."""

    id: int
    made_at: datetime.datetime
    visits: str
    changed: float | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """What the next snapshot would change in the list of a service, by titles."""

    uid: str
    title: str
    come: tuple[str, ...]
    go: tuple[str, ...]
    moved: tuple[tuple[str, int, int], ...]


def head(uid: str) -> Head:
    """A service by its uid, whatever its status. Raises NotFound."""
    service, excluded = Service.__table__.c, RelatedExclusion.__table__.c
    found = read(
        sa.select(
            *service["id", "uid", "slug", "title", "status", "valid_from", "valid_to", "sensitive"],
            *excluded["as_source", "as_target"],
        )
        .join_from(Service.__table__, RelatedExclusion.__table__, excluded.service_id == service.id, isouter=True)
        .where(service.uid == uid)
    )
    if not found:
        raise NotFound(uid)
    row = found[0]
    return Head(
        row.id,
        row.uid,
        row.slug,
        require(row.title, DEFAULT_LANGUAGE),
        is_offered(row.status, row.valid_from, row.valid_to, today()),
        row.sensitive,
        bool(row.as_source),
        bool(row.as_target),
    )


def listed(
    of: Head, lang: str, least: int, place: Place | None = None, setting: Setting | None = None
) -> tuple[list[Listed], list[Listed]]:
    """The list of a service as the public sees it, and the links that were made or decided and are not in it."""
    found = suggestions(Asked((of.id,), place=place, limit=DEEP), setting)
    shown = {one.target: one for one in found[:SHOWN]}
    later = {one.target for one in found[SHOWN:]}
    links = {row.target_id: row for row in read(_of(ServiceLink, of.id))}
    verdicts = {row.target_id: row.verdict for row in read(_of(RelatedVerdict, of.id))}
    excluded = _excluded_targets()
    rows = service_rows([of.id, *shown, *links, *verdicts], lang)
    titles = titles_of([*shown, *links, *verdicts], lang)
    uses = uses_of(of.id)
    tell = _Teller(of.id, place, {target: row.origin for target, row in links.items()})

    def row_of(target: int, one: Suggestion | None, hidden: str | None = None) -> Listed:
        use = uses.get(target, Use())
        uid, title = titles[target]
        if one is not None:
            sources = tuple(tell.sources(one.terms, target))
        else:
            sources = tuple(tell.decided(target, links.get(target), verdicts.get(target)))
        return Listed(
            target,
            uid,
            title,
            reason_words(one.reason, rows, lang, place) if one is not None else None,
            sources,
            verdicts.get(target) == "pinned",
            links[target].origin if target in links else None,
            told_share(use.followed, use.shown, least),
            told_count(use.not_relevant, least),
            hidden,
        )

    def why_hidden(target: int) -> str:
        if verdicts.get(target) == "blocked":
            return "blocked"
        if of.no_list:
            return "no_list"
        if target not in rows:
            return "not_offered"
        if target in excluded:
            return "excluded"
        return "later" if target in later else "elsewhere"

    hidden = [one for one in dict.fromkeys([*verdicts, *links]) if one not in shown]
    return (
        [row_of(target, one) for target, one in shown.items() if target in rows],
        [row_of(target, None, why_hidden(target)) for target in hidden],
    )


class _Teller:
    """Says of what speaks for the links of one service who brought it and when."""

    def __init__(self, source_id: int, place: Place | None, origins: Mapping[int, str]) -> None:
        behaviours = behaviours_now()
        here = behaviours.get(region_of(place)) if place else None
        everywhere = behaviours.get(NATIONWIDE, Behaviour())
        counts = here if here is not None and source_id in here.pairs else everywhere
        self.pairs = counts.pairs.get(source_id, {})
        self.origins = origins
        self.decisions = _decisions(source_id)
        self.published = next((row.made_at for row in snapshot_rows() if row.is_current), None)

    def sources(self, terms: Iterable[Term], target: int) -> Iterable[Source]:
        """What speaks for a link, the strongest first, all journeys and all profiles together."""
        named: dict[str, list[str]] = {"journey": [], "profile": [], "region": []}
        found: dict[str, Source | None] = {}
        for term in terms:
            kind = "journey" if term.reason.kind in ("life_event", "need") else term.reason.kind
            if kind in named:
                named[kind].append(_name_of(term.reason))
            found[kind] = None if kind in named else self.source(term.reason, target)
        for kind, source in found.items():
            yield source or Source(kind, "; ".join(named[kind]))

    def source(self, reason: Reason, target: int) -> Source:
        match reason.kind:
            case "pinned":
                return Source("pinned", decision=self.decisions.get(("verdict", target)))
            case "behaviour":
                _, bound = self.pairs.get(target, (0.0, 0))
                return Source("behaviour", band_words(bound) if bound else None, at=self.published)
            case "used" | "used_here":
                return Source(reason.kind, at=self.published)
        return self.link(reason.kind, target)

    def link(self, kind: str, target: int) -> Source:
        origin = self.origins.get(target)
        decision = self.decisions.get(("link", target)) if origin == "editor" else None
        return Source(kind, None, origin, decision)

    def decided(self, target: int, link: sa.Row[tuple[object, ...]] | None, verdict: str | None) -> Iterable[Source]:
        """What was made or decided of a link that is not shown."""
        if verdict is not None:
            yield Source(verdict, decision=self.decisions.get(("verdict", target)))
        if link is not None:
            yield self.link(link.kind, target)


def _name_of(reason: Reason) -> str:
    name = reason.name or ""
    if reason.kind in ("life_event", "need"):
        return intents_by_slug(DEFAULT_LANGUAGE)[name].title
    if reason.kind == "profile":
        return next(one.title for one in profile_rows(DEFAULT_LANGUAGE) if one.slug == name)
    return name


def _decisions(source_id: int) -> dict[tuple[str, int], Decision]:
    """Who decided of each link of a service last, by table and target."""
    change = RelatedChange.__table__.c
    rows = read(
        sa.select(*change["what", "key", "made_by", "made_at"])
        .where(change.service_id == source_id, change.undone_at.is_(None), change.what.in_(("link", "verdict")))
        .order_by(change.id)
    )
    names = _names(row.made_by for row in rows)
    return {(row.what, row.key["target_id"]): Decision(names[row.made_by], row.made_at) for row in rows}


def titles_of(ids: Collection[int], lang: str = DEFAULT_LANGUAGE) -> dict[int, tuple[str, Text]]:
    """(uid, title) of services by id, whatever their status."""
    service = Service.__table__.c
    rows = read(sa.select(*service["id", "uid", "title"]).where(service.id.in_(list(ids)))) if ids else ()
    return {row.id: (row.uid, require(row.title, lang)) for row in rows}


def services_called(words: str, but: int, limit: int = 20) -> list[ServiceRow]:
    """Offered services with all of these words in their titles, the one of an id left out."""
    wanted = fold(words).split()
    found = [one for one in _offered() if one != but and all(word in _folded_titles()[one] for word in wanted)]
    rows = service_rows(found[:limit], DEFAULT_LANGUAGE) if wanted else {}
    return [rows[one] for one in found[:limit] if one in rows]


# The index


def index(words: str, only: str, page: int, least: int) -> Index:
    """Offered services by title, those with these words in it and of one of FILTERS."""
    wanted = fold(words).split()
    folded = _folded_titles()
    keep = _filtered(only, least)
    found = [one for one in _offered() if (keep is None or one in keep) and all(word in folded[one] for word in wanted)]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(page, pages)
    return Index(_index_rows(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), len(found), page, pages)


def _filtered(only: str, least: int) -> Collection[int] | None:
    lists = lists_of_all()
    match only:
        case "few":
            return {one for one, links in lists.items() if len(links) < FEW}
        case "learned":
            return {one for one, links in lists.items() if links and all(map(_is_learned, links))}
        case "unlisted":
            return lists.keys() - {link.target for links in lists.values() for link in links}
        case "hardly":
            shown = shown_by_target()
            return {one for one in lists if shown.get(one, 0) < least}
        case "pinned" | "blocked":
            verdict = RelatedVerdict.__table__.c
            return {row.source_id for row in read(sa.select(verdict.source_id).where(verdict.verdict == only))}
        case "excluded":
            return {row.service_id for row in read(sa.select(RelatedExclusion.__table__.c.service_id))}
        case "sensitive":
            service = Service.__table__.c
            return {row.id for row in read(sa.select(service.id).where(service.sensitive))}
    return None


def _index_rows(ids: Collection[int]) -> list[IndexRow]:
    lists, titles = lists_of_all(), titles_of(ids)
    decided: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    verdict = RelatedVerdict.__table__.c
    for row in read(sa.select(verdict.source_id, verdict.verdict).where(verdict.source_id.in_(list(ids)))):
        decided[row.verdict][row.source_id] += 1
    excluded, sensitive = _filtered("excluded", 0) or (), _filtered("sensitive", 0) or ()
    return [
        IndexRow(
            *titles[one],
            len(lists[one]),
            sum(map(_is_learned, lists[one])),
            decided["pinned"][one],
            decided["blocked"][one],
            one in excluded,
            one in sensitive,
        )
        for one in ids
    ]


@kept_for_version
def lists_of_all() -> dict[int, tuple[Suggestion, ...]]:
    """The list of every offered service, as it is without a place."""
    return {one: tuple(suggestions(Asked((one,)))) for one in _offered()}


def _is_learned(one: Suggestion) -> bool:
    """Whether visits alone brought a link."""
    return all(term.reason.kind in LEARNED for term in one.terms)


def _offered() -> list[int]:
    return browse_index()[1]


@kept_for_version
def _folded_titles() -> dict[int, str]:
    return {one: fold(title) for one, (_, title) in titles_of(_offered()).items()}


def _excluded_targets() -> set[int]:
    excluded = RelatedExclusion.__table__.c
    return {row.service_id for row in read(sa.select(excluded.service_id).where(excluded.as_target))}


# Snapshots


def state_row() -> sa.Row[tuple[object, ...]]:
    """How lists are made: the row of ``models.RelatedState``."""
    return read(sa.select(RelatedState.__table__))[0]


def snapshot_rows() -> list[SnapshotRow]:
    """The snapshots that are kept, the latest first."""
    current = sa.select(RelatedState.__table__.c.snapshot_id).scalar_subquery()
    snapshot = Snapshot.__table__.c
    rows = read(
        sa.select(
            *snapshot["id", "made_at", "visits", "changed"], (snapshot.id == current).label("is_current")
        ).order_by(snapshot.id.desc())
    )
    return [SnapshotRow(row.id, row.made_at, band_words(row.visits), row.changed, bool(row.is_current)) for row in rows]


def coming(of: Head, after: Mapping[str, Behaviour], place: Place | None = None) -> Coming:
    """What the list of a service would be changed by, if what is told of visits were ``after``."""
    changed = _difference(of.id, after, place)
    return _coming([(of.id, changed)])[0]


def all_coming(after: Mapping[str, Behaviour]) -> list[Coming]:
    """The same of every list that would change, as they are without a place."""
    found = [(one, _difference(one, after, None)) for one in _offered()]
    return _coming([(one, changed) for one, changed in found if changed])


def share_coming(after: Mapping[str, Behaviour]) -> float:
    """The share of the links by visits that would be new, in all regions, as the snapshot would note it."""
    return share_changed(behaviours_now(), after, setting_now().beta)


def _difference(service_id: int, after: Mapping[str, Behaviour], place: Place | None) -> Difference:
    asked = Asked((service_id,), place=place)
    old, new = suggestions(asked), suggestions(asked, behaviours=after)
    return difference([one.target for one in old], [one.target for one in new])


def _coming(changed: Collection[tuple[int, Difference]]) -> list[Coming]:
    ids = {one for one, _ in changed}
    for _, one in changed:
        ids |= {*one.come, *one.go, *(target for target, _, _ in one.moved)}
    titles = titles_of(ids)
    return [
        Coming(
            *titles[service],
            tuple(titles[target][1] for target in one.come),
            tuple(titles[target][1] for target in one.go),
            tuple((titles[target][1], was, place) for target, was, place in one.moved),
        )
        for service, one in changed
    ]


# Changes


def change_rows(
    service_id: int | None = None, *, of_settings: bool = False, limit: int = LONGEST_LIST
) -> list[ChangeRow]:
    """What editors changed, the latest first: of the list of a service, of the settings, or all."""
    change = RelatedChange.__table__.c
    query = sa.select(RelatedChange.__table__).order_by(change.id.desc()).limit(limit)
    if service_id is not None:
        query = query.where(change.service_id == service_id)
    elif of_settings:
        query = query.where(change.service_id.is_(None))
    rows = read(query)
    names = _names(row.made_by for row in rows)
    titles = titles_of({id for row in rows for id in (row.service_id, row.key.get("target_id")) if id is not None})
    nobody = (None, None)
    found = []
    for row in rows:
        about_uid, about = titles.get(row.service_id, nobody)
        _, target = titles.get(row.key.get("target_id"), nobody)
        found.append(
            ChangeRow(
                row.uid,
                verb_of(Change(row.what, row.key, row.before, row.after)),
                about,
                about_uid,
                target,
                row.before or {},
                row.after or {},
                Decision(names[row.made_by], row.made_at),
                row.undone_at,
            )
        )
    return found


def _of(model: type[ServiceLink | RelatedVerdict], source_id: int) -> sa.Select[tuple[object, ...]]:
    table = model.__table__
    return sa.select(table).where(table.c.source_id == source_id).order_by(table.c.position, table.c.target_id)


def _names(ids: Iterable[int]) -> dict[int, str]:
    wanted = set(ids)
    return dict.fromkeys(wanted, "someone who left") | staff_names(wanted)
