"""Every catalogue of ``../shared/data`` into one portal: how long, how much memory, and how fast the pages then are."""

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from . import load, servers
from .instances import CACHE, ROOT, SEED, LeftOut, clean_environment
from .report import Line

DATA = ROOT.parent / "shared" / "data"
OFFICES = ("homebase_locations", "job_centers", "snap_centers", "homeless_drop_in_centers")
OFFICES += ("health_insurance_enrollment", "runaway_homeless_youth")
MAPPINGS = ("homebase", "job-centers", "snap-centers", "homeless-drop-in", "health-insurance", "runaway-youth")
# In this order: the later edition of New York after the earlier one, and its offices after its programs.
IMPORTS: tuple[tuple[str, ...], ...] = (
    ("us-benefits", "us-federal-benefits"),
    ("csv", "nyc/programs_2022-02.csv", "nyc-programs-2022"),
    ("csv", "nyc/programs_2026-08-16.json", "nyc-programs-2026"),
    *(
        ("csv", f"nyc/locations_2020-03/{name}.csv", f"nyc-locations-{mapping}")
        for name, mapping in zip(OFFICES, MAPPINGS, strict=True)
    ),
    ("csv", "us-federal-programs/programs.jsonl", "us-federal-programs"),
    ("hsds-jsonl", "hsds/baltimore-charmcare-2019", "baltimore-charmcare-2019"),
)
# An earlier edition would take the later one back.
AGAIN = tuple(one for one in IMPORTS if one[-1] != "nyc-programs-2022")
MINUTES = 10
MEGABYTES = 400
PATHS = 200


def run_imports(seconds: int, rounds: int, page_bar: float, search_bar: float) -> Iterator[Line]:
    """Import all of it twice, then ask for pages one at a time. Raises LeftOut where the catalogues are missing."""
    if not DATA.is_dir():
        raise LeftOut("../shared/data is missing")
    instance = CACHE / "imports"
    shutil.rmtree(instance, ignore_errors=True)
    _flask(instance, "setup")
    began, peak = time.monotonic(), 0.0
    counts: dict[str, int] = {}
    for one in IMPORTS:
        said, memory = _import(instance, one)
        peak = max(peak, memory)
        for name, number in _counts(said).items():
            counts[name] = counts.get(name, 0) + number
    yield Line("imports/first run/seconds", time.monotonic() - began, "s", MINUTES * 60)
    yield Line("imports/first run/peak memory", peak, "MB", MEGABYTES)
    for name in ("agency added", "agency matched", "location added", "service added", "service refused"):
        yield Line(f"imports/first run/{name}", counts.get(name, 0), "")
    began, changes = time.monotonic(), 0
    for one in AGAIN:
        found = _counts(_import(instance, one)[0])
        changes += sum(number for name, number in found.items() if name.split()[1] in ("added", "changed", "withdrawn"))
    yield Line("imports/second run/seconds", time.monotonic() - began, "s")
    yield Line("imports/second run/changes", changes, "", 0)
    with servers.portico(instance, "portico imported", pages_kept=0) as server:
        for kind, paths in _paths(instance).items():
            load.fetch_all(server, paths)
            runs = [load.run(server, paths, connections=1, seconds=seconds, start=turn) for turn in range(rounds)]
            p95 = sorted(run.p95 for run in runs)[len(runs) // 2]
            yield Line(f"imports/{kind} page/p95", p95, "ms", search_bar if kind == "search" else page_bar)


def _paths(instance: Path) -> dict[str, list[str]]:
    """Addresses of the portal with everything in it, in random order."""
    rng = random.Random(SEED)
    with sqlite3.connect(instance / "portico.db") as database:
        services = [row[0] for row in database.execute("SELECT slug FROM service WHERE status = 'published'")]
        titles = [row[0] for row in database.execute("SELECT json_extract(title, '$.en') FROM service")]
        intents = list(database.execute("SELECT slug, kind FROM intent"))
    rng.shuffle(services)
    rng.shuffle(titles)
    words = [re.sub(r"[^a-z ]", "", (title or "help").lower()).split()[:4] for title in titles[:PATHS]]
    return {
        "landing": ["/en/", "/es/"],
        "bundle": [f"/en/{'needs' if kind == 'need' else 'life-events'}/{slug}" for slug, kind in intents],
        "service": [f"/en/services/{slug}" for slug in services[:PATHS]],
        "place": [f"/en/services?place={place}" for place in ("21201", "10001", "US-MD", "90210")],
        "search": [f"/en/search?q={'+'.join(some) or 'help'}" for some in words],
    }


def _import(instance: Path, one: tuple[str, ...]) -> tuple[str, float]:
    form, path, *mapping = one
    options = [option for name in mapping for option in ("--mapping", name)]
    return _flask(instance, "catalogue", "import", form, str(DATA / path), *options)


def _flask(instance: Path, *arguments: str) -> tuple[str, float]:
    """What a command said, and its peak memory in megabytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=clean_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "WARNING"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise LeftOut(f"flask {' '.join(arguments)} fails")
    return said, used.ru_maxrss / 1024


def _counts(said: str) -> dict[str, int]:
    """{"service added": 79, …} from the table that an import prints."""
    heads: list[str] = []
    found = {}
    for line in said.splitlines():
        words = line.split()
        if words[:2] == ["added", "changed"]:
            heads = words
        elif heads and words and words[0] in ("agency", "location", "service"):
            found |= {
                f"{words[0]} {head}": int(number.replace(",", ""))
                for head, number in zip(heads, words[1:], strict=True)
            }
    return found
