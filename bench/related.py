"""Related services: a list, counting a visit, and making a snapshot, over 1,000 services and 100,000 visits."""

import shutil
import statistics
from collections.abc import Iterator
from typing import Any

from .instances import CACHE, in_own_process
from .report import Line

SERVICES = 1_000
VISITS = 100_000
LIMIT_SECONDS = 900
# The bars: milliseconds at p95 of a list, seconds of a snapshot, milliseconds of a visit; all of them CPU time.
LIST_MILLISECONDS, SNAPSHOT_SECONDS, VISIT_MILLISECONDS = 5.0, 1.0, 1.0


def run_related(rounds: int) -> Iterator[Line]:
    """Lines as a process of its own finds them. Raises LeftOut."""
    instance = CACHE / "related"
    shutil.rmtree(instance, ignore_errors=True)
    instance.mkdir(parents=True)
    extra = {"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "WARNING"}
    found = in_own_process("bench.related_job", {"rounds": rounds}, seconds=LIMIT_SECONDS, extra=extra)
    yield from _times("list", found["list"], LIST_MILLISECONDS)
    yield from _times("list of a visit", found["list of a visit"], LIST_MILLISECONDS)
    yield from _times("the rows of five services alone", found["rows"], None)
    for name, bar in (
        ("from all visits", SNAPSHOT_SECONDS),
        ("from the counts", SNAPSHOT_SECONDS),
        ("services alone, from all visits", None),
    ):
        yield Line(f"related/snapshot {name}/median", statistics.median(found[f"snapshot {name}"]), "s", bar)
    for name, bar in (
        ("one by one", VISIT_MILLISECONDS),
        ("in batches", VISIT_MILLISECONDS),
        ("one row and a commit instead", None),
    ):
        yield Line(f"related/visit, {name}/median", statistics.median(found[f"visit, {name}"]), "ms", bar)
    yield Line("related/snapshot/pairs", found["pairs"], "pairs")


def _times(name: str, times: list[float], bar: float | None) -> Iterator[Line]:
    cuts: Any = statistics.quantiles(times, n=100)
    yield Line(f"related/{name}/p50", cuts[49], "ms")
    yield Line(f"related/{name}/p95", cuts[94], "ms", bar)
