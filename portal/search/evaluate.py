"""Quality and speed of the search that people use, over a folder of documents, queries and judgements.

The folder holds `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (query-id, corpus-id,
score; tab separated, with a header line).
"""

import json
import math
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .analysis import guess_language, words
from .documents import Document
from .index import SearchIndex
from .model import Model
from .queries import search
from .training import Sample, balanced, cross_trained, fold_of, sample_of, train

DEPTH = 10
KIND = "text"


Queries = Sequence[tuple[str, str]]
# Index, text, language and other weights than those that come with Portico: the ids of the first documents.
Ask = Callable[[SearchIndex, str, str, Model | None], list[int]]


class BadBenchmark(Exception):
    """A file of the folder is missing or malformed; the message says which, and in which line."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall, MRR and nDCG in per cent; times in milliseconds, except `index_seconds`; memory in MB."""

    lang: str
    documents: int
    queries: int
    recall: Mapping[int, float]
    mrr: float
    ndcg: float
    p50: float
    p95: float
    p99: float
    index_seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    documents: Sequence[tuple[str, str, str]]
    queries: Queries
    relevant: Mapping[str, frozenset[str]]

    def group(self, query: str) -> str:
        """The text that a query is about; the first of them where there are several."""
        return min(self.relevant[query])

    def guess_language(self) -> str:
        return guess_language([f"{title} {text}" for _, title, text in self.documents])


def ask(index: SearchIndex, text: str, lang: str, model: Model | None) -> list[int]:
    """The ids of the first documents that the search which people use finds."""
    return [hit.id for hit in search(text, lang=lang, limit=DEPTH, model=model, index=index).hits]


def read_benchmark(folder: Path) -> Benchmark:
    """The three files of a folder. Raises BadBenchmark."""
    documents = [
        (_text(row, "id", where), _text(row, "title", where, ""), _text(row, "text", where))
        for where, row in _rows(folder / "corpus.jsonl")
    ]
    queries = [(_text(row, "id", where), _text(row, "text", where)) for where, row in _rows(folder / "queries.jsonl")]
    if not documents or not queries:
        raise BadBenchmark(f"{folder} has no documents or no queries.")
    known = {id for id, _, _ in documents}
    relevant: dict[str, set[str]] = {}
    for where, line in _lines(folder / "qrels.tsv"):
        cells = line.split("\t")
        if len(cells) != 3:
            raise BadBenchmark(f"{where}: expected three cells separated by tabs, found {len(cells)}.")
        if cells[0] == "query-id":
            continue
        if cells[1] not in known:
            raise BadBenchmark(f"{where}: no document {cells[1]!r} in corpus.jsonl.")
        if not cells[2].lstrip("-").isdigit():
            raise BadBenchmark(f"{where}: the score {cells[2]!r} is not a whole number.")
        if int(cells[2]) > 0:
            relevant.setdefault(cells[0], set()).add(cells[1])
    unjudged = [id for id, _ in queries if id not in relevant]
    if unjudged:
        raise BadBenchmark(
            f"{folder / 'qrels.tsv'}: nothing for {len(unjudged)} queries, the first is {unjudged[0]!r}."
        )
    return Benchmark(documents, queries, {id: frozenset(found) for id, found in relevant.items()})


def evaluate(
    folder: Path,
    lang: str | None = None,
    engine: str = "whoosh",
    *,
    examples: int = 0,
    folds: int = 0,
    ask: Ask = ask,
    by_meaning: bool = False,
) -> Figures:
    """Index the documents of a folder in a temporary place and ask its queries. Raises BadBenchmark.

    With `examples`, up to so many queries of each text, from one half of the queries, become situations of it, and
    the other half is asked; then the other way round. With `folds`, each part of the queries is asked with weights
    that were trained on the others; queries of one text stay together. `ask` is how a query is asked.
    """
    benchmark = read_benchmark(folder)
    lang = lang or benchmark.guess_language()
    times: list[float] = []
    judged: list[tuple[list[bool], int]] = []
    index_seconds = 0.0
    for asked, known in rounds_of(benchmark, examples):
        begun = time.perf_counter()
        with indexed(benchmark, lang, engine, known, by_meaning=by_meaning) as index:
            index_seconds += time.perf_counter() - begun
            models = cross_trained(samples(benchmark, asked, index, lang), folds) if folds else {}
            for query, text in asked:
                model = models.get(fold_of(benchmark.group(query), folds)) if folds else None
                begun = time.perf_counter()
                ids = ask(index, text, lang, model)
                times.append(1000 * (time.perf_counter() - begun))
                relevant = benchmark.relevant[query]
                judged.append(([benchmark.documents[id][0] in relevant for id in ids], len(relevant)))
    times.sort()
    return Figures(
        lang=lang,
        documents=len(benchmark.documents),
        queries=len(judged),
        recall={depth: _mean(recall(*one, depth) for one in judged) for depth in (1, 5, 10)},
        mrr=_mean(reciprocal_rank(hits) for hits, _ in judged),
        ndcg=_mean(ndcg(*one) for one in judged),
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        p99=percentile(times, 99),
        index_seconds=index_seconds,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def train_on(
    folders: Sequence[Path], *, plain: Sequence[Path] = (), examples: int, more: Mapping[str, Sequence[Sample]]
) -> Model:
    """The weights that fit the queries of folders and `more` samples.

    `folders` are taken with and without examples, `plain` ones only without.

    Raises BadBenchmark.
    """
    found: dict[str, Sequence[Sample]] = {name: listed for name, listed in more.items() if listed}
    for folder in (*folders, *plain):
        benchmark = read_benchmark(folder)
        lang = benchmark.guess_language()
        for given in (0, examples) if examples and folder in folders else (0,):
            listed: list[Sample] = []
            for asked, known in rounds_of(benchmark, given):
                with indexed(benchmark, lang, known=known) as index:
                    listed += samples(benchmark, asked, index, lang)
            if listed:
                found[f"{folder.name}+{given}"] = listed
    return train(balanced(found))


def samples(benchmark: Benchmark, asked: Queries, index: SearchIndex, lang: str) -> list[Sample]:
    """What can be learned from queries over the index of their folder."""
    view = index.view(lang)
    if view is None:
        return []
    numbers = {id: view.number(KIND, place) for place, (id, _, _) in enumerate(benchmark.documents)}
    found = []
    for query, text in asked:
        relevant = [number for id in benchmark.relevant[query] if (number := numbers[id]) is not None]
        if sample := sample_of(text, relevant, benchmark.group(query), view, lang):
            found.append(sample)
    return found


@contextmanager
def indexed(
    benchmark: Benchmark,
    lang: str,
    engine: str = "whoosh",
    known: Mapping[str, Sequence[str]] | None = None,
    *,
    by_meaning: bool = False,
) -> Iterator[SearchIndex]:
    """The documents of a benchmark in a temporary index; `known` are situations by document."""
    situations = known or {}
    with tempfile.TemporaryDirectory() as scratch:
        index = SearchIndex(Path(scratch), engine, by_meaning=by_meaning)
        index.engine.rebuild(
            Document(
                kind=KIND,
                id=place,
                lang=lang,
                title=title,
                text=text,
                situations=tuple(situations.get(id, ())),
                # What the API says of every result.
                stored={"uid": str(place), "slug": id, "url": id},
            )
            for place, (id, title, text) in enumerate(benchmark.documents)
        )
        index.warm()
        yield index
        index.close()


def rounds_of(benchmark: Benchmark, examples: int) -> Iterator[tuple[Queries, Mapping[str, Sequence[str]]]]:
    """What is asked and what is known: everything and nothing, or one half and the other, both ways."""
    if not examples:
        yield benchmark.queries, {}
        return
    # Turn and turn about among the queries of a text, so that every text with two of them has some on both sides.
    halves: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    seen: Counter[str] = Counter()
    for query, text in benchmark.queries:
        group = benchmark.group(query)
        halves[seen[group] % 2].append((query, text))
        seen[group] += 1
    for asked, told in (halves, halves[::-1]):
        # The same words again would not be another person's.
        taken = {_plain(text) for _, text in asked}
        known: dict[str, list[str]] = {}
        for query, text in told:
            listed = known.setdefault(benchmark.group(query), [])
            if len(listed) < examples and _plain(text) not in taken:
                listed.append(text)
        yield asked, known


def _plain(text: str) -> str:
    return " ".join(word.folded for word in words(text))


def recall(hits: Sequence[bool], relevant: int, depth: int) -> float:
    """The share of what is relevant that the first hits have."""
    return sum(hits[:depth]) / relevant


def reciprocal_rank(hits: Sequence[bool]) -> float:
    """One by the place of the first relevant hit."""
    return next((1 / place for place, hit in enumerate(hits, 1) if hit), 0.0)


def ndcg(hits: Sequence[bool], relevant: int) -> float:
    """Discounted gain, against that of the best order."""
    gain = sum(1 / math.log2(place + 1) for place, hit in enumerate(hits, 1) if hit)
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(relevant, DEPTH) + 1))


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of the ordered values that at least `share` per cent do not exceed."""
    return values[max(0, math.ceil(len(values) * share / 100) - 1)]


def _mean(values: Iterator[float]) -> float:
    listed = list(values)
    return 100 * sum(listed) / len(listed)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}, line {number}", line.rstrip("\r\n")
    except FileNotFoundError:
        raise BadBenchmark(f"{path} is missing.") from None
    except UnicodeDecodeError:
        raise BadBenchmark(f"{path} is not UTF-8.") from None
    except OSError as error:
        raise BadBenchmark(f"{path} cannot be read: {error.strerror}.") from None


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError:
            raise BadBenchmark(f"{where}: not JSON.") from None
        if not isinstance(row, dict):
            raise BadBenchmark(f"{where}: not a JSON object.")
        yield where, row


def _text(row: dict[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = row.get(name, default)
    if not isinstance(value, str):
        raise BadBenchmark(f"{where}: {name!r} is missing or not a text.")
    return value
