"""Which services are shown beside others, in which order, and why.

Order of authority: what may not be shown is left out before anything is ranked. Then what an editor pinned, what is
needed before, what is likely after a screening, then the sum of what editors, journeys and visits say. Links of editors
and journeys count as much as ``PRIOR`` visits, so they decide as long as few have visited and fade behind many.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .behaviour import Behaviour

SHOWN = 5
# What links of editors and journeys are worth, in visits of the source.
PRIOR = 2.0
# How much they weigh against each other. A link of an editor is chosen for this service, a journey for a situation.
LINK_WEIGHT = 3.0
GROUP_WEIGHTS = {"life_event": 1.0, "need": 0.8, "region": 0.6, "profile": 0.3}
# Each further place in a list of editors counts for so much less.
FADING = 0.9
# What declared preferences change.
OWN_PROFILE, OWN_CHANNEL = 1.5, 1.2


class Link(NamedTuple):
    """A link of an editor: one of ``models.LINK_KINDS``; ``reason`` in place of what the kind says."""

    target: int
    kind: str
    reason: Mapping[str, str] | None = None


class Group(NamedTuple):
    """Services that belong together: those of a life event or need, of a profile, or offered in one region.

    ``name`` is the slug of the intent or profile, or the name of the region.
    """

    kind: str
    name: str
    services: Sequence[int]


class Reason(NamedTuple):
    """Why a service is shown; ``source`` is the service that brought it.

    ``kind`` is that of a link or group, or pinned, behaviour, used, used_here, likely, not_from_answers or new.
    """

    kind: str
    source: int | None = None
    name: str | None = None
    text: Mapping[str, str] | None = None


class Term(NamedTuple):
    """One thing that speaks for a service, and how much."""

    reason: Reason
    score: float


class Suggestion(NamedTuple):
    """``terms`` are all that speaks for it, the strongest first; ``reason`` is what it is told by."""

    target: int
    tier: int
    score: float
    reason: Reason
    terms: tuple[Term, ...]


PINNED, REQUIRED, LIKELY, ORDINARY, FILLING, SUNK = range(6)


@dataclass(frozen=True)
class Steering:
    """What editors decided: by source the targets that are pinned, in order, and those that are blocked."""

    pinned: Mapping[int, Sequence[int]] = field(default_factory=dict)
    blocked: Mapping[int, frozenset[int]] = field(default_factory=dict)
    no_sources: frozenset[int] = frozenset()
    no_targets: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Known:
    """What is known of services: links by source, groups by source, released counts of the region and the country.

    Sensitive services are linked by editors alone, in both directions.
    """

    links: Mapping[int, Sequence[Link]]
    groups: Callable[[int], Sequence[Group]]
    here: Behaviour
    everywhere: Behaviour
    steering: Steering = Steering()
    sensitive: frozenset[int] = frozenset()
    beta: float = 0.25


@dataclass(frozen=True)
class Wishes:
    """What the person declared and found out: services of their profile and channel, and what a screening said."""

    profile: frozenset[int] = frozenset()
    channel: frozenset[int] = frozenset()
    likely: frozenset[int] = frozenset()
    not_from_answers: frozenset[int] = frozenset()


def suggest(
    sources: Sequence[int],
    known: Known,
    may_show: Callable[[int, int | None], bool],
    wishes: Wishes | None = None,
    limit: int = SHOWN,
) -> list[Suggestion]:
    """At most ``limit`` services beside ``sources``, never one of them.

    ``may_show(target, source)`` says whether a service may be shown at all where that source brought it; None for what
    no source brought.
    """
    wishes = wishes or Wishes()
    steering = known.steering
    counted = [one for one in dict.fromkeys(sources) if one not in steering.no_sources]
    if not counted:
        return []
    never = steering.no_targets.union(sources, *(steering.blocked.get(one, ()) for one in sources))
    terms: dict[int, list[Term]] = defaultdict(list)
    pins: dict[int, int] = {}
    for source in counted:
        for term, target in _terms(source, known):
            if target not in never and may_show(target, source):
                terms[target].append(term)
        for place, target in enumerate(steering.pinned.get(source, ())):
            if target not in never and may_show(target, source):
                pins[target] = min(place, pins.get(target, place))
                terms[target].append(Term(Reason("pinned", source), 0.0))
    suggestions = [_suggestion(target, found, wishes) for target, found in terms.items()]
    suggestions.sort(key=lambda one: (one.tier, pins.get(one.target, 0), -one.score, one.target))
    shown = suggestions[:limit]
    # Beside a sensitive service stands what editors chose, and nothing else.
    if len(shown) < limit and not known.sensitive.issuperset(counted):
        besides = never.union(terms, known.sensitive, wishes.not_from_answers)
        filling = list(_filling(known, besides, may_show, limit - len(shown)))
        at = next((place for place, one in enumerate(shown) if one.tier == SUNK), len(shown))
        shown[at:at] = filling
    return shown


def _terms(source: int, known: Known) -> Iterable[tuple[Term, int]]:
    """What speaks for other services beside one, for each of them and each thing separately."""
    links = known.links.get(source, ())
    is_sensitive = source in known.sensitive
    groups = () if is_sensitive else known.groups(source)
    weights: list[tuple[Reason, int, float]] = []
    for place, link in enumerate(links):
        weights.append((Reason(link.kind, source, None, link.reason), link.target, LINK_WEIGHT * FADING**place))
    often = Counter(group.kind for group in groups)
    for group in groups:
        for place, target in enumerate(group.services):
            if target != source and target not in known.sensitive:
                # A service that belongs to many situations is no more alike to what belongs to one of them.
                weight = GROUP_WEIGHTS[group.kind] / often[group.kind] * FADING**place
                weights.append((Reason(group.kind, source, group.name), target, weight))
    whole = sum(weight for _, _, weight in weights)
    counts = known.here if source in known.here.pairs else known.everywhere
    own = counts.services.get(source, 0.0)
    for reason, target, weight in weights:
        yield Term(reason, PRIOR * weight / whole / (own + PRIOR)), target
    if not is_sensitive:
        for target, score in counts.scores((source,), known.beta).items():
            if target not in known.sensitive:
                yield Term(Reason("behaviour", source), score), target


def _suggestion(target: int, found: list[Term], wishes: Wishes) -> Suggestion:
    ordered = tuple(sorted(found, key=lambda term: (-term.score, term.reason.kind, term.reason.source or 0)))
    kinds = {term.reason.kind: term.reason for term in reversed(ordered)}
    score = sum(term.score for term in ordered)
    score *= OWN_PROFILE if target in wishes.profile else 1.0
    score *= OWN_CHANNEL if target in wishes.channel else 1.0
    tier, reason = ORDINARY, ordered[0].reason
    if target in wishes.not_from_answers:
        tier, reason = SUNK, Reason("not_from_answers")
    elif "pinned" in kinds:
        # A link of an editor says more than that it was chosen.
        told = [term.reason for term in ordered if term.reason.text or term.reason.kind in ("requires", "comes_after")]
        tier, reason = PINNED, told[0] if told else kinds["pinned"]
    elif "requires" in kinds:
        tier, reason = REQUIRED, kinds["requires"]
    elif target in wishes.likely:
        tier, reason = LIKELY, Reason("likely")
    return Suggestion(target, tier, score, reason, ordered)


def _filling(
    known: Known, besides: frozenset[int] | set[int], may_show: Callable[[int, int | None], bool], room: int
) -> Iterable[Suggestion]:
    """What is most used, in the region first."""
    taken: set[int] = set()
    for counts, kind in ((known.here, "used_here"), (known.everywhere, "used")):
        for target in counts.most_used:
            if len(taken) == room:
                return
            if target not in besides and target not in taken and may_show(target, None):
                taken.add(target)
                reason = Reason(kind)
                yield Suggestion(target, FILLING, 0.0, reason, (Term(reason, 0.0),))
