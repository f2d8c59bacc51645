"""The embedded engine: Whoosh keeps the index on disk, in segments with atomic commits; scoring is our own.

Below the index folder:

    current             which build is served, and a number that grows with every change
    writer.lock         held by the one process that writes
    build-<n>/<lang>/   one Whoosh index per language

Many processes may read; exactly one writes, and a second one gets IndexBusy. A rebuild fills a new build folder and
then replaces `current` in one step, so that a reader sees the old index or the new one, and a killed rebuild changes
nothing. The previous build stays until the next rebuild, for readers that are just opening it.
"""

import fcntl
import json
import math
import os
import shutil
import threading
import time
import weakref
import zlib
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index
from whoosh.reading import SegmentReader

from .analysis import Analyzer, analyzer_for, fold_word, surface_words
from .documents import Document
from .engine import Body, Entry, IndexBusy, Match, Terms
from .ranking import K1, B

SCORED_FIELDS = ("text", "title", "asked")
# Decoded postings kept in memory, per language: 12 bytes each.
CACHED_POSTINGS = 1_500_000
# Small segments make every search slower and merging them costs time: a few are let be, then they become one.
SMALL_SEGMENT = 250
SMALL_SEGMENTS = 8
# A query of more terms than that is answered by its most telling ones.
MAX_TERMS = 40
NOTHING = 1e-9


class _Counted(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a mapping of term to frequency: our analysis has done the rest."""

    def __init__(self) -> None:
        # Our scores do without Whoosh's lengths; without them it looks for their file once per posting.
        super().__init__(formats.Existence(), None, scorable=True)

    def index(self, value: Mapping[str, int], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, frequency in value.items():
            yield term.encode(), frequency, float(frequency), b""


def _schema() -> Any:
    return fields.Schema(
        key=fields.ID(),
        text=_Counted(),
        title=_Counted(),
        asked=_Counted(),
        words=_Counted(),
        head=fields.COLUMN(columns.VarBytesColumn()),
        terms=fields.COLUMN(columns.VarBytesColumn()),
        body=fields.COLUMN(columns.VarBytesColumn()),
    )


def _fields(document: Document, analyzer: Analyzer) -> dict[str, object]:
    whole = "\n".join((document.title, document.summary, document.text))
    title = analyzer.terms(document.title)
    text = analyzer.terms(whole)
    sayings = [terms for saying in (*document.phrases, *document.situations) if (terms := analyzer.terms(saying))]
    asked = Counter(term for terms in sayings for term in terms)
    everything = "\n".join((whole, *document.phrases, *document.situations))
    head = [
        document.kind,
        document.id,
        document.title,
        {name: list(values) for name, values in sorted(document.facets.items()) if values},
        document.phrases,
        [len(text), len(title), asked.total()],
    ]
    body = [document.summary, document.text, dict(document.stored)]
    return {
        "key": _key(document.kind, document.id),
        "text": Counter(text),
        "title": Counter(title),
        "asked": asked,
        "words": dict.fromkeys(surface_words(everything), 1),
        "head": json.dumps(head, ensure_ascii=False).encode(),
        "terms": "\n".join(" ".join(terms) for terms in (title, text, *sayings)).encode(),
        "body": zlib.compress(json.dumps(body, ensure_ascii=False).encode(), 1),
    }


def _key(kind: str, id: int) -> str:
    return f"{kind}:{id}"


class _Segment:
    """What is kept in memory of a Whoosh segment. Segments never change, so views share it."""

    def __init__(self, reader: Any, shared: dict[Any, Any]) -> None:
        self.reader = reader
        weakref.finalize(self, reader.close)
        # Whoosh's files have one read position, and requests share them.
        self.reading = threading.Lock()
        self.count: int = reader.doc_count_all()
        self.entries: list[Entry] = []
        self.lengths = {name: array("I") for name in SCORED_FIELDS}
        self._terms = reader.column_reader("terms", translate=False)
        self._body = reader.column_reader("body", translate=False)
        self._vocabulary: dict[str, tuple[str, int]] | None = None
        self._heads = reader.column_reader("head", translate=False)
        for number in range(self.count):
            kind, id, title, facets, _, lengths = json.loads(self._heads[number])
            self.entries.append(Entry(shared.setdefault(kind, kind), id, title, _shared_facets(facets, shared)))
            for name, length in zip(SCORED_FIELDS, lengths, strict=True):
                self.lengths[name].append(length)

    def terms(self, number: int) -> Terms:
        title, text, *sayings = self._terms[number].decode().split("\n")
        return Terms(frozenset(title.split()), text, tuple(frozenset(saying.split()) for saying in sayings))

    def body(self, number: int) -> Body:
        return Body(*json.loads(zlib.decompress(self._body[number])))

    def phrases(self, number: int) -> list[str]:
        found: list[str] = json.loads(self._heads[number])[4]
        return found

    def vocabulary(self) -> dict[str, tuple[str, int]]:
        if self._vocabulary is None:
            found: dict[str, tuple[str, int]] = {}
            for name, info in self.reader.iter_field("words"):
                word, count = name.decode(), int(info.doc_frequency())
                folded = fold_word(word)
                spelling, before = found.get(folded, (word, 0))
                # The counts of two spellings overlap where a document has both; the larger one is near enough.
                found[folded] = (word, count) if count > before else (spelling, before)
            self._vocabulary = found
        return self._vocabulary


def _shared_facets(facets: dict[str, list[str]], shared: dict[Any, Any]) -> Mapping[str, tuple[str, ...]]:
    # Many documents have the same places and the same agency: each set of values is kept once.
    kept: dict[str, tuple[str, ...]] = {}
    for name, listed in facets.items():
        values = tuple(listed)
        kept[shared.setdefault(name, name)] = shared.setdefault(values, values)
    return kept


_Column = tuple["array[int]", "array[float]"]


class _Postings:
    """Where a term occurs: `numbers` are all its documents, `impacts` their scores for one unit of weight."""

    __slots__ = ("asked", "impacts", "numbers", "title")

    def __init__(self, numbers: "array[int]", impacts: "array[float]", title: _Column, asked: _Column) -> None:
        self.numbers = numbers
        self.impacts = impacts
        self.title = title
        self.asked = asked


class WhooshView:
    """One state of the index in one language."""

    def __init__(self, readers: list[Any], segments: list[_Segment]) -> None:
        self._readers = readers
        self._segments = segments
        for reader in readers:
            weakref.finalize(self, reader.close)
        self._bases: list[int] = []
        self._place: list[tuple[_Segment, int]] = []
        for segment in segments:
            self._bases.append(len(self._place))
            self._place.extend((segment, number) for number in range(segment.count))
        self._deleted = {
            base + number
            for base, reader in zip(self._bases, readers, strict=True)
            for number in range(reader.doc_count_all())
            if reader.is_deleted(number)
        }
        self.count = len(self._place) - len(self._deleted)
        self._norms: dict[str, list[float]] = {}
        self._average: dict[str, float] = {}
        for name in SCORED_FIELDS:
            lengths = [length for segment in segments for length in segment.lengths[name]]
            total = sum(length for number, length in enumerate(lengths) if number not in self._deleted)
            average = total / self.count if total else 1.0
            self._average[name] = average
            self._norms[name] = [K1 * (1 - B + B * length / average) for length in lengths]
        self._caching = threading.Lock()
        self._postings: dict[str, _Postings] = {}
        self._cached = 0
        self._vocabulary: dict[str, tuple[str, int]] | None = None

    def idf(self, term: str) -> float:
        found = len(self._postings_of(term).numbers)
        return math.log(1 + (self.count - found + 0.5) / (found + 0.5))

    def knows(self, term: str) -> bool:
        return len(self._postings_of(term).numbers) > 0

    def candidates(self, weights: Mapping[str, float], *, least: float, least_of_best: float) -> list[Match]:
        size = len(self._place)
        told = sorted(((self.idf(term), term) for term in weights), reverse=True)[:MAX_TERMS]
        total = sum(idf for idf, _ in told) or 1.0
        text = [0.0] * size
        coverage = [0.0] * size
        title: dict[int, float] = {}
        asked: dict[int, float] = {}
        for idf, term in told:
            postings = self._postings_of(term)
            weight, share = idf * weights[term], idf / total
            for number, impact in zip(postings.numbers, postings.impacts, strict=True):
                text[number] += weight * impact
                coverage[number] += share
            for scores, numbers, impacts in ((title, *postings.title), (asked, *postings.asked)):
                for number, impact in zip(numbers, impacts, strict=True):
                    scores[number] = scores.get(number, 0.0) + weight * impact
        # A hair of slack: coverage is a sum of floats in varying order.
        enough = max(least, least_of_best * max(coverage, default=0.0), NOTHING) - NOTHING / 2
        return [
            Match(number, text[number], title.get(number, 0.0), asked.get(number, 0.0), covered)
            for number, covered in enumerate(coverage)
            if covered >= enough
        ]

    def entry(self, number: int) -> Entry:
        segment, local = self._place[number]
        return segment.entries[local]

    def terms(self, number: int) -> Terms:
        segment, local = self._place[number]
        with segment.reading:
            return segment.terms(local)

    def body(self, number: int) -> Body:
        segment, local = self._place[number]
        with segment.reading:
            return segment.body(local)

    def text_length(self, number: int) -> float:
        segment, local = self._place[number]
        return segment.lengths["text"][local] / self._average["text"]

    def vocabulary(self) -> Mapping[str, tuple[str, int]]:
        if self._vocabulary is None:
            with self._caching:
                known: dict[str, tuple[str, int]] = {}
                for segment in self._segments:
                    with segment.reading:
                        words = segment.vocabulary()
                    for folded, (spelling, count) in words.items():
                        known[folded] = (spelling, count + known.get(folded, ("", 0))[1])
                self._vocabulary = known
        return self._vocabulary

    def sayings(self) -> Iterator[tuple[int, str, bool]]:
        for number, (segment, local) in enumerate(self._place):
            if number not in self._deleted:
                yield number, segment.entries[local].title, True
                with segment.reading:
                    phrases = segment.phrases(local)
                for phrase in phrases:
                    yield number, phrase, False

    def _postings_of(self, term: str) -> _Postings:
        try:
            return self._postings[term]
        except KeyError:
            with self._caching:
                postings = self._read(term)
                if self._cached > CACHED_POSTINGS:
                    self._postings.clear()
                    self._cached = 0
                self._cached += len(postings.numbers)
                self._postings[term] = postings
            return postings

    def _read(self, term: str) -> _Postings:
        name = term.encode()
        impacts = {field: self._impacts(field, name) for field in SCORED_FIELDS}
        text = dict(zip(*impacts["text"], strict=True))
        elsewhere = [number for number in impacts["asked"][0] if number not in text]
        numbers, scores = impacts["text"]
        numbers.extend(elsewhere)
        scores.extend(0.0 for _ in elsewhere)
        return _Postings(numbers, scores, impacts["title"], impacts["asked"])

    def _impacts(self, field: str, term: bytes) -> _Column:
        norms = self._norms[field]
        numbers, impacts = array("I"), array("f")
        for reader, segment, base in zip(self._readers, self._segments, self._bases, strict=True):
            with segment.reading:
                if (field, term) not in reader:
                    continue
                matcher = reader.postings(field, term)
                while matcher.is_active():
                    number = base + matcher.id()
                    frequency = matcher.weight()
                    numbers.append(number)
                    impacts.append(frequency * (K1 + 1) / (frequency + norms[number]))
                    matcher.next()
        return numbers, impacts


class WhooshEngine:
    """Index folders of all languages, and the views on them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opening = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._build: Path | None = None
        self._views: dict[str, WhooshView | None] = {}
        self._segments: dict[str, dict[str, _Segment]] = {}

    # Reading

    def view(self, lang: str) -> WhooshView | None:
        stamp = self._current_stamp()
        if stamp == self._stamp and lang in self._views:
            return self._views[lang]
        with self._opening:
            stamp = self._current_stamp()
            if stamp != self._stamp:
                self._build = self._current_build()
                self._views = {}
                self._stamp = stamp
            if lang not in self._views:
                self._views[lang] = self._open(lang)
            return self._views[lang]

    def languages(self) -> list[str]:
        build = self._current_build()
        return sorted(path.name for path in build.iterdir() if path.is_dir()) if build else []

    def is_ready(self) -> bool:
        return self._current_build() is not None

    def close(self) -> None:
        with self._opening:
            self._stamp, self._build, self._views, self._segments = None, None, {}, {}

    def _open(self, lang: str) -> WhooshView | None:
        if self._build is None or lang not in self.languages():
            return None
        reader = index.open_dir(self._build / lang).reader()
        readers = [leaf for leaf, _ in reader.leaf_readers() if isinstance(leaf, SegmentReader)]
        known = self._segments.get(lang, {})
        shared: dict[Any, Any] = {}
        segments = {}
        for leaf in readers:
            name = leaf.segment().segment_id()
            # Views come and go while a segment stays: it has files of its own.
            own = known.get(name) or _Segment(SegmentReader(leaf.storage(), leaf.schema, leaf.segment()), shared)
            segments[name] = own
        self._segments[lang] = segments
        view = WhooshView(readers, list(segments.values()))
        return view if view.count else None

    def _current_stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / "current").stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _current_build(self) -> Path | None:
        build, _ = self._current()
        return self._folder / build if build else None

    # Writing

    def rebuild(self, documents: Iterable[Document], *, wait: float = 0.0) -> int:
        with self._only_writer(wait):
            current, change = self._current()
            number = int(current.rpartition("-")[2]) + 1 if current else 1
            build = self._folder / f"build-{number}"
            # What a killed rebuild left behind, and the build before the current one.
            for path in self._folder.glob("build-*"):
                if path.name != current:
                    shutil.rmtree(path)
            build.mkdir()
            count = self._write(build, documents)
            self._publish(build.name, change + 1)
        return count

    def update(self, kind: str, ids: Collection[int], documents: Iterable[Document], *, wait: float = 0.0) -> None:
        with self._only_writer(wait):
            current, change = self._current()
            if not current:
                return
            build = self._folder / current
            by_lang: dict[str, list[Document]] = {path.name: [] for path in build.iterdir()}
            for document in documents:
                by_lang.setdefault(document.lang, []).append(document)
            for lang, listed in by_lang.items():
                writer = _writer(build / lang)
                try:
                    for id in ids:
                        writer.delete_by_term("key", _key(kind, id))
                    for document in listed:
                        writer.add_document(**_fields(document, analyzer_for(lang)))
                except BaseException:
                    writer.cancel()
                    raise
                writer.commit(mergetype=_merge_small)
            self._publish(current, change + 1)

    def _write(self, build: Path, documents: Iterable[Document]) -> int:
        writers: dict[str, Any] = {}
        count = 0
        try:
            for document in documents:
                if document.lang not in writers:
                    writers[document.lang] = _writer(build / document.lang)
                writers[document.lang].add_document(**_fields(document, analyzer_for(document.lang)))
                count += 1
            while writers:
                writers.popitem()[1].commit()
        finally:
            for writer in writers.values():
                writer.cancel()
        return count

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

    def _current(self) -> tuple[str, int]:
        try:
            current = json.loads((self._folder / "current").read_text())
        except FileNotFoundError:
            return "", 0
        return current["build"], current["change"]

    def _publish(self, build: str, change: int) -> None:
        new = self._folder / "current.new"
        with new.open("w") as file:
            json.dump({"build": build, "change": change}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / "current")


def _writer(folder: Path) -> Any:
    if not index.exists_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        index.create_in(folder, _schema())
    # Whoosh copies a compound file into memory as a whole, in every process that reads it.
    return index.open_dir(folder).writer(limitmb=64, compound=False)


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Which segments stay as they are; Whoosh's own rule would rewrite the large one every few updates."""
    kept = [segment for segment in segments if segment.doc_count()]
    small = [segment for segment in kept if segment.doc_count_all() <= SMALL_SEGMENT]
    if len(small) < SMALL_SEGMENTS:
        return kept
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in kept if segment not in small]
