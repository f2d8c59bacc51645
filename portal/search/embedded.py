"""What the embedded engines have in common: views of a build are opened once and given out until the index changes."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from .builds import Builds, languages_of
from .documents import Document
from .engine import View

V = TypeVar("V", bound=View)


class EmbeddedEngine(ABC, Generic[V]):
    """An engine that keeps its index in a folder. Safe to share between threads."""

    name: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self._builds = Builds(folder, self.name)
        self._opening = threading.Lock()
        self._stamp: bytes | None = None
        self._build: Path | None = None
        self._views: dict[str, V | None] = {}

    def view(self, lang: str) -> V | None:
        if self._builds.stamp() == self._stamp and lang in self._views:
            return self._views[lang]
        with self._opening:
            while True:
                self._follow()
                if lang in self._views:
                    return self._views[lang]
                try:
                    self._views[lang] = self._open_language(lang)
                except Exception:
                    # Two rebuilds since have taken the build away, or what is opened was not written by this engine.
                    if self._builds.stamp() == self._stamp:
                        raise

    def languages(self) -> list[str]:
        with self._opening:
            self._follow()
            return languages_of(self._build)

    def is_ready(self) -> bool:
        with self._opening:
            self._follow()
            return self._build is not None

    def close(self) -> None:
        with self._opening:
            self._stamp, self._build, self._views = None, None, {}
            self._forget()

    def rebuild(self, documents: Iterable[Document], *, wait: float = 0.0) -> int:
        return self._builds.rebuild(lambda build: self._write(build, documents), wait)

    def update(self, kind: str, ids: Collection[int], documents: Iterable[Document], *, wait: float = 0.0) -> None:
        def write(build: Path) -> None:
            # Also the languages in which there is only something to delete.
            by_lang: dict[str, list[Document]] = {lang: [] for lang in languages_of(build)}
            for document in documents:
                by_lang.setdefault(document.lang, []).append(document)
            self._replace(build, kind, ids, by_lang)

        self._builds.update(write, wait)

    def _follow(self) -> None:
        """Turn to the build that is served now. Where another engine has replaced it, go on with the one before."""
        stamp = self._builds.stamp()
        if stamp != self._stamp:
            build = self._builds.current()
            if build is not None or not stamp:
                self._build, self._views = build, {}
            self._stamp = stamp

    def _open_language(self, lang: str) -> V | None:
        if self._build is None or lang not in languages_of(self._build):
            return None
        view = self._open(self._build, lang)
        return view if view and view.count else None

    @abstractmethod
    def _open(self, build: Path, lang: str) -> V | None:
        """The newest state in a language; None where the update that would begin it was killed."""

    @abstractmethod
    def _forget(self) -> None:
        """Let go of what was kept between views."""

    @abstractmethod
    def _write(self, build: Path, documents: Iterable[Document]) -> int:
        """Fill an empty folder. Returns the number of documents."""

    @abstractmethod
    def _replace(self, build: Path, kind: str, ids: Collection[int], by_lang: Mapping[str, list[Document]]) -> None:
        """Replace what is known of these ids of a kind, in each of these languages."""
