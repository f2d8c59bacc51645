"""The engine for many documents: tantivy proposes the best ones, and their scores are worked out exactly as always.

tantivy's own scores are near ours, but not ours: they know other constants, lengths rounded to one byte, and the number
of documents that have a term field by field. They choose the proposals. Whether a document has a term is asked of all
terms in one query, whose constant scores are powers of two: the sum tells which terms it has.
"""

import itertools
import math
import time
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import tantivy
from tantivy import Occur, Query

from .analysis import fold_word
from .documents import Document
from .embedded import EmbeddedEngine
from .engine import EVERYTHING, Body, Choice, Entry, Match, Terms
from .ranking import K1, LIMITS, B
from .records import SCORED_FIELDS, Head, Record, read_body, read_head, read_terms, record_key

# So many of the best documents are proposed, and as many of those that fit the choices.
PROPOSED = 400
# So many of them have exact scores: those that ranking looks at closely.
EXACT = LIMITS.reranked
# A query of more terms than that is answered by its most telling ones.
MAX_TERMS = 40
# Sums of powers of two are exact in tantivy's scores up to this many.
BITS = 24
# Where more documents than so many times the proposals have one of the terms, only the proposals are asked for theirs.
MATCHING = 4
# Documents whose terms are kept in memory, per view: some 7 KB each. Ranking asks again for what was scored.
CACHED_TEXTS = 5_000
CACHED_TERMS = 100_000
# Parts of a view: small ones make suggestions slower, and joining them costs time.
SMALL_PART = 250
SMALL_PARTS = 8
HEAP_BYTES = 50_000_000
NOTHING = 1e-9

T = TypeVar("T")


# A term of a query: what it is worth, itself, and its letter.
_Wanted = tuple[float, str, str]


class _Letters(dict[str, str]):
    """A letter for each term, so that counting a term in a text is counting a letter. Safe to share between threads."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count(1)

    def __missing__(self, term: str) -> str:
        return self.setdefault(term, chr(next(self._numbers)))

    def of(self, terms: str) -> str:
        return "".join(map(self.__getitem__, terms.split()))


@dataclass(slots=True, kw_only=True)
class _Read(Terms):
    """The terms of a document, and in order the letters of those of each field."""

    letters: _Letters
    in_text: str
    in_title: str
    in_asked: str

    def has(self, term: str) -> bool:
        return self.letters[term] in self.in_text

    def has_pair(self, first: str, second: str) -> bool:
        return self.letters[first] + self.letters[second] in self.in_text


class _Kept(NamedTuple):
    """Documents that have been read, and the letters that they are written in."""

    read: dict[int, _Read]
    letters: _Letters

    @classmethod
    def nothing(cls) -> "_Kept":
        return cls({}, _Letters())


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in SCORED_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    # The terms of the text and of what is asked, once each.
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("number", indexed=True, fast=True)
    for name in ("stored_head", "stored_terms", "stored_body"):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def _value(name: str, value: str) -> str:
    return f"{name}\0{value}"


def _document(document: Document, number: int) -> Any:
    record = Record.of(document)
    made = tantivy.Document()
    for name, counts in (("text", record.text), ("title", record.title), ("asked", record.asked)):
        made.add_text(name, " ".join(counts.elements()))
    made.add_text("terms", " ".join(record.text.keys() | record.asked.keys()))
    made.add_text("words", " ".join(record.words))
    made.add_text("key", record.key)
    made.add_text("facets", _value("kind", document.kind))
    for name, values in document.facets.items():
        for value in values:
            made.add_text("facets", _value(name, value))
    made.add_unsigned("number", number)
    made.add_bytes("stored_head", record.head)
    made.add_bytes("stored_terms", record.terms)
    made.add_bytes("stored_body", record.body)
    return made


class _Part:
    """What is kept in memory of some documents. Views share it, as long as one of its documents lives."""

    def __init__(self, numbers: Sequence[int], heads: Sequence[Head]) -> None:
        self.numbers = numbers
        self.heads = heads

    def sayings(self) -> Iterator[tuple[int, str, bool]]:
        for place, head in enumerate(self.heads):
            yield place, head.entry.title, True
            for phrase in head.phrases:
                yield place, phrase, False


class TantivyView:
    """One state of the index in one language."""

    def __init__(self, searcher: Any, schema: Any, parts: Sequence[_Part], living: Mapping[int, Any]) -> None:
        """`living` has the address of each document by the number that it was given when it was written."""
        self._searcher = searcher
        self._schema = schema
        self._parts: list[tuple[int, _Part]] = []
        self._entries: list[Entry] = []
        self._numbers: list[int] = []
        self._addresses: list[Any] = []
        self._places: dict[int, int] = {}
        self._keys: dict[tuple[str, int], int] = {}
        self._lengths = {name: array("I") for name in SCORED_FIELDS}
        for part in parts:
            self._parts.append((len(self._entries), part))
            for number, head in zip(part.numbers, part.heads, strict=True):
                place = len(self._entries)
                address = living.get(number)
                if address is not None:
                    self._places[number] = place
                    self._keys[head.entry.kind, head.entry.id] = place
                self._numbers.append(number)
                self._addresses.append(address)
                self._entries.append(head.entry)
                for name, length in zip(SCORED_FIELDS, head.lengths, strict=True):
                    self._lengths[name].append(length)
        self.count = len(self._places)
        self._average = {name: self._average_length(lengths) for name, lengths in self._lengths.items()}
        self._frequencies: dict[str, int] = {}
        self._theirs: dict[tuple[str, str], float] = {}
        self._idfs: dict[str, float] = {}
        self._kept = _Kept.nothing()
        self._vocabulary: dict[str, tuple[str, int]] | None = None

    def _average_length(self, lengths: Sequence[int]) -> float:
        total = sum(lengths[place] for place in self._places.values())
        return total / self.count if total else 1.0

    def idf(self, term: str) -> float:
        try:
            return self._idfs[term]
        except KeyError:
            if len(self._idfs) > CACHED_TERMS:
                self._idfs = {}
            found = self._idfs[term] = _idf(self._frequency(term), self.count)
            return found

    def knows(self, term: str) -> bool:
        return self._frequency(term) > 0

    def _frequency(self, term: str) -> int:
        try:
            return self._frequencies[term]
        except KeyError:
            if len(self._frequencies) > CACHED_TERMS:
                self._frequencies = {}
            found = self._searcher.search(self._term("terms", term), 1, count=True).count
            self._frequencies[term] = found
            return int(found)

    def candidates(
        self, weights: Mapping[str, float], *, least: float, least_of_best: float, choice: Choice = EVERYTHING
    ) -> list[Match]:
        told = sorted(((self.idf(term), term) for term in weights), reverse=True)[:MAX_TERMS]
        total = sum(idf for idf, _ in told) or 1.0
        told = [(idf, term) for idf, term in told if self.knows(term)]
        worth = {term: idf * weights[term] for idf, term in told}
        if not worth:
            return []
        glances = self._propose(worth, choice)
        having = self._having_terms(list(worth), glances)
        coverage = _sums([idf / total for idf, _ in told], set(having.values()))
        # A hair of slack: coverage is a sum of floats in varying order.
        enough = max(least, least_of_best * max(coverage.values(), default=0.0), NOTHING) - NOTHING / 2
        found = [(score, -place) for place, score in glances.items() if coverage[having[place]] >= enough]
        found.sort(reverse=True)
        kept = self._kept
        listed = [(value, term, kept.letters[term]) for term, value in worth.items()]
        best = []
        for _, place in found[:EXACT]:
            bits = having[-place]
            read = self._read(-place, kept)
            best.append(
                self._score(-place, read, _chosen(bits, listed), coverage[bits], whole=len(weights) <= MAX_TERMS)
            )
        # What was not looked at never comes before what was.
        most = min((one.text + one.title + one.asked for one in best), default=0.0)
        rest = [Match(-place, min(score, most), 0.0, 0.0, coverage[having[-place]]) for score, place in found[EXACT:]]
        return sorted(best + rest)

    def _propose(self, worth: Mapping[str, float], choice: Choice) -> dict[int, float]:
        """The best documents by tantivy's scores, which are scaled to be like ours."""
        clauses = []
        for term, value in worth.items():
            for name in SCORED_FIELDS:
                theirs = self._their_idf(name, term)
                if theirs:
                    clauses.append((Occur.Should, Query.boost_query(self._term(name, term), value / theirs)))
        wanted = Query.boolean_query(clauses)
        refused = [(Occur.MustNot, self._having(name, values)) for name, values in choice.refused.items()]
        chosen = [(Occur.Must, self._having(name, values)) for name, values in choice.chosen.items()]
        queries = [[(Occur.Must, wanted), *refused]] if refused else [[(Occur.Should, wanted)]]
        if chosen:
            # The others are wanted too: counts say what a further choice would find.
            queries.append([*queries[0], *chosen] if refused else [(Occur.Must, wanted), *chosen])
        glances: dict[int, float] = {}
        for query in queries:
            hits = self._searcher.search(Query.boolean_query(query), PROPOSED, count=False).hits
            numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
            glances.update((self._places[number], score) for number, (score, _) in zip(numbers, hits, strict=True))
        return glances

    def _having_terms(self, terms: Sequence[str], places: Collection[int]) -> dict[int, int]:
        """Which of the terms each of the documents has: one bit for each term, the first one being the lowest."""
        having = dict.fromkeys(places, 0)
        matching = min(self.count, sum(map(self._frequency, terms)))
        among = []
        if matching > MATCHING * PROPOSED:
            numbers = [self._numbers[place] for place in places]
            matching = len(numbers)
            among = [(Occur.Must, Query.const_score_query(Query.term_set_query(self._schema, "number", numbers), 0.0))]
        for start in range(0, len(terms), BITS):
            clauses = [
                (Occur.Should, Query.const_score_query(self._term("terms", term), float(1 << bit)))
                for bit, term in enumerate(terms[start : start + BITS])
            ]
            hits = self._searcher.search(Query.boolean_query(among + clauses), max(matching, 1), count=False).hits
            numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
            for number, (bits, _) in zip(numbers, hits, strict=True):
                place = self._places[number]
                if place in having:
                    having[place] |= int(bits) << start
        return having

    def _score(self, place: int, read: _Read, wanted: Sequence[_Wanted], coverage: float, *, whole: bool) -> Match:
        """The exact scores of a document that has these terms, which are `whole` where no term was left out."""
        text, in_text = self._bm25("text", read.in_text, place, wanted)
        title = self._bm25("title", read.in_title, place, wanted)[0] if read.in_title else 0.0
        asked = self._bm25("asked", read.in_asked, place, wanted)[0] if read.in_asked else 0.0
        return Match(place, text, title, asked, coverage, tuple(in_text) if whole else None)

    def _bm25(self, field: str, letters: str, place: int, wanted: Sequence[_Wanted]) -> tuple[float, list[str]]:
        """The score of a field, and which of the terms it has."""
        count = letters.count
        norm = K1 * (1 - B + B * self._lengths[field][place] / self._average[field])
        score = 0.0
        found = []
        for value, term, letter in wanted:
            if often := count(letter):
                score += value * often * (K1 + 1) / (often + norm)
                found.append(term)
        return score, found

    def entry(self, number: int) -> Entry:
        return self._entries[number]

    def number(self, kind: str, id: int) -> int | None:
        return self._keys.get((kind, id))

    def terms(self, number: int) -> Terms:
        return self._read(number, self._kept)

    def body(self, number: int) -> Body:
        stored = self._searcher.doc(self._addresses[number])
        return read_body(stored.get_first("stored_body"), stored.get_first("stored_terms"))

    def text_length(self, number: int) -> float:
        return self._lengths["text"][number] / self._average["text"]

    def vocabulary(self) -> Mapping[str, tuple[str, int]]:
        if self._vocabulary is None:
            known: dict[str, tuple[str, int]] = {}
            for word, count in self._searcher.terms_with_prefix("words", ""):
                folded = fold_word(word)
                spelling, before = known.get(folded, (word, 0))
                # The counts of two spellings overlap where a document has both; the larger one is near enough.
                known[folded] = (word, count) if count > before else (spelling, before)
            self._vocabulary = known
        return self._vocabulary

    def parts(self) -> Sequence[tuple[int, _Part]]:
        return self._parts

    def has(self, number: int) -> bool:
        return self._addresses[number] is not None

    def _term(self, field: str, term: str) -> Any:
        return Query.term_query(self._schema, field, term, index_option="freq")

    def _having(self, name: str, values: Collection[str]) -> Any:
        listed = [_value(name, value) for value in values]
        return Query.const_score_query(Query.term_set_query(self._schema, "facets", listed), 0.0)

    def _their_idf(self, field: str, term: str) -> float:
        try:
            return self._theirs[field, term]
        except KeyError:
            if len(self._theirs) > CACHED_TERMS:
                self._theirs = {}
            found = self._searcher.doc_freq(field, term)
            # Theirs counts deleted documents too, until they are merged away.
            self._theirs[field, term] = _idf(found, max(found, self.count)) if found else 0.0
            return self._theirs[field, term]

    def _read(self, place: int, kept: _Kept) -> _Read:
        try:
            return kept.read[place]
        except KeyError:
            stored: bytes = self._searcher.doc(self._addresses[place]).get_first("stored_terms")
            if len(kept.read) >= CACHED_TEXTS and self._kept is kept:
                # Who is at work with what was kept goes on with it: letters are not the same in two of them.
                self._kept = _Kept.nothing()
            terms = read_terms(stored)
            title, text, *asked = map(kept.letters.of, stored.decode().split("\n", 2))
            read = kept.read[place] = _Read(
                terms.title,
                terms.text,
                terms.sayings,
                letters=kept.letters,
                in_text=text,
                in_title=title,
                in_asked="".join(asked),
            )
            return read


def _chosen(bits: int, listed: Sequence[T]) -> list[T]:
    """The items whose bits are set."""
    return [item for bit, item in enumerate(listed) if bits >> bit & 1]


def _sums(shares: Sequence[float], wanted: Iterable[int]) -> dict[int, float]:
    """For each of the wanted the sum of the shares whose bits are set."""
    tables = []
    for start in range(0, len(shares), 8):
        table = [0.0]
        for share in shares[start : start + 8]:
            table += [before + share for before in table]
        tables.append((start, table))
    return {bits: sum([table[bits >> start & 0xFF] for start, table in tables]) for bits in wanted}


def _idf(found: int, count: int) -> float:
    return math.log(1 + (count - found + 0.5) / (found + 0.5))


class TantivyEngine(EmbeddedEngine[TantivyView]):
    """Index folders of all languages, and the views on them."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._parts: dict[str, list[_Part]] = {}

    def _open(self, build: Path, lang: str) -> TantivyView | None:
        if not tantivy.Index.exists(str(build / lang)):
            return None
        index = tantivy.Index.open(str(build / lang))
        # Views tell when to look again; otherwise a thread would watch the folder.
        index.config_reader("manual")
        searcher = index.searcher()
        everything = searcher.search(
            Query.all_query(),
            max(searcher.num_docs, 1),
            count=False,
            order_by_field="number",
            order=tantivy.Order.Asc,
        )
        living: dict[int, Any] = dict(everything.hits)
        self._parts[lang] = _parts(self._parts.get(lang, []), living, searcher)
        return TantivyView(searcher, index.schema, self._parts[lang], living)

    def _forget(self) -> None:
        self._parts = {}

    def _write(self, build: Path, documents: Iterable[Document]) -> int:
        writers: dict[str, Any] = {}
        first, count = _first_number(), 0
        for document in documents:
            if document.lang not in writers:
                writers[document.lang] = _create(build / document.lang).writer(HEAP_BYTES, 1)
            writers[document.lang].add_document(_document(document, first + count))
            count += 1
        for writer in writers.values():
            writer.commit()
            writer.wait_merging_threads()
        return count

    def _replace(self, build: Path, kind: str, ids: Collection[int], by_lang: Mapping[str, list[Document]]) -> None:
        number = _first_number()
        for lang, listed in by_lang.items():
            writer = _create(build / lang).writer(HEAP_BYTES, 1)
            try:
                for id in ids:
                    writer.delete_documents_by_term("key", record_key(kind, id))
                for document in listed:
                    writer.add_document(_document(document, number))
                    number += 1
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()


def _first_number() -> int:
    """Readers know documents by their numbers: none is given twice, also where the process was killed that gave it."""
    return time.time_ns()


def _create(folder: Path) -> Any:
    folder.mkdir(exist_ok=True)
    return tantivy.Index(_schema(), path=str(folder))


def _parts(known: Sequence[_Part], living: Mapping[int, Any], searcher: Any) -> list[_Part]:
    """The known parts that still have documents, and a further one with those that are new, in the order of writing."""
    parts = [part for part in known if any(number in living for number in part.numbers)]
    had = {number for part in parts for number in part.numbers}
    new = [number for number in living if number not in had]
    if new:
        shared: dict[Any, Any] = {}
        heads = [read_head(searcher.doc(living[number]).get_first("stored_head"), shared) for number in new]
        parts.append(_Part(new, heads))
    small = [part for part in parts if len(part.numbers) <= SMALL_PART]
    if len(small) < SMALL_PARTS:
        return parts
    together = [
        (number, head)
        for part in small
        for number, head in zip(part.numbers, part.heads, strict=True)
        if number in living
    ]
    joined = _Part([number for number, _ in together], [head for _, head in together])
    return [*(part for part in parts if len(part.numbers) > SMALL_PART), joined]
