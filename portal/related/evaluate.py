"""How well the shipped rule tells what else a visit will need, over a folder of visits.

The folder holds `train.tsv.gz` (visit, items), `dev_cases.tsv.gz` (case, given) and `dev_hidden.tsv.gz` (case, hidden);
ids are separated by spaces, a case is named protocol-draw-visit. Protocol and rank score are those of Breese, Heckerman
and Kadie (1998) with a half-life of five places, as Heckerman et al. spell them out in 2000.
"""

import gzip
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from .rules.behaviour import BETA, Behaviour, behaviour_of
from .rules.counts import LEAST_K, release_all, tally_of

PROTOCOLS = ("given2", "given5", "given10", "allbut1")
HALF_LIFE = 5.0
SHOWN = 5
# Only decides which counts are released a few visits later, and the noise.
SECRET = b"evaluation"


class BadVisits(Exception):
    """A file of the folder is missing or malformed; the message says which, and in which line."""


@dataclass(frozen=True, slots=True)
class Figures:
    """In per cent: the rank score of each protocol and how often one of the first five is right."""

    visits: int
    rank: Mapping[str, float]
    hit: Mapping[str, float]

    @property
    def mean(self) -> float:
        return fmean(self.rank.values())


def evaluate(folder: Path, k: int = 10, beta: float = BETA, visits: int | None = None, draw: int = 1) -> Figures:
    """Learn from the visits of a folder, or from so many drawn at random, and score its cases. Raises BadVisits."""
    if k < LEAST_K:
        raise BadVisits(f"k must be at least {LEAST_K}.")
    train = [items for _, items in _rows(folder / "train.tsv.gz")]
    if visits is not None:
        train = random.Random(draw).sample(train, min(visits, len(train)))  # noqa: S311 - the same draw every time
    return score(learn(train, k), _cases(folder), beta, len(train))


def learn(visits: Sequence[Sequence[int]], k: int) -> Behaviour:
    """What a portal tells after these visits, all of them with views alone."""
    tally = tally_of(dict.fromkeys(items, 1.0) for items in visits)
    release_all(tally, k, SECRET)
    return behaviour_of(tally, k, SECRET)


def score(
    behaviour: Behaviour, cases: Sequence[tuple[str, Sequence[int], Sequence[int]]], beta: float, visits: int
) -> Figures:
    """Rank score and hits of (case, given, hidden)."""
    gained: dict[str, float] = defaultdict(float)
    possible: dict[str, float] = defaultdict(float)
    hits: dict[str, list[bool]] = defaultdict(list)
    for case, given, hidden in cases:
        protocol = case.split("-")[0]
        places = {item: place for place, item in enumerate(behaviour.ranked(given, beta))}
        found = [places[item] for item in hidden if item in places]
        gained[protocol] += sum(2 ** (-place / HALF_LIFE) for place in found)
        possible[protocol] += sum(2 ** (-place / HALF_LIFE) for place in range(len(hidden)))
        hits[protocol].append(any(place < SHOWN for place in found))
    return Figures(
        visits,
        {name: 100 * gained[name] / possible[name] for name in PROTOCOLS if possible[name]},
        {name: 100 * fmean(hits[name]) for name in PROTOCOLS if hits[name]},
    )


def _cases(folder: Path) -> list[tuple[str, list[int], list[int]]]:
    hidden = dict(_rows(folder / "dev_hidden.tsv.gz"))
    cases = []
    for case, given in _rows(folder / "dev_cases.tsv.gz"):
        if case not in hidden:
            raise BadVisits(f"{folder / 'dev_hidden.tsv.gz'}: nothing for case {case!r}.")
        if case.split("-")[0] not in PROTOCOLS:
            raise BadVisits(f"{folder / 'dev_cases.tsv.gz'}: {case!r} names none of {', '.join(PROTOCOLS)}.")
        cases.append((case, given, hidden[case]))
    return cases


def _rows(path: Path) -> Iterator[tuple[str, list[int]]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            next(lines, None)
            for number, line in enumerate(lines, start=2):
                name, tab, items = line.rstrip("\n").partition("\t")
                try:
                    ids = [int(item) for item in items.split()]
                except ValueError:
                    ids = []
                if not tab or not ids or len(set(ids)) != len(ids):
                    raise BadVisits(f"{path}, line {number}: expected a name, a tab and different whole numbers.")
                yield name, ids
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadVisits(f"{path} cannot be read: {error}") from None
