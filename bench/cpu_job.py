"""``python -m bench.cpu_job``: reads a job of ``cpu`` from standard input and writes what it found, both as JSON."""

import gc
import json
import statistics
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.test import EnvironBuilder

from portal import create_app
from portal.extensions import db

from .cpu import HELLO, Cost
from .hello import app as bare

# No new round begins after this.
BUDGET_SECONDS = 90.0


class Page:
    """One page of one application, and what its calls have cost."""

    def __init__(self, application: Any, path: str) -> None:
        self.application = application
        self.path = path
        self.environ = EnvironBuilder(path=path, base_url="http://127.0.0.1/").get_environ()
        self.milliseconds: list[float] = []
        self.statements = 0
        self.size = 0

    def call(self) -> None:
        """Make the page once. Raises RuntimeError unless the answer is 200."""
        environ = dict(self.environ)
        answers: list[str] = []
        began = time.process_time()
        parts = self.application(environ, lambda status, _headers, _error=None: answers.append(status))
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        self.milliseconds.append((time.process_time() - began) * 1e3)
        if not answers[0].startswith("200"):
            raise RuntimeError(f"{self.path} answers {answers[0]}")
        self.size = len(body)


def run_job(job: dict[str, Any]) -> dict[str, dict[str, Cost]]:
    """What ``cpu.measure`` promises, in this process."""
    groups: dict[tuple[str, str], list[Page]] = {(HELLO, HELLO): [Page(bare, "/")]}
    counters = []
    for name, folder in job["instances"].items():
        application = create_app(instance=Path(folder), pages_kept=0)
        with application.app_context():
            counters.append(_Counter(db.engine))
        for kind, paths in job["paths"].items():
            groups[name, kind] = [Page(application, path) for path in paths]
    for group in groups.values():
        for page in group:
            # The first call fills caches; the second tells what every further one does.
            for _ in range(2):
                before = sum(counter.count for counter in counters)
                page.call()
                page.statements = sum(counter.count for counter in counters) - before
            page.milliseconds.clear()
    _take_turns(list(groups.values()), job["rounds"])
    found: dict[str, dict[str, Cost]] = {}
    for (name, kind), group in groups.items():
        found.setdefault(name, {})[kind] = Cost(
            p50=statistics.median(value for page in group for value in page.milliseconds),
            least=statistics.fmean(min(page.milliseconds) for page in group),
            size=round(statistics.median(page.size for page in group)),
            fewest_statements=min(page.statements for page in group),
            most_statements=max(page.statements for page in group),
        )
    return found


def _take_turns(groups: list[list[Page]], rounds: int) -> None:
    until = time.monotonic() + BUDGET_SECONDS
    for turn in range(rounds):
        gc.collect()
        for place in range(max(len(group) for group in groups)):
            for group in groups:
                group[place % len(group)].call()
        if turn and time.monotonic() > until:
            return


class _Counter:
    """Counts the statements that an engine sends, without those that only begin a transaction."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        event.listen(engine, "before_cursor_execute", self._see)

    def _see(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.count += not statement.startswith(("BEGIN", "PRAGMA"))


if __name__ == "__main__":
    results = run_job(json.load(sys.stdin))
    print(json.dumps({name: {kind: asdict(cost) for kind, cost in costs.items()} for name, costs in results.items()}))
