"""Requests to a server by wrk, and what came of them."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .instances import LeftOut
from .servers import HOST, Server

WARM_TRIES = 20

# Goes through the paths in their order, from a place that each run chooses, and prints one line of figures.
_SCRIPT = """
local requests, at = {}, 0
function init(args)
  wrk.headers["Accept-Encoding"] = "gzip"
  for path in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", path) end
  at = tonumber(args[2])
end
function request()
  at = at + 1
  return requests[at % #requests + 1]
end
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local form = 'RESULT {"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p95": %d, "p99": %d}\\n'
  io.write(string.format(form, summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Run:
    """What one run saw: requests per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float


def run(server: Server, paths: Sequence[str], *, connections: int, seconds: float, start: int = 0) -> Run:
    """Ask for the paths in turn, beginning at the one numbered ``start``, over so many connections for so long.

    Raises LeftOut where wrk is missing or a request fails: figures of failed requests would mean nothing.
    """
    program = shutil.which("wrk")
    if program is None:
        raise LeftOut("wrk is not installed")
    with tempfile.TemporaryDirectory(prefix="portico-bench-") as folder:
        script, listed = Path(folder) / "run.lua", Path(folder) / "paths"
        script.write_text(_SCRIPT)
        listed.write_text("".join(f"{path}\n" for path in paths))
        command = [program, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
        command += ["-s", str(script), f"http://{HOST}:{server.port}/", "--", str(listed), str(start)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise LeftOut(f"wrk failed: {(done.stderr or done.stdout).strip()[:200]}")
    found = json.loads(line.removeprefix("RESULT "))
    if found["failed"] or not found["requests"]:
        raise LeftOut(f"{found['failed']} of {found['requests']} requests to {server.name} failed")
    return Run(
        rate=found["requests"] / found["microseconds"] * 1e6,
        p50=found["p50"] / 1e3,
        p95=found["p95"] / 1e3,
        p99=found["p99"] / 1e3,
    )


def fetch_all(server: Server, paths: Sequence[str]) -> dict[str, bytes]:
    """Every page once, which also warms caches. Raises LeftOut unless all answer 200."""
    bodies = {}
    for path in paths:
        status, body, _ = server.get(path)
        if status != 200:
            raise LeftOut(f"{server.name} answers {status} to {path}")
        bodies[path] = body
    return bodies


def warm(cache: Server, paths: Sequence[str]) -> None:
    """Ask a cache for every page until it has them all fresh and renews none, at most so many times."""
    for _ in range(WARM_TRIES):
        states = [cache.get(path)[2].get("X-Cache") for path in paths]
        if all(state == "HIT" for state in states):
            return
        time.sleep(0.2)
