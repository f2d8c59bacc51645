"""Pages and jobs on one machine, started together and stopped together.

``PORTAL_BIND`` (default 0.0.0.0), ``PORTAL_PORT`` (8000) and ``PORTAL_WORKERS`` (2) say where and how. A job worker
that ends is started again; when the pages end, everything ends.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
BIND = os.environ.get("PORTAL_BIND", "0.0.0.0")  # noqa: S104 - a public portal
PORT = os.environ.get("PORTAL_PORT", "8000")
WORKERS = os.environ.get("PORTAL_WORKERS", "2")
STOP_SECONDS = 10

PAGES = (
    sys.executable, "-m", "gunicorn", "wsgi:app",
    "--bind", f"{BIND}:{PORT}",
    "--workers", WORKERS,
    "--worker-class", "gthread",
    "--threads", "4",
    "--preload",
    "--config", str(ROOT / "deploy" / "gunicorn.py"),
    "--no-control-socket",
    "--graceful-timeout", str(STOP_SECONDS - 2),
    "--log-level", "warning",
)  # fmt: skip
JOBS = (sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work")


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


def stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def main() -> int:
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    pages = subprocess.Popen(PAGES, cwd=ROOT)
    jobs = subprocess.Popen(JOBS, cwd=ROOT)
    print(f"Portico serves on http://localhost:{PORT}/ (stop with Ctrl-C)", flush=True)
    try:
        while pages.poll() is None:
            if jobs.poll() is not None:
                time.sleep(1)
                jobs = subprocess.Popen(JOBS, cwd=ROOT)
            time.sleep(0.2)
        return pages.returncode
    except Stopped:
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for process in (pages, jobs):
            process.terminate()
        for process in (pages, jobs):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    sys.exit(main())
