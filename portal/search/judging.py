"""How often the search gives people a right answer first, by the judged sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..judgements import JudgedQuery
from .index import SearchIndex, search_index
from .queries import search
from .training import Sample, sample_of

DEPTH = 10
AMONG = 3
# The bars, in per cent.
FIRST = 75.0
AMONG_THREE = 92.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the place of its first right answer among the first ten results; None where there is none.

    ``first`` is what came first, as ``kind:slug``.
    """

    query: JudgedQuery
    place: int | None
    first: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in per cent of the queries that have an answer."""

    count: int
    first: float
    among_three: float

    @property
    def holds(self) -> bool:
        """Whether the bars are reached."""
        return self.first >= FIRST and self.among_three >= AMONG_THREE


def judge(queries: Iterable[JudgedQuery], index: SearchIndex | None = None) -> list[Judged]:
    """Ask the queries that have an answer, as the search page does."""
    judged = []
    for query in queries:
        if query.best:
            hits = search(query.text, lang=query.lang, limit=DEPTH, index=index).hits
            found = [(hit.kind, hit.stored["slug"]) for hit in hits]
            judged.append(Judged(query, first_place(found, query.best), ":".join(found[0]) if found else None))
    return judged


def judged_samples(queries: Iterable[JudgedQuery], index: SearchIndex | None = None) -> list[Sample]:
    """What the weights of the ranking can be learned from."""
    index = index or search_index()
    views = {lang: view for lang in index.engine.languages() if (view := index.view(lang))}
    numbers: dict[tuple[str, str, str], int] = {}
    for lang, view in views.items():
        for base, part in view.parts():
            for number in {base + local for local, _, _ in part.sayings()}:
                if view.has(number):
                    slug = view.body(number).stored["slug"]
                    numbers[lang, view.entry(number).kind, slug] = number
    found = []
    for query in queries:
        best = [numbers[query.lang, *key] for key in query.best if (query.lang, *key) in numbers]
        if query.lang in views and (sample := sample_of(query.text, best, query.id, views[query.lang], query.lang)):
            found.append(sample)
    return found


def first_place(found: Sequence[tuple[str, str]], best: Sequence[tuple[str, str]]) -> int | None:
    """The place, from 1, of the first of the found records that is among the best."""
    return next((place for place, record in enumerate(found, 1) if record in best), None)


def figures(judged: Sequence[Judged]) -> Figures:
    """How often a right answer came first, and among the first three; 100 % of nothing."""
    places = [one.place for one in judged if one.place is not None]
    count = len(judged)
    return Figures(
        count,
        _share(sum(place == 1 for place in places), count),
        _share(sum(place <= AMONG for place in places), count),
    )


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0
