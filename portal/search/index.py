"""The search indexes of one application: where they lie, and what is kept in memory between requests."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

from flask import Flask, current_app

from .documents import INDEXES, PUBLIC
from .engine import Engine, Part, View
from .semantic import Meaning, MeaningEngine, Store, encoder, require
from .spelling import Speller
from .suggester import Suggester
from .tantivy_engine import TantivyEngine
from .whoosh_engine import WhooshEngine

ENGINES: Mapping[str, Callable[[Path], Engine]] = {"whoosh": WhooshEngine, "tantivy": TantivyEngine}

MODELS = "models"


class SearchIndex:
    """An engine with the aids that are made from its views. Safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        engine: str = "whoosh",
        name: str = PUBLIC,
        *,
        by_meaning: bool = False,
        models: Path | None = None,
    ) -> None:
        """``engine`` is one of ENGINES; ``name``, one of INDEXES, says which documents are its.

        ``by_meaning`` needs what requirements-semantic.txt brings; what it makes of the model lies in ``models``, which
        indexes may share, or within ``folder``. Raises NotInstalled.
        """
        self.name = name
        self.engine: Engine = ENGINES[engine](folder)
        self.meaning: Meaning | None = None
        if by_meaning:
            require()
            shared = models or folder / MODELS
            store = Store(folder / "meaning.db", lambda text: encoder(shared).stored(text))
            self.engine, self.meaning = MeaningEngine(self.engine, store), Meaning(store, shared)
        self._making = threading.Lock()
        self._spellers: WeakKeyDictionary[View, Speller] = WeakKeyDictionary()
        self._suggesters: WeakKeyDictionary[Part, Suggester] = WeakKeyDictionary()

    def view(self, lang: str) -> View | None:
        """The newest state of the index in a language; None without documents in it."""
        return self.engine.view(lang)

    def is_ready(self) -> bool:
        """Whether an index has been built."""
        return self.engine.is_ready()

    def speller(self, view: View) -> Speller:
        with self._making:
            if view not in self._spellers:
                self._spellers[view] = Speller(view.vocabulary())
            return self._spellers[view]

    def suggester(self, part: Part) -> Suggester:
        with self._making:
            if part not in self._suggesters:
                self._suggesters[part] = Suggester(part.sayings())
            return self._suggesters[part]

    def open(self) -> dict[str, View]:
        """Open the index in every language, so that the first requests do not have to."""
        return {lang: view for lang in self.engine.languages() if (view := self.view(lang))}

    def warm(self) -> None:
        """Open the index, and make what repairs, suggests and finds by meaning."""
        for lang, view in self.open().items():
            self.speller(view)
            for _, part in view.parts():
                self.suggester(part)
            if self.meaning:
                self.meaning.likeness("warm", lang, view)

    def close(self) -> None:
        self.engine.close()


def init_app(app: Flask) -> None:
    """Keep the indexes below `app.config["SEARCH_FOLDER"]` with the application. Opens nothing yet."""
    folder, engine = Path(app.config["SEARCH_FOLDER"]), app.config.get("SEARCH_ENGINE", "whoosh")
    by_meaning = app.config.get("SEARCH_MEANING", False)
    app.extensions["search"] = {
        name: SearchIndex(folder / name, engine, name, by_meaning=by_meaning, models=folder / MODELS)
        for name in INDEXES
    }


def search_index(name: str = PUBLIC) -> SearchIndex:
    """An index of the current application."""
    index: SearchIndex = current_app.extensions["search"][name]
    return index


def all_indexes() -> list[SearchIndex]:
    """The indexes of the current application."""
    return [search_index(name) for name in INDEXES]
