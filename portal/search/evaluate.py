"""Quality and speed of the search that people use, over a folder of documents, queries and judgements.

The folder holds `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (query-id, corpus-id,
score; tab separated, with a header line).
"""

import json
import math
import resource
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .analysis import guess_language
from .documents import Document
from .index import SearchIndex
from .queries import search

DEPTH = 10
KIND = "text"


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
    queries: Sequence[tuple[str, str]]
    relevant: Mapping[str, frozenset[str]]


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


def evaluate(folder: Path, lang: str | None = None, engine: str = "whoosh") -> Figures:
    """Index the documents of a folder in a temporary place and ask its queries. Raises BadBenchmark."""
    benchmark = read_benchmark(folder)
    lang = lang or guess_language([f"{title} {text}" for _, title, text in benchmark.documents])
    names = [id for id, _, _ in benchmark.documents]
    with tempfile.TemporaryDirectory() as scratch:
        index = SearchIndex(Path(scratch), engine)
        begun = time.perf_counter()
        index.engine.rebuild(
            Document(kind=KIND, id=number, lang=lang, title=title, text=text)
            for number, (_, title, text) in enumerate(benchmark.documents)
        )
        index_seconds = time.perf_counter() - begun
        index.warm()
        times, found = [], []
        for _, text in benchmark.queries:
            begun = time.perf_counter()
            results = search(text, lang=lang, limit=DEPTH, index=index)
            times.append(1000 * (time.perf_counter() - begun))
            found.append([names[hit.id] for hit in results.hits])
        index.close()
    judged = [
        ([id in benchmark.relevant[query] for id in ids], len(benchmark.relevant[query]))
        for (query, _), ids in zip(benchmark.queries, found, strict=True)
    ]
    times.sort()
    return Figures(
        lang=lang,
        documents=len(names),
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
