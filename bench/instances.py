"""Instances of Portico with made-up catalogues, kept between runs in ``bench/.cache``."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(__file__).parent / ".cache"
SEED = 20_261_122
SIZES = (100, 5_000)
LIMIT_SECONDS = 1_800
# What decides what is stored and indexed. Pages are made anew at every request, so their code may change freely.
_SHAPING = (
    *(f"bench/{name}.py" for name in ("generate", "records", "words")),
    "migrations/versions/*.py",
    *(f"portal/{name}.py" for name in ("caching", "database", "extensions", "i18n", "jobs", "markup")),
    *(f"portal/{name}/*.py" for name in ("search", "catalogue", "knowledge", "intents")),
    "portal/content/emergency/*.yaml",
)
_NOT_SHAPING = {"views.py", "forms.py", "panels.py", "structured_data.py"}


class LeftOut(Exception):
    """A part that cannot be measured here; the message says why."""


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for what we start: none of the caller's settings of Portico, its database and Redis included."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PORTAL_") and name not in ("DATABASE_URL", "REDIS_URL")
    }
    return kept | {"PYTHONPATH": str(ROOT)} | dict(extra or {})


def in_own_process(
    module: str, job: dict[str, Any], *, seconds: int, extra: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a module prints last, as JSON, when it gets a job on its standard input, in a fresh process of its own.

    ``extra`` adds to the environment. Raises LeftOut, with the last that the process said, where it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        cwd=ROOT,
        env=clean_environment(extra),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise LeftOut((done.stderr.strip() or "the process failed").splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def prepare(services: int, seed: int = SEED) -> Path:
    """The instance folder of a catalogue of so many services, made now unless one that fits is at hand.

    Raises LeftOut where Portico cannot make it.
    """
    instance = CACHE / f"{seed}-{services}"
    stamp = instance / "made-by"
    if stamp.exists() and stamp.read_text() == _edition():
        return instance
    print(f"making a catalogue of {services} services; later runs find it made", flush=True)
    edition = _edition()
    shutil.rmtree(instance, ignore_errors=True)
    instance.mkdir(parents=True)
    command = [sys.executable, "-m", "bench.generate", str(services), str(seed)]
    environment = clean_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "WARNING"})
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, timeout=LIMIT_SECONDS, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired:
        raise LeftOut(f"no catalogue of {services} services within {LIMIT_SECONDS} s") from None
    if done.returncode:
        raise LeftOut(f"no catalogue of {services} services: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    stamp.write_text(edition)
    return instance


def _edition() -> str:
    digest = hashlib.sha256()
    for pattern in _SHAPING:
        for path in sorted(ROOT.glob(pattern)):
            if path.name not in _NOT_SHAPING:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
