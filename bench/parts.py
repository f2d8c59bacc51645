"""The parts of a run. Each gives its lines as it finds them, and starts and stops what it needs."""

import gzip
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import cpu, load, servers
from .eligibility import run_eligibility, run_pages
from .imports import run_imports
from .instances import CACHE, ROOT, SEED, SIZES, LeftOut, clean_environment, prepare
from .pages import KINDS, PUBLIC, core_paths, page_paths
from .records import make_records
from .related import run_related
from .report import Line, left_out
from .search import run_search
from .wagtail import peer, peer_paths

SMALL, LARGE = SIZES
CONNECTIONS = 16
WAGTAIL, TUNED_WAGTAIL = "wagtail", "tuned wagtail"
PATHS_IN_PROCESS = 20
SETUP_SECONDS = 300

# The bars of design section 7 and of issue 2.
PAGE_MILLISECONDS = 15
SEARCH_MILLISECONDS = 80
TO_HELLO = 0.15
TO_STATIC = 0.85
TO_WAGTAIL = 4
GROWTH_PERCENT = 10
MEGABYTES = 250
STARTUP_SECONDS = 5


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds, seconds of each run in them, and calls of each page in process."""

    rounds: int
    seconds: int
    calls: int


THOROUGH = Effort(rounds=5, seconds=2, calls=25)
QUICK = Effort(rounds=3, seconds=1, calls=8)


@dataclass(frozen=True)
class Contender:
    """A server and the pages that are asked of it. ``row`` names it in the table."""

    row: str
    server: servers.Server
    paths: Sequence[str]


class Field:
    """All servers that are compared, started together; ``groups`` holds by kind of page those to compare directly."""

    def __init__(self, stack: ExitStack) -> None:
        self.missing: list[Line] = []
        self.groups: dict[str, list[Contender]] = defaultdict(list)
        self._stack = stack
        hello = stack.enter_context(servers.hello())
        for kind in KINDS:
            self.groups[kind].append(Contender("hello", hello, ["/"]))
        for size in (LARGE, SMALL):
            self._add_portico(size)
        self._add_making()
        self._add("nginx static", self._add_static)
        self._add("nginx cache", self._add_cache)
        self._add(WAGTAIL, self._add_wagtail)

    def _add_portico(self, size: int) -> None:
        server = self._stack.enter_context(servers.portico(prepare(size), f"portico {size}"))
        paths = page_paths(make_records(size, SEED), SEED)
        bodies = {kind: load.fetch_all(server, listed) for kind, listed in paths.items()}
        for kind, listed in paths.items():
            self.groups[kind].append(Contender(f"{kind} {size}", server, listed))
        if size == LARGE:
            self.portico, self.paths, self.bodies = server, paths, bodies

    def _add_making(self) -> None:
        """A server that keeps no finished pages, which is what the first reader of a page meets."""
        server = self._stack.enter_context(servers.portico(prepare(LARGE), "portico making", pages_kept=0))
        for kind in PUBLIC:
            load.fetch_all(server, self.paths[kind])
            self.groups[kind].append(Contender(f"{kind} {LARGE} made", server, self.paths[kind]))

    def _add(self, name: str, start: Callable[[], None]) -> None:
        try:
            start()
        except LeftOut as reason:
            self.missing.append(left_out(name, str(reason)))

    def _add_static(self) -> None:
        pages = {path: body for kind in PUBLIC for path, body in self.bodies[kind].items()}
        server = self._stack.enter_context(servers.nginx_static(pages))
        for kind in PUBLIC:
            self.groups[kind].append(Contender(f"{kind} static", server, self.paths[kind]))

    def _add_cache(self) -> None:
        server = self._stack.enter_context(servers.nginx_cache(self.portico, self.paths["landing"][0]))
        for kind in PUBLIC:
            self.groups[kind].append(Contender(f"{kind} cached", server, self.paths[kind]))

    def _add_wagtail(self) -> None:
        size = round(statistics.median(len(gzip.decompress(body)) for body in self.bodies["service"].values()))
        for row in (WAGTAIL, TUNED_WAGTAIL):
            server = self._stack.enter_context(peer(size, tuned=row == TUNED_WAGTAIL))
            self.groups["service"].append(Contender(row, server, peer_paths()))

    def run(self, connections: int, effort: Effort) -> dict[str, dict[str, list[load.Run]]]:
        """Runs of each contender by kind and row, one in each round; every other round goes backwards."""
        runs: dict[str, dict[str, list[load.Run]]] = {kind: defaultdict(list) for kind in KINDS}
        for turn in range(effort.rounds):
            for kind in KINDS if turn % 2 == 0 else reversed(KINDS):
                group = self.groups[kind]
                for one in group if turn % 2 == 0 else reversed(group):
                    if one.row.endswith(" cached"):
                        load.warm(one.server, one.paths)
                    start = random.Random(turn).randrange(len(one.paths))
                    found = load.run(
                        one.server, one.paths, connections=connections, seconds=effort.seconds, start=start
                    )
                    runs[kind][one.row].append(found)
        return runs


def latency(effort: Effort) -> Iterator[Line]:
    """Milliseconds to an answer where one request is made at a time."""
    with ExitStack() as stack:
        field = Field(stack)
        yield from field.missing
        for kind, rows in field.run(1, effort).items():
            for row, runs in _told_once(kind, rows):
                bar = None
                if row == (f"{kind} {LARGE} made" if kind in PUBLIC else f"{kind} {LARGE}"):
                    bar = SEARCH_MILLISECONDS if kind == "search" else PAGE_MILLISECONDS
                yield Line(f"latency/{row}/p50", _median(run.p50 for run in runs), "ms")
                yield Line(f"latency/{row}/p95", _median(run.p95 for run in runs), "ms", bar)
                yield Line(f"latency/{row}/p99", _median(run.p99 for run in runs), "ms")


def throughput(effort: Effort) -> Iterator[Line]:
    """Requests per second over sixteen connections, and the ratios between them within each round."""
    with ExitStack() as stack:
        field = Field(stack)
        yield from field.missing
        for kind, rows in field.run(CONNECTIONS, effort).items():
            for row, runs in _told_once(kind, rows):
                yield Line(f"throughput/{row}/rate", _median(run.rate for run in runs), "req/s")
                yield Line(f"throughput/{row}/p50", _median(run.p50 for run in runs), "ms")
                yield Line(f"throughput/{row}/p95", _median(run.p95 for run in runs), "ms")
                yield Line(f"throughput/{row}/p99", _median(run.p99 for run in runs), "ms")
                if row != "hello":
                    at_bar = TO_HELLO if row == f"form {LARGE}" else None
                    yield _ratio(row, "hello", runs, rows["hello"], at_bar)
                if row == f"{kind} cached" and f"{kind} static" in rows:
                    yield _ratio(row, "static", runs, rows[f"{kind} static"], TO_STATIC)
                if row.startswith(f"service {LARGE}") and WAGTAIL in rows:
                    at_bar = TO_WAGTAIL if row == f"service {LARGE}" else None
                    yield _ratio(row, WAGTAIL, runs, rows[WAGTAIL], at_bar)
                    yield _ratio(row, TUNED_WAGTAIL, runs, rows[TUNED_WAGTAIL], None)


def cost(effort: Effort) -> Iterator[Line]:
    """CPU milliseconds and database statements of the same pages in a small and in a large catalogue."""
    instances = {str(size): prepare(size) for size in SIZES}
    paths = {kind: listed[:PATHS_IN_PROCESS] for kind, listed in core_paths(SEED).items()}
    costs = cpu.measure(instances, paths, effort.calls)
    hello = costs[cpu.HELLO][cpu.HELLO]
    yield Line("cost/hello/p50", hello.p50, "CPU ms")
    yield Line("cost/hello/least", hello.least, "CPU ms")
    for kind in KINDS:
        for size in SIZES:
            found = costs[str(size)][kind]
            row = f"cost/{kind} {size}"
            yield Line(f"{row}/p50", found.p50, "CPU ms")
            yield Line(f"{row}/least", found.least, "CPU ms")
            yield Line(f"{row}/size", found.size / 1024, "KB")
            yield Line(f"{row}/fewest", found.fewest_statements, "statements")
            yield Line(f"{row}/most", found.most_statements, "statements")
        growth = costs[str(LARGE)][kind].least / costs[str(SMALL)][kind].least - 1
        # A larger index takes longer to search; the bar on its latency says how much longer it may take.
        bar = None if kind == "search" else GROWTH_PERCENT
        yield Line(f"cost/{kind} {LARGE}/growth", growth * 100, "%", bar)


def memory(effort: Effort) -> Iterator[Line]:
    """Megabytes of a page worker that has served every kind of page."""
    with servers.portico(prepare(LARGE), f"portico {LARGE}") as server:
        for listed in page_paths(make_records(LARGE, SEED), SEED).values():
            load.run(server, listed, connections=CONNECTIONS, seconds=2 * effort.seconds)
        private, shared_in = server.worker_memory()
    yield Line("memory/page worker/private", private, "MB")
    yield Line("memory/page worker/with shared pages", shared_in, "MB", MEGABYTES)


def startup(effort: Effort) -> Iterator[Line]:
    """Seconds of what ``make run`` does where everything is made: setup, then serving until ready."""
    instance = CACHE / "startup"
    shutil.rmtree(instance, ignore_errors=True)
    _set_up(instance)
    setup, serving = [], []
    for _ in range(effort.rounds):
        began = time.monotonic()
        _set_up(instance)
        ready = _serve(instance)
        setup.append(ready.began - began)
        serving.append(ready.answered - ready.began)
    both = [first + second for first, second in zip(setup, serving, strict=True)]
    yield Line("startup/second start/setup", _median(setup), "s")
    yield Line("startup/second start/serving", _median(serving), "s")
    yield Line("startup/second start/both", _median(both), "s", STARTUP_SECONDS)


def imports(effort: Effort) -> Iterator[Line]:
    """Every real catalogue at hand in one portal."""
    yield from run_imports(effort.seconds, effort.rounds, PAGE_MILLISECONDS, SEARCH_MILLISECONDS)


def eligibility(effort: Effort) -> Iterator[Line]:
    """Screening: time for few and many rules and for pages, and how many questions people are asked."""
    thorough = effort is THOROUGH
    yield from run_eligibility(effort.rounds, homes=1000 if thorough else 100, moves=12 if thorough else 2)
    instance = CACHE / "startup"
    try:
        _set_up(instance)
        with servers.portico(instance, "portico screening") as server:
            yield from run_pages(server, visits=effort.rounds)
    except LeftOut as reason:
        yield left_out("eligibility/pages", str(reason))


def search(effort: Effort) -> Iterator[Line]:
    """Both search engines side by side, without HTTP, and how soon an edit is found."""
    yield from run_search(effort.rounds, fresh_rounds=3 if effort is THOROUGH else 1)


def related(effort: Effort) -> Iterator[Line]:
    """Related services: a list for a page, counting a visit, making a snapshot."""
    try:
        yield from run_related(effort.rounds)
    except LeftOut as reason:
        yield left_out("related", str(reason))


PARTS: dict[str, Callable[[Effort], Iterator[Line]]] = {
    "cost": cost,
    "latency": latency,
    "throughput": throughput,
    "memory": memory,
    "startup": startup,
    "imports": imports,
    "eligibility": eligibility,
    "search": search,
    "related": related,
}


@dataclass(frozen=True)
class _Ready:
    began: float
    answered: float


def _set_up(instance: Path) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "setup"]
    environment = clean_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "WARNING"})
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SETUP_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise LeftOut(f"setup takes more than {SETUP_SECONDS} s") from None
    if done.returncode:
        raise LeftOut(f"setup fails: {(done.stderr.strip() or done.stdout.strip() or '?').splitlines()[-1][:200]}")


def _serve(instance: Path) -> _Ready:
    port = servers.free_port()
    environment = {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_PORT": str(port),
        "PORTAL_BIND": servers.HOST,
        "PORTAL_LOG_LEVEL": "WARNING",
    }
    began = time.monotonic()
    with servers.running("portico", [sys.executable, "deploy/serve.py"], port, "/readyz", environment):
        return _Ready(began, time.monotonic())


def _told_once(kind: str, rows: dict[str, list[load.Run]]) -> Iterator[tuple[str, list[load.Run]]]:
    """The rows of a group; hello, which is in each, only with the first."""
    return ((row, runs) for row, runs in rows.items() if row != "hello" or kind == KINDS[0])


def _ratio(row: str, other: str, runs: list[load.Run], others: list[load.Run], bar: float | None) -> Line:
    ratios = [one.rate / two.rate for one, two in zip(runs, others, strict=True)]
    return Line(f"throughput/{row}/÷ {other}", _median(ratios), "", bar, at_most=False)


def _median(figures: Iterable[float]) -> float:
    return statistics.median(figures)
