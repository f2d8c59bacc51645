"""The peer, a Wagtail site with pages of a given size: its environment and database are made once and kept."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .instances import CACHE, ROOT, LeftOut, clean_environment
from .servers import Server, free_port, gunicorn_command, running
from .wagtail_site import PAGES, SECTIONS

FOLDER = CACHE / "wagtail"
PACKAGES = ("wagtail==8.0.1", "gunicorn==27.0.1")
LIMIT_SECONDS = 600
# A database is used again for pages that differ in size by no more than this.
TOLERANCE = 0.05


@contextmanager
def peer(size: int, *, tuned: bool) -> Iterator[Server]:
    """Wagtail with pages of about so many bytes, served as Portico is. Raises LeftOut where it cannot be had.

    ``tuned``: threads keep their database connection, which ``wagtail start`` leaves to who runs the site.
    """
    python = _environment()
    folder = _database(python, size)
    port = free_port()
    command = gunicorn_command(str(python), "bench.wagtail_site.wsgi:app", port)
    environment = {"PEER_FOLDER": str(folder), "PEER_KEEP_SECONDS": "600" if tuned else "0"}
    with running("wagtail", command, port, peer_paths()[0], environment) as server:
        yield server


def peer_paths() -> list[str]:
    """The addresses of its pages, in random order."""
    paths = [f"/section-{section}/page-{page}/" for section in range(SECTIONS) for page in range(PAGES)]
    random.Random("peer").shuffle(paths)
    return paths


def _environment() -> Path:
    python = FOLDER / "venv" / "bin" / "python"
    stamp = FOLDER / "installed"
    if stamp.exists() and stamp.read_text() == " ".join(PACKAGES):
        return python
    print(f"installing {' '.join(PACKAGES)} into {FOLDER.relative_to(ROOT)}", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run("Wagtail cannot be installed", [sys.executable, "-m", "venv", str(FOLDER / "venv")])
    _run("Wagtail cannot be installed", [str(python), "-m", "pip", "install", "--quiet", *PACKAGES])
    stamp.write_text(" ".join(PACKAGES))
    return python


def _database(python: Path, size: int) -> Path:
    for known in FOLDER.glob("site-*"):
        made_for = int(known.name.removeprefix("site-"))
        if (known / "filled").exists() and abs(made_for - size) <= TOLERANCE * size:
            return known
        shutil.rmtree(known)
    print(f"making a Wagtail site with pages of {size} bytes", flush=True)
    folder = FOLDER / f"site-{size}"
    folder.mkdir()
    _run("Wagtail's pages cannot be made", [str(python), "-m", "django", "fill", str(size)], folder)
    (folder / "filled").touch()
    return folder


def _run(failure: str, command: Sequence[str], folder: Path | None = None) -> None:
    extra = {"PEER_FOLDER": str(folder), "DJANGO_SETTINGS_MODULE": "bench.wagtail_site.settings"} if folder else {}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=clean_environment(extra), capture_output=True, text=True,
            timeout=LIMIT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LeftOut(f"{failure}: not within {LIMIT_SECONDS} s") from None
    if done.returncode:
        raise LeftOut(f"{failure}: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}")
