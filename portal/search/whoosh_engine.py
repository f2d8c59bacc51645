"""The engine for small portals: Whoosh keeps the index on disk, in segments with atomic commits; scoring is our own."""

import math
import threading
import weakref
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import FilterMatcher
from whoosh.reading import SegmentReader

from .analysis import fold_word
from .documents import Document
from .embedded import EmbeddedEngine
from .engine import EVERYTHING, Body, Choice, Entry, Match, Terms
from .ranking import K1, B
from .records import SCORED_FIELDS, Record, all_terms, read_body, read_head, read_terms, record_key

OPENING_TRIES = 5
# Decoded postings kept in memory, per segment and per view: 8 bytes each. A term costs something even without any.
CACHED_POSTINGS = 1_500_000
UNKNOWN = 50
# Terms whose number of documents is kept, per segment.
CACHED_TERMS = 100_000
# Small segments make every search slower and merging them costs time: a few are let be, then they become one.
SMALL_SEGMENT = 250
SMALL_SEGMENTS = 8
# A query of more terms than that is answered by its most telling ones.
MAX_TERMS = 40
NOTHING = 1e-9


_Postings = tuple["array[int]", "array[float]"]


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
        self._postings: dict[tuple[str, bytes], _Postings] = {}
        self._cached = 0
        self._frequencies: dict[str, int] = {}
        self._deleted: frozenset[int] = frozenset()
        self._lost: Counter[str] = Counter()
        self._heads = reader.column_reader("head", translate=False)
        for number in range(self.count):
            head = read_head(self._heads[number], shared)
            self.entries.append(head.entry)
            for name, length in zip(SCORED_FIELDS, head.lengths, strict=True):
                self.lengths[name].append(length)
        self.numbers = {(entry.kind, entry.id): number for number, entry in enumerate(self.entries)}

    def terms(self, number: int) -> Terms:
        return read_terms(self._terms[number])

    def body(self, number: int) -> Body:
        return read_body(self._body[number], self._terms[number])

    def sayings(self) -> Iterator[tuple[int, str, bool]]:
        for number, entry in enumerate(self.entries):
            yield number, entry.title, True
            with self.reading:
                phrases = read_head(self._heads[number], {}).phrases
            for phrase in phrases:
                yield number, phrase, False

    def frequency(self, term: str) -> int:
        """Documents that have the term in any field, among them some that were deleted since."""
        try:
            return self._frequencies[term]
        except KeyError:
            name = term.encode()
            with self.reading:
                inside = self._read_postings("text", name)[0]
                outside = set(self._read_postings("asked", name)[0]).difference(inside)
            if len(self._frequencies) > CACHED_TERMS:
                self._frequencies = {}
            self._frequencies[term] = len(inside) + len(outside)
            return self._frequencies[term]

    def lost(self, deleted: frozenset[int]) -> Counter[str]:
        """How many of the deleted documents had each term."""
        with self.reading:
            if deleted != self._deleted:
                terms = (self.terms(number) for number in deleted - self._deleted)
                # A new counter: an older view may still use the one before.
                self._lost = self._lost + Counter(term for one in terms for term in all_terms(one))
                self._deleted = deleted
            return self._lost

    def postings(self, field: str, term: bytes) -> _Postings:
        """Documents that have the term, and how often, among them some that were deleted since."""
        try:
            return self._postings[field, term]
        except KeyError:
            with self.reading:
                found = self._read_postings(field, term)
            if self._cached > CACHED_POSTINGS:
                self._postings = {}
                self._cached = 0
            self._cached += len(found[0]) + UNKNOWN
            self._postings[field, term] = found
            return found

    def _read_postings(self, field: str, term: bytes) -> _Postings:
        numbers, frequencies = array("I"), array("f")
        if (field, term) not in self.reader:
            return numbers, frequencies
        matcher = self.reader.postings(field, term)
        if isinstance(matcher, FilterMatcher):
            # It leaves deleted documents out, and has already gone past those it begins with; views do that themselves.
            matcher = matcher.child
            matcher.reset()
        # Whole blocks at once are five times as fast as one posting after another, and the first search after a
        # rebuild reads them all. Whoosh has no public name for it.
        while isinstance(matcher, W3LeafMatcher) and matcher.is_active():
            matcher.id(), matcher.weight()
            numbers.extend(matcher._ids)
            frequencies.extend(matcher._weights)
            matcher._next_block()
        while matcher.is_active():
            numbers.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        return numbers, frequencies

    def vocabulary(self) -> dict[str, tuple[str, int]]:
        with self.reading:
            if self._vocabulary is None:
                self._vocabulary = self._read_vocabulary()
            return self._vocabulary

    def _read_vocabulary(self) -> dict[str, tuple[str, int]]:
        found: dict[str, tuple[str, int]] = {}
        for name, info in self.reader.iter_field("words"):
            word, count = name.decode(), int(info.doc_frequency())
            folded = fold_word(word)
            spelling, before = found.get(folded, (word, 0))
            # The counts of two spellings overlap where a document has both; the larger one is near enough.
            found[folded] = (word, count) if count > before else (spelling, before)
        return found


class _Scores:
    """Where a term occurs: `numbers` are all its documents, `impacts` their scores for one unit of weight."""

    __slots__ = ("asked", "impacts", "numbers", "title")

    def __init__(self, text: _Postings, title: _Postings, asked: _Postings) -> None:
        self.numbers, self.impacts = text
        self.title = title
        self.asked = asked
        inside = set(self.numbers)
        elsewhere = [number for number in asked[0] if number not in inside]
        self.numbers.extend(elsewhere)
        self.impacts.extend(0.0 for _ in elsewhere)


class WhooshView:
    """One state of the index in one language."""

    def __init__(self, segments: list[tuple[_Segment, frozenset[int]]]) -> None:
        """`segments` come with the numbers of their deleted documents."""
        self._segments: list[tuple[int, _Segment]] = []
        self._place: list[tuple[_Segment, int]] = []
        self._deleted: set[int] = set()
        self._lost: list[Counter[str]] = []
        for segment, deleted in segments:
            base = len(self._place)
            self._lost.append(segment.lost(deleted))
            self._segments.append((base, segment))
            self._deleted.update(base + number for number in deleted)
            self._place.extend((segment, number) for number in range(segment.count))
        self.count = len(self._place) - len(self._deleted)
        self._norms: dict[str, list[float]] = {}
        self._average: dict[str, float] = {}
        for name in SCORED_FIELDS:
            lengths = [length for _, segment in self._segments for length in segment.lengths[name]]
            total = sum(length for number, length in enumerate(lengths) if number not in self._deleted)
            average = total / self.count if total else 1.0
            self._average[name] = average
            self._norms[name] = [K1 * (1 - B + B * length / average) for length in lengths]
        self._scores: dict[str, _Scores] = {}
        self._cached = 0
        self._vocabulary: dict[str, tuple[str, int]] | None = None

    def idf(self, term: str) -> float:
        found = self._frequency(term)
        return math.log(1 + (self.count - found + 0.5) / (found + 0.5))

    def knows(self, term: str) -> bool:
        return self._frequency(term) > 0

    def _frequency(self, term: str) -> int:
        return sum(
            segment.frequency(term) - lost.get(term, 0)
            for (_, segment), lost in zip(self._segments, self._lost, strict=True)
        )

    def candidates(
        self,
        weights: Mapping[str, float],
        *,
        least: float,
        least_of_best: float,
        choice: Choice = EVERYTHING,  # noqa: ARG002  # all that match are proposed, whatever is chosen
    ) -> list[Match]:
        size = len(self._place)
        told = sorted(((self.idf(term), term) for term in weights), reverse=True)[:MAX_TERMS]
        total = sum(idf for idf, _ in told) or 1.0
        text = [0.0] * size
        coverage = [0.0] * size
        title: dict[int, float] = {}
        asked: dict[int, float] = {}
        for idf, term in told:
            scored = self._scores_of(term)
            weight, share = idf * weights[term], idf / total
            for number, impact in zip(scored.numbers, scored.impacts, strict=True):
                text[number] += weight * impact
                coverage[number] += share
            for scores, numbers, impacts in ((title, *scored.title), (asked, *scored.asked)):
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

    def number(self, kind: str, id: int) -> int | None:
        for base, segment in self._segments:
            local = segment.numbers.get((kind, id))
            if local is not None and base + local not in self._deleted:
                return base + local
        return None

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
            known: dict[str, tuple[str, int]] = {}
            for _, segment in self._segments:
                for folded, (spelling, count) in segment.vocabulary().items():
                    known[folded] = (spelling, count + known.get(folded, ("", 0))[1])
            self._vocabulary = known
        return self._vocabulary

    def parts(self) -> Sequence[tuple[int, _Segment]]:
        return self._segments

    def has(self, number: int) -> bool:
        return number not in self._deleted

    def _scores_of(self, term: str) -> _Scores:
        try:
            return self._scores[term]
        except KeyError:
            name = term.encode()
            scores = _Scores(*(self._impacts(field, name) for field in SCORED_FIELDS))
            if self._cached > CACHED_POSTINGS:
                self._scores = {}
                self._cached = 0
            self._cached += len(scores.numbers) + UNKNOWN
            self._scores[term] = scores
            return scores

    def _impacts(self, field: str, term: bytes) -> _Postings:
        norms, deleted = self._norms[field], self._deleted
        numbers, impacts = array("I"), array("f")
        for base, segment in self._segments:
            found, frequencies = segment.postings(field, term)
            for local, frequency in zip(found, frequencies, strict=True):
                number = base + local
                if number not in deleted:
                    numbers.append(number)
                    impacts.append(frequency * (K1 + 1) / (frequency + norms[number]))
        return numbers, impacts


class WhooshEngine(EmbeddedEngine[WhooshView]):
    """Index folders of all languages, and the views on them."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._segments: dict[str, dict[str, _Segment]] = {}

    def _open(self, build: Path, lang: str) -> WhooshView | None:
        if not index.exists_in(build / lang):
            return None
        known = self._segments.get(lang, {})
        shared: dict[Any, Any] = {}
        opened: dict[str, tuple[_Segment, frozenset[int]]] = {}
        for leaf, _ in _leaves(build / lang):
            if isinstance(leaf, SegmentReader):
                stored = leaf.segment()
                name = stored.segment_id()
                if name in known:
                    leaf.close()
                opened[name] = (known.get(name) or _Segment(leaf, shared), frozenset(stored.deleted_docs()))
        self._segments[lang] = {name: segment for name, (segment, _) in opened.items()}
        return WhooshView(list(opened.values()))

    def _forget(self) -> None:
        self._segments = {}

    def _write(self, build: Path, documents: Iterable[Document]) -> int:
        writers: dict[str, Any] = {}
        count = 0
        try:
            for document in documents:
                if document.lang not in writers:
                    writers[document.lang] = _writer(build / document.lang)
                writers[document.lang].add_document(**_fields(document))
                count += 1
            while writers:
                writers.popitem()[1].commit()
        finally:
            for writer in writers.values():
                writer.cancel()
        return count

    def _replace(self, build: Path, kind: str, ids: Collection[int], by_lang: Mapping[str, list[Document]]) -> None:
        for lang, listed in by_lang.items():
            writer = _writer(build / lang)
            try:
                for id in ids:
                    writer.delete_by_term("key", record_key(kind, id))
                for document in listed:
                    writer.add_document(**_fields(document))
            except BaseException:
                writer.cancel()
                raise
            writer.commit(mergetype=_merge_small)


def _fields(document: Document) -> dict[str, object]:
    record = Record.of(document)
    return {
        "key": record.key,
        "text": record.text,
        "title": record.title,
        "asked": record.asked,
        "words": dict.fromkeys(record.words, 1),
        "head": record.head,
        "terms": record.terms,
        "body": record.body,
    }


def _leaves(folder: Path) -> list[Any]:
    """The segments of an index. A commit may take away what was just listed; then it is listed again."""
    for _ in range(OPENING_TRIES):
        with suppress(FileNotFoundError, index.EmptyIndexError):
            return list(index.open_dir(folder).reader().leaf_readers())
    return list(index.open_dir(folder).reader().leaf_readers())


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
