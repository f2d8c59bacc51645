"""How much of the catalogue has profiles, intents and translations, and the work list of what has none."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ..caching import kept_for_version
from ..catalogue.models import Agency, Service, ServiceTerm, Source, SourceRecord
from ..database import read
from ..i18n import CONTENT_LANGUAGES, Text, require
from .classification_files import vocabularies
from .classification_rules import Vocabulary, uncovered
from .classification_suggestions import Kind, Suggester, Suggestion
from .queries import browse_index
from .rules import places

# What a service may lack: a profile, an intent, or a text in a content language.
LACKS = ("profile", "intent", *CONTENT_LANGUAGES)
OWN = "own"
_KINDS: dict[str, tuple[Kind, ...]] = {
    "profile": ("profile",),
    "intent": ("intent",),
    **dict.fromkeys(CONTENT_LANGUAGES, ()),
}


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """Offered services of one source, and how many of them lack what, by the names in ``LACKS``.

    ``source`` is its key: "own" for services of no source, None for all services together.
    """

    source: str | None
    services: int
    without: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UncoveredValue:
    """A word of a source that no rule covers, and how many offered services have it."""

    scheme: str
    value: str
    services: int


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A service that lacks something. ``left_out``: the reasons that rules give for leaving its words out."""

    id: int
    uid: str
    slug: str
    title: Text
    agency: Text
    left_out: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


_service = Service.__table__.c
_agency = Agency.__table__.c
_record = SourceRecord.__table__.c
_term = ServiceTerm.__table__.c
_TITLES = sa.select(_service.id, _service.title)
_SOURCES = (
    sa.select(_record.record_id, Source.__table__.c.key)
    .join_from(SourceRecord.__table__, Source.__table__, _record.source_id == Source.__table__.c.id)
    .where(_record.kind == "service")
    .distinct()
)
_ALL_TERMS = sa.select(_term.service_id, _term.scheme, _term.value)
_TERMS = _ALL_TERMS.where(_term.service_id.in_(sa.bindparam("ids", expanding=True))).order_by(_term.scheme, _term.value)
_ROWS = (
    sa.select(
        *(_service[name] for name in ("id", "uid", "slug", "title", "summary", "who", "benefit")),
        _agency.name.label("agency_name"),
    )
    .join_from(Service.__table__, Agency.__table__, _agency.id == _service.agency_id)
    .where(_service.id.in_(sa.bindparam("ids", expanding=True)))
)


def coverage() -> list[SourceCoverage]:
    """All offered services, then those of each source. A service of two sources counts with both."""
    lacking = {name: set(_lacking(name)) for name in LACKS}
    _, offered = browse_index()
    groups: dict[str | None, set[int]] = {None: set(offered)}
    of_sources = _services_by_source()
    groups |= {key: of_sources[key] for key in sorted(of_sources)}
    return [
        SourceCoverage(source, len(ids), {name: len(ids & lacking[name]) for name in LACKS})
        for source, ids in groups.items()
    ]


def uncovered_values(rules: Mapping[str, Vocabulary] | None = None) -> list[UncoveredValue]:
    """Words of offered services that no rule covers, by scheme, the most frequent first. Rules ship unless given."""
    offered = set(browse_index()[1])
    counts = Counter((row.scheme, row.value) for row in read(_ALL_TERMS) if row.service_id in offered)
    found = uncovered(counts, vocabularies() if rules is None else rules)
    return [
        UncoveredValue(scheme, value, counts[scheme, value]) for scheme, values in found.items() for value in values
    ]


def suggestions_for(ids: Collection[int], kind: Kind, lang: str) -> dict[int, tuple[Suggestion, ...]]:
    """What the texts of services suggest as their profiles or intents, by service id."""
    if not ids:
        return {}
    suggester = Suggester(lang, (kind,))
    return {row.id: tuple(suggester.of_service(row)) for row in read(_ROWS, ids=list(ids))}


def work_count(kind: str, source: str | None = None) -> int:
    """How many services ``work_list`` has."""
    return len(_of_source(_lacking(kind), source))


def work_list(lang: str, kind: str, source: str | None = None, offset: int = 0, limit: int = 20) -> list[WorkItem]:
    """Offered services that lack ``kind``, one of ``LACKS``, in the order of their titles, with suggestions for it.

    ``source`` is the key of one, or "own". Suggestions are there for profiles and intents.
    """
    ids = _of_source(_lacking(kind), source)[offset : offset + limit]
    if not ids:
        return []
    rows = {row.id: row for row in read(_ROWS, ids=ids)}
    reasons: dict[int, list[str]] = defaultdict(list)
    rules = vocabularies()
    for term in read(_TERMS, ids=ids):
        rule = rules[term.scheme].rules.get(term.value) if term.scheme in rules else None
        if rule and rule.none:
            reasons[term.service_id].append(f"{term.value}: {rule.none}")
    suggester = Suggester(lang, _KINDS[kind])
    return [
        WorkItem(
            id=row.id,
            uid=row.uid,
            slug=row.slug,
            title=require(row.title, lang),
            agency=require(row.agency_name, lang),
            left_out=tuple(reasons[row.id]),
            suggestions=tuple(suggester.of_service(row)),
        )
        for row in (rows[service_id] for service_id in ids if service_id in rows)
    ]


@kept_for_version
def _lacking(kind: str) -> list[int]:
    """Ids of the offered services without something, in the order of their default titles."""
    index, ids = browse_index()
    if kind in CONTENT_LANGUAGES:
        titles = {row.id: row.title for row in read(_TITLES)}
        return [service_id for service_id in ids if kind not in titles[service_id]]
    groups = {"profile": [index.profiles], "intent": [index.intents, index.more]}[kind]
    having = 0
    for group in groups:
        for bits in group.values():
            having |= bits
    return [ids[at] for at in places(index.all & ~having)]


def _services_by_source() -> dict[str, set[int]]:
    """Ids of the offered services by the key of their source."""
    offered = set(browse_index()[1])
    found: dict[str, set[int]] = defaultdict(set)
    for row in read(_SOURCES):
        if row.record_id in offered:
            found[row.key].add(row.record_id)
    if rest := offered - set().union(*found.values()):
        found[OWN] = rest
    return dict(found)


def _of_source(ids: list[int], source: str | None) -> list[int]:
    if source is None:
        return ids
    own: Collection[int] = _services_by_source().get(source, ())
    return [service_id for service_id in ids if service_id in own]
