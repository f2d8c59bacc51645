"""The folder of an index: which build of it is served, and who may write.

    current             which build is served, what made it, and when it was written
    writer.lock         held by the one process that writes
    build-<n>/<lang>/   one index per language

Many processes may read; exactly one writes, and a second one gets IndexBusy. A rebuild fills a new build folder and
then replaces `current` in one step, so that a reader sees the old index or the new one, and a killed rebuild changes
nothing. The previous build stays until the next rebuild, for readers that are just opening it.

What another engine or another version made is not read: it counts as no index, until a rebuild replaces it. Processes
of before that have it open go on with what they have.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .engine import IndexBusy
from .records import FORMAT


class _Current(NamedTuple):
    build: str
    maker: str


class Builds:
    """The builds of one index folder, as one engine sees them."""

    def __init__(self, folder: Path, engine: str) -> None:
        self._folder = folder
        self._maker = f"{engine} {FORMAT}"

    def stamp(self) -> bytes:
        """Is another one after every change of the index; empty where there is none."""
        # Not its time and inode: two changes between two ticks of the clock may have the same.
        try:
            return (self._folder / "current").read_bytes()
        except FileNotFoundError:
            return b""

    def current(self) -> Path | None:
        """The build that is served, where this engine can read it."""
        current = self._current()
        return self._folder / current.build if current and current.maker == self._maker else None

    def rebuild(self, write: Callable[[Path], int], wait: float) -> int:
        """Let `write` fill an empty folder, and serve what is in it. Returns what `write` does.

        Raises IndexBusy when another writer does not finish within `wait` seconds.
        """
        with self._only_writer(wait):
            current = self._current()
            number = int(current.build.rpartition("-")[2]) + 1 if current else 1
            build = self._folder / f"build-{number}"
            # What a killed rebuild left behind, and the build before the current one.
            for path in self._folder.glob("build-*"):
                if not current or path.name != current.build:
                    shutil.rmtree(path)
            build.mkdir()
            count = write(build)
            self._publish(build.name)
        return count

    def update(self, write: Callable[[Path], None], wait: float) -> None:
        """Let `write` change the build that is served. Without one there is nothing to do.

        Raises IndexBusy as `rebuild` does, and where the index was made by another engine: who can write it, or the
        next rebuild, has to bring it up to date.
        """
        with self._only_writer(wait):
            current = self._current()
            if not current:
                return
            if current.maker != self._maker:
                raise IndexBusy(
                    f"The search index in {self._folder} was made by {current.maker!r}, and this process writes "
                    f"{self._maker!r}: rebuild it, or give all processes the same PORTAL_SEARCH_ENGINE."
                )
            write(self._folder / current.build)
            self._publish(current.build)

    @contextmanager
    def _only_writer(self, wait: float) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + wait
        # The system lets go of the lock when its process ends, however it ends.
        with (self._folder / "writer.lock").open("a") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise IndexBusy(
                            f"Another process is writing the search index in {self._folder}. "
                            "Only one may write at a time: try again when it has finished."
                        ) from None
                    time.sleep(0.05)
            yield

    def _current(self) -> _Current | None:
        stamp = self.stamp()
        if not stamp:
            return None
        current = json.loads(stamp)
        return _Current(current["build"], current.get("maker", ""))

    def _publish(self, build: str) -> None:
        new = self._folder / "current.new"
        with new.open("w") as file:
            json.dump({"build": build, "maker": self._maker, "written": time.time_ns()}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / "current")


def languages_of(build: Path | None) -> list[str]:
    """The languages that a build has; none where it is gone."""
    return sorted(path.name for path in build.iterdir() if path.is_dir()) if build and build.is_dir() else []
