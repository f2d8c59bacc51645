"""``python -m bench.search_job``: reads a job of ``search`` from standard input and writes what it found, both as JSON.

All engines live in one process and take turns query by query: whatever disturbs one disturbs the others.
"""

import gc
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from portal.search.index import SearchIndex
from portal.search.queries import search
from portal.search.suggest import suggest

from .search import LANGUAGES, documents, questions

LOOP = 20_000
# On the wall and of the CPU.
Times = tuple[float, float]


def run_job(job: dict[str, Any]) -> dict[str, Any]:
    """For each question (milliseconds, CPU milliseconds), medians of its rounds; megabytes; milliseconds of updates."""
    asked = {lang: questions(lang) for lang in job.get("languages", LANGUAGES)}
    before = _private()
    by_meaning = job.get("by_meaning", False)
    indexes = {name: SearchIndex(Path(folder), name, by_meaning=by_meaning) for name, folder in job["engines"].items()}
    for index in indexes.values():
        index.warm()
    # As page workers do after they have opened the index.
    gc.collect()
    gc.freeze()
    times: dict[str, dict[tuple[str, str], list[Times]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(job["rounds"]):
        for lang, kinds in asked.items():
            for kind, texts in kinds.items():
                for text in texts:
                    for name, index in indexes.items():
                        both = _timed(lambda: _ask(kind, text, lang, index))  # noqa: B023 - called at once
                        times[f"{name} {kind}"][lang, text].append(both)
                        if turn == 0 and kind != "suggestions":
                            times[f"{name} {kind}, asked first"][lang, text].append(both)
                    times["idle loop"][lang, text].append(_timed(_loop))
    private = _private()
    updates = [_update(index, number) for index in indexes.values() for number in range(job.get("updates", 0))]
    return {
        "times": {row: [_median(one) for one in asked.values()] for row, asked in sorted(times.items())},
        "private": private,
        "private_before": before,
        "updates": updates,
    }


def _ask(kind: str, text: str, lang: str, index: SearchIndex) -> None:
    if kind == "suggestions":
        suggest(text, lang=lang, index=index)
    else:
        search(text, lang=lang, limit=10, index=index)


def _median(found: Sequence[Times]) -> Times:
    wall, cpu = zip(*found, strict=True)
    return statistics.median(wall), statistics.median(cpu)


def _update(index: SearchIndex, number: int) -> float:
    """Writes a document of English anew, as it was."""
    document = next(document for document in documents(LANGUAGES[0]) if document.id == number)
    return _timed(lambda: index.engine.update(document.kind, [document.id], [document]))[0]


def _loop() -> None:
    for _ in range(LOOP):
        pass


def _timed(call: Callable[[], object]) -> Times:
    began, began_cpu = time.perf_counter(), time.thread_time()
    call()
    return (time.perf_counter() - began) * 1e3, (time.thread_time() - began_cpu) * 1e3


def _private() -> float:
    return float(psutil.Process().memory_full_info().uss) / 1e6


if __name__ == "__main__":
    print(json.dumps(run_job(json.load(sys.stdin))))
