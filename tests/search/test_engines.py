"""What every engine promises. Each test runs on each of them; those at the end compare them with each other."""

import functools
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.search import tantivy_engine
from portal.search.analysis import analyzer_for
from portal.search.documents import Document, register_source
from portal.search.engine import EVERYTHING, Choice, Entry, IndexBusy, View
from portal.search.evaluate import evaluate
from portal.search.features import Extractor, Query
from portal.search.index import ENGINES, SearchIndex
from portal.search.operations import rebuild_index, update_index
from portal.search.queries import SearchResults, search
from portal.search.ranking import LIMITS
from portal.search.suggest import suggest
from portal.search.tantivy_engine import PROPOSED, SMALL_PARTS

from ..support import needs
from .building import build, doc

ROOT = Path(__file__).parents[2]
BENCHMARKS = Path(__file__).parents[3] / "shared" / "benchmarks"
# A rebuild that stops in the middle and says so.
SLOW_REBUILD = """
import sys, time
from pathlib import Path
from portal.search.index import SearchIndex
from tests.search.building import doc

def documents():
    for number in range(50):
        yield doc(number, "New passport")
    Path(sys.argv[3]).touch()
    time.sleep(60)

SearchIndex(Path(sys.argv[1]), sys.argv[2]).engine.rebuild(documents())
"""
UPDATE = """
import sys
from pathlib import Path
from portal.search.index import SearchIndex
from tests.search.building import doc

SearchIndex(Path(sys.argv[1]), sys.argv[2]).engine.update("service", [2], [doc(2, "Passport for a child")])
"""
# Several rebuilds, one after the other.
REBUILDS = """
import sys
from pathlib import Path
from portal.search.index import SearchIndex
from tests.search.building import doc

index = SearchIndex(Path(sys.argv[1]), sys.argv[2])
for _ in range(5):
    index.engine.rebuild(doc(number, f"Passport {number}", f"office {number % 7} fee") for number in range(60))
"""
# Says that it asks, and asks until it is told to stop; ends with an error when an answer is not the one expected.
ASKS = """
import sys, time
from pathlib import Path
from portal.search.index import SearchIndex
from portal.search.queries import search

index = SearchIndex(Path(sys.argv[1]), sys.argv[2])
while not Path(sys.argv[3]).exists():
    hits = [hit.id for hit in search("passport 7 office", lang="en", index=index).hits]
    assert hits == [7], hits
    Path(sys.argv[4]).touch()
    time.sleep(0.005)
"""

Build = Callable[..., SearchIndex]


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def built(engine: str, tmp_path: Path) -> Build:
    """Makes an index on the engine, in a folder of its own unless told."""
    return lambda documents, folder=tmp_path / "index": build(folder, documents, engine)


def found(index: SearchIndex, query: str = "passport", lang: str = "en") -> list[tuple[str, int]]:
    return [(hit.kind, hit.id) for hit in search(query, lang=lang, index=index).hits]


def view_of(index: SearchIndex, lang: str = "en") -> View:
    view = index.view(lang)
    assert view is not None
    return view


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT)


def wait_for(flag: Path) -> None:
    until = time.monotonic() + 60
    while not flag.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert flag.exists()


# What a view knows

FEW = [
    doc(
        1,
        "Passport renewal",
        "Renew a passport. Passports are renewed by mail.",
        summary="By mail.",
        phrases=("old passport",),
        situations=("My passport is out of date.",),
        facets={"agency": ("state",), "profile": ()},
        stored={"url": "services/renewal"},
    ),
    doc(2, "Passport fees", "What a passport costs.", facets={"agency": ("state",)}),
    doc(3, "Housing", "Help with rent.", phrases=("passport to a home",), facets={"agency": ("housing",)}),
    doc(4, "Renewal of a licence", "By mail.", kind="article"),
]


def test_view_knows_its_documents(built: Build) -> None:
    view = view_of(built(FEW))
    assert view.count == 4
    numbers = [view.number(kind, id) for kind, id in (("service", 1), ("service", 2), ("service", 3), ("article", 4))]
    assert numbers == [0, 1, 2, 3]
    assert view.number("article", 1) is None
    assert view.entry(0) == Entry("service", 1, "Passport renewal", {"agency": ("state",), "kind": ("service",)})
    terms = view.terms(0)
    assert terms.title == {"passport", "renew"}
    assert terms.text == "passport renew mail renew passport passport renew mail"
    assert terms.sayings == (("old", "passport"), ("passport", "date"))
    assert [terms.has(term) for term in ("passport", "mail", "pass", "old", "unheard")] == [True, True, *[False] * 3]
    pairs = (("mail", "renew"), ("passport", "passport"), ("mail", "passport"), ("passport", "unheard"))
    assert [terms.has_pair(*pair) for pair in pairs] == [True, True, False, False]
    body = view.body(0)
    assert (body.summary, body.text) == ("By mail.", "Renew a passport. Passports are renewed by mail.")
    assert (body.stored, body.sayings) == (
        {"url": "services/renewal"},
        ("old passport", "My passport is out of date."),
    )
    assert body.spots({"passport"}) == [(8, 16, "passport"), (18, 27, "passport")]
    assert [round(view.text_length(number), 3) for number in range(4)] == [1.778, 0.889, 0.667, 0.667]


def test_view_tells_how_telling_terms_are(built: Build) -> None:
    view = view_of(built(FEW))
    # Found in text or in what is asked, each document once.
    for term, having in (("passport", 3), ("renew", 2), ("home", 1), ("unheard", 0)):
        assert view.idf(term) == pytest.approx(math.log(1 + (4 - having + 0.5) / (having + 0.5)))
        assert view.knows(term) == (having > 0)


def test_view_knows_words_as_people_spell_them(built: Build) -> None:
    words = view_of(built([doc(1, "Jubilación", lang="es"), doc(2, "jubilación y pensión", lang="es")]), "es")
    assert words.vocabulary()["jubilacion"] == ("jubilación", 2)
    assert words.vocabulary()["pension"] == ("pensión", 1)


def test_candidates_have_scores_and_coverage(built: Build) -> None:
    view = view_of(built(FEW))
    weights = {"passport": 1.0, "renew": 2.0, "unheard": 1.0}
    matches = view.candidates(weights, least=0.0, least_of_best=0.0)
    assert [match.number for match in matches] == [0, 1, 2, 3]
    idf = {term: view.idf(term) for term in weights}
    whole = sum(idf.values())
    assert [match.coverage for match in matches] == pytest.approx(
        [
            (idf["passport"] + idf["renew"]) / whole,
            idf["passport"] / whole,
            idf["passport"] / whole,
            idf["renew"] / whole,
        ]
    )

    def bm25(often: int, length: int, average: float) -> float:
        return often * 1.9 / (often + 0.9 * (0.25 + 0.75 * length / average))

    first = matches[0]
    assert first.text == pytest.approx(idf["passport"] * bm25(3, 8, 4.5) + 2 * idf["renew"] * bm25(3, 8, 4.5), rel=1e-5)
    assert first.title == pytest.approx(
        idf["passport"] * bm25(1, 2, 1.75) + 2 * idf["renew"] * bm25(1, 2, 1.75), rel=1e-5
    )
    assert first.asked == pytest.approx(idf["passport"] * bm25(2, 4, 1.5), rel=1e-5)
    assert (matches[2].text, matches[2].title) == (0.0, 0.0)


def test_candidates_leave_out_what_covers_too_little(built: Build) -> None:
    view = view_of(built(FEW))
    weights = {"passport": 1.0, "renew": 1.0}
    share = view.idf("renew") / (view.idf("passport") + view.idf("renew"))
    assert share > 0.5
    for least, least_of_best in ((0.5, 0.0), (0.0, 0.5), (share, share)):
        matches = view.candidates(weights, least=least, least_of_best=least_of_best)
        assert [match.number for match in matches] == [0, 3]
    assert view.candidates({"unheard": 1.0}, least=0.0, least_of_best=0.0) == []
    assert view.candidates({}, least=0.0, least_of_best=0.0) == []


def test_terms_that_stand_side_by_side_count_each(built: Build) -> None:
    view = view_of(built([doc(1, "Help help help", "help help"), doc(2, "Help")]))
    assert view.terms(0).text == "help help help help help"
    first, second = view.candidates({"help": 1.0}, least=0.0, least_of_best=0.0)
    assert first.text == pytest.approx(view.idf("help") * 5 * 1.9 / (5 + 0.9 * (0.25 + 0.75 * 5 / 3)), rel=1e-5)
    assert second.text == pytest.approx(view.idf("help") * 1.9 / (1 + 0.9 * (0.25 + 0.75 * 1 / 3)), rel=1e-5)


def test_evidence_is_the_same_whether_or_not_the_engine_tells_what_texts_have(built: Build) -> None:
    view = view_of(built(FEW))
    query = Query.of(
        analyzer_for("en").sentences("My old passport, by mail. What does the renewal cost at home?"), "en"
    )
    extractor = Extractor(query, view.idf)
    matches = view.candidates(query.terms, least=0.0, least_of_best=0.0)
    assert len(matches) == 4
    for match in matches:
        told, unread = match._replace(in_text=None), view.terms(match.number)
        length = view.text_length(match.number)
        assert extractor.of(match, unread, length) == pytest.approx(extractor.of(told, unread, length), rel=1e-12)


def test_what_fits_a_choice_is_not_crowded_out(built: Build) -> None:
    many = [doc(number, "Passport papers", facets={"place": ("US-TX",)}) for number in range(PROPOSED + 50)]
    rare = doc(5000, "Passport offices of the north", "Far away.", facets={"place": ("US-VT", "US-ME")})
    closed = doc(5001, "Passport offices of the north", "Far away.", facets={"place": ("US-GU",)})
    index = built([*many, rare, closed])
    narrowed = search("passport", lang="en", index=index, facets={"place": ["US-VT"]})
    assert [hit.id for hit in narrowed.hits] == [5000]
    assert narrowed.facets["place"]["US-ME"] == 1
    assert narrowed.facets["place"]["US-TX"] >= PROPOSED
    refused = search("passport", lang="en", index=index, without={"place": ["US-TX", "US-GU"]})
    assert [hit.id for hit in refused.hits] == [5000]
    both = search(
        "passport", lang="en", index=index, facets={"place": ["US-VT", "US-GU"]}, without={"place": ["US-ME"]}
    )
    assert [hit.id for hit in both.hits] == [5001]


def test_texts_of_any_kind_are_indexed(built: Build) -> None:
    strange = ["", "\0", "🙂 ²ﷺ", "U.S. 10,000 don't", "a" * 70_000, "\n\n", '"quoted" AND (NOT field:value) \\ *?']
    documents = [doc(id, title, title, phrases=(title,), facets={title: (title,)}) for id, title in enumerate(strange)]
    index = built([*documents, doc(99, "Passport")])
    assert view_of(index).count == len(strange) + 1
    for title in strange:
        search(title, lang="en", index=index)
    assert found(index, "NOT a quoted value") == [("service", 6)]
    assert found(index, "10000") == [("service", 3)]
    assert view_of(index).body(2).text == "🙂 ²ﷺ"


# Writing


def test_reader_sees_an_update_of_another_process(built: Build, engine: str, tmp_path: Path) -> None:
    reader = built([doc(1, "Passport renewal")])
    assert found(reader) == [("service", 1)]
    assert start(UPDATE, tmp_path / "index", engine).wait(60) == 0
    assert sorted(found(reader)) == [("service", 1), ("service", 2)]


@pytest.fixture
def rebuilding(built: Build, engine: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process in the middle of a rebuild of an index that has one document."""
    built([doc(1, "Passport renewal")]).close()
    flag = tmp_path / "writing"
    process = start(SLOW_REBUILD, tmp_path / "index", engine, flag)
    wait_for(flag)
    yield process
    process.kill()
    process.wait()


def test_killed_rebuild_leaves_the_old_index(rebuilding: subprocess.Popen[bytes], engine: str, tmp_path: Path) -> None:
    reader = SearchIndex(tmp_path / "index", engine)
    assert found(reader) == [("service", 1)]
    os.kill(rebuilding.pid, signal.SIGKILL)
    rebuilding.wait()
    assert found(reader) == [("service", 1)]
    assert found(SearchIndex(tmp_path / "index", engine)) == [("service", 1)]
    # The next one is not hindered, and clears away what the killed one left.
    assert reader.engine.rebuild([doc(3, "Passport fees")]) == 1
    assert found(reader) == [("service", 3)]
    assert sorted(path.name for path in (tmp_path / "index").iterdir() if path.is_dir()) == ["build-1", "build-2"]


@pytest.mark.usefixtures("rebuilding")
def test_second_writer_is_told(engine: str, tmp_path: Path) -> None:
    second = SearchIndex(tmp_path / "index", engine).engine
    message = (
        f"Another process is writing the search index in {tmp_path / 'index'}. "
        "Only one may write at a time: try again when it has finished."
    )
    with pytest.raises(IndexBusy) as busy:
        second.rebuild([])
    assert str(busy.value) == message
    with pytest.raises(IndexBusy):
        second.update("service", [1], [], wait=0.1)
    assert found(SearchIndex(tmp_path / "index", engine)) == [("service", 1)]


def test_rebuild_serves_the_old_index_until_it_is_complete(built: Build) -> None:
    index = built([doc(1, "Passport renewal")])
    seen = []

    def documents() -> Iterator[Document]:
        seen.append(found(index))
        yield doc(2, "Passport fees")
        seen.append(found(index))

    index.engine.rebuild(documents())
    seen.append(found(index))
    assert seen == [[("service", 1)], [("service", 1)], [("service", 2)]]


def test_what_fails_leaves_the_old_index(built: Build) -> None:
    index = built([doc(1, "Passport renewal")])

    def documents() -> Iterator[Document]:
        yield doc(2, "Passport fees")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.engine.rebuild(documents())
    assert found(index) == [("service", 1)]
    with pytest.raises(RuntimeError):
        index.engine.update("service", [1], documents())
    assert found(index) == [("service", 1)]
    index.engine.update("service", [2], [doc(2, "Passport fees")])
    assert sorted(found(index)) == [("service", 1), ("service", 2)]
    index.engine.rebuild([doc(3, "Passport")])
    assert found(index) == [("service", 3)]


def test_update_replaces_adds_and_deletes_in_every_language(built: Build) -> None:
    index = built(
        [
            doc(1, "Passport renewal"),
            doc(1, "Pasaporte nuevo", lang="es"),
            doc(2, "Passport fees"),
            doc(1, "Passport", kind="article"),
        ]
    )
    index.engine.update("service", [1, 2, 3], [doc(1, "Visa"), doc(3, "Passport photo"), doc(3, "جواز", lang="ar")])
    assert sorted(found(index)) == [("article", 1), ("service", 3)]
    assert found(index, "visa") == [("service", 1)]
    assert found(index, "pasaporte", "es") == []
    assert found(index, "جواز", "ar") == [("service", 3)]
    assert index.view("es") is None


def grow(built: Build, documents: list[Document], folder: Path) -> SearchIndex:
    """An index that came to these documents by updates alone, some of which were made twice."""
    index = built(documents[:1], folder)
    for number, document in enumerate(documents):
        if number % 5 == 0:
            index.engine.update("service", [document.id], [doc(document.id, "Old passport", "fee " * 9)])
        index.engine.update("service", [document.id], [document])
    return index


def test_updates_rank_like_a_rebuild(built: Build, tmp_path: Path) -> None:
    documents = [
        doc(number, f"Help {number}", f"passport {'fee ' * number} renewal help", phrases=(f"saying {number}",))
        for number in range(1, 3 * SMALL_PARTS)
    ]
    whole = built(documents, tmp_path / "whole")
    grown = grow(built, documents, tmp_path / "grown")
    query = "passport fee for help"
    expected = [(hit.id, hit.score) for hit in search(query, lang="en", index=whole).hits]
    assert sorted((hit.id, hit.score) for hit in search(query, lang="en", index=grown).hits) == sorted(expected)
    view = view_of(grown)
    assert view.count == len(documents)
    # What was joined on the way is known by its new numbers, and what was deleted is not there.
    living = [base + place for base, part in view.parts() for place, _, is_title in part.sayings() if is_title]
    assert sorted(view.entry(number).title for number in living if view.has(number)) == sorted(
        document.title for document in documents
    )
    assert len(view.parts()) <= SMALL_PARTS + 1
    suggestions = suggest("sayi", lang="en", limit=50, index=grown)
    assert sorted(one.text for one in suggestions) == sorted(document.phrases[0] for document in documents)


def test_view_in_use_outlives_rebuilds(built: Build) -> None:
    index = built([doc(1, "Passport renewal", "Some text.")])
    view = view_of(index)
    for number in range(3):
        index.engine.rebuild([doc(number, "Other")])
    assert view.body(0).text == "Some text."
    assert view.knows("passport")
    assert [match.number for match in view.candidates({"passport": 1.0}, least=0.0, least_of_best=0.0)] == [0]


def test_update_without_an_index_does_nothing(engine: str, tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "none", engine)
    index.engine.update("service", [1], [doc(1, "Passport")])
    assert not index.is_ready()
    assert found(index) == []


def test_index_without_documents_is_ready(built: Build) -> None:
    index = built([])
    assert index.is_ready()
    assert index.view("en") is None
    index.engine.update("service", [1], [doc(1, "Passport")])
    assert found(index) == [("service", 1)]


def test_language_names_do_not_leave_the_folder(built: Build) -> None:
    index = built([doc(1, "Passport")])
    assert [index.view(lang) for lang in ("", ".", "..", "../build-1/en", "fr")] == [None] * 5


def test_index_that_is_taken_away_is_gone(built: Build, tmp_path: Path) -> None:
    index = built([doc(1, "Passport")])
    assert found(index) == [("service", 1)]
    for path in (tmp_path / "index" / "current", *(tmp_path / "index").rglob("*.json")):
        path.unlink()
    assert not index.is_ready()
    assert found(index) == []
    index.engine.rebuild([doc(2, "Passport")])
    assert found(index) == [("service", 2)]


def test_index_is_opened_again_after_it_was_closed(built: Build) -> None:
    index = built([doc(1, "Passport")])
    index.close()
    assert found(index) == [("service", 1)]


def test_operations_read_the_registered_sources(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.search.documents._sources", {})
    titles = {1: "Passport renewal", 2: "Passport fees"}
    register_source("service", lambda ids: (doc(id, title) for id, title in titles.items() if ids is None or id in ids))
    index = SearchIndex(tmp_path, engine)
    assert rebuild_index(index) == 2
    assert sorted(found(index)) == [("service", 1), ("service", 2)]
    del titles[1]
    titles[2] = "Passport photo"
    update_index("service", [1, 2], index)
    assert found(index) == [("service", 2)]
    with pytest.raises(KeyError):
        update_index("unheard-of", [1], index)


# Serving while it changes

OFFICES = [doc(number, f"Passport {number}", f"office {number % 7} fee") for number in range(60)]


def test_threads_share_an_index_while_it_changes(built: Build) -> None:
    index = built(OFFICES)
    expected = found(index, "passport 7 office")

    def ask(_: int) -> list[tuple[str, int]]:
        return found(index, "passport 7 office")

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(ask, range(200))
        for document in OFFICES[20:30]:
            index.engine.update("service", [document.id], [document])
        assert [answer[0] for answer in answers] == [expected[0]] * 200


def test_rebuilds_while_serving_leave_no_question_unanswered(built: Build, engine: str, tmp_path: Path) -> None:
    index = built(OFFICES)
    stop, asking = tmp_path / "stop", tmp_path / "asking"
    answers: list[list[tuple[str, int]]] = []

    def ask() -> None:
        while not stop.exists():
            answers.append(found(index, "passport 7 office"))
            time.sleep(0.005)

    reader = start(ASKS, tmp_path / "index", engine, stop, asking)
    with ThreadPoolExecutor(2) as threads:
        try:
            for _ in range(2):
                threads.submit(ask)
            wait_for(asking)
            assert start(REBUILDS, tmp_path / "index", engine).wait(120) == 0
        finally:
            stop.touch()
    assert reader.wait(60) == 0
    assert answers
    assert all(answer == [("service", 7)] for answer in answers)


# Two engines and one folder


def other_than(engine: str) -> str:
    return next(name for name in sorted(ENGINES) if name != engine)


def test_index_of_another_engine_is_none(built: Build, engine: str, tmp_path: Path) -> None:
    before = built([doc(1, "Passport renewal")])
    assert found(before) == [("service", 1)]
    after = SearchIndex(tmp_path / "index", other_than(engine))
    assert not after.is_ready()
    assert found(after) == []
    assert after.engine.languages() == []
    # Nothing is lost silently: whoever can write this index has to.
    with pytest.raises(IndexBusy, match=f"was made by '{engine} "):
        after.engine.update("service", [2], [doc(2, "Passport fees")])
    assert found(before) == [("service", 1)]
    assert after.engine.rebuild([doc(3, "Passport photo")]) == 1
    assert found(after) == [("service", 3)]


def test_processes_of_before_go_on_when_the_engine_changes(built: Build, engine: str, tmp_path: Path) -> None:
    before = built([doc(1, "Passport renewal")])
    assert found(before) == [("service", 1)]
    after = SearchIndex(tmp_path / "index", other_than(engine))
    after.engine.rebuild([doc(3, "Passport photo")])
    assert before.is_ready()
    assert found(before) == [("service", 1)]
    with pytest.raises(IndexBusy):
        before.engine.update("service", [1], [])
    # One that is started now does not take the old build for the index.
    started = SearchIndex(tmp_path / "index", engine)
    assert not started.is_ready()
    assert found(started) == []
    # And back again.
    started.engine.rebuild([doc(4, "Passport fees")])
    assert [found(one) for one in (before, started)] == [[("service", 4)]] * 2


def test_index_of_another_version_is_none(built: Build, engine: str, tmp_path: Path) -> None:
    built([doc(1, "Passport renewal")])
    # What versions before this one wrote.
    (tmp_path / "index" / "current").write_text('{"build": "build-1", "change": 1}')
    index = SearchIndex(tmp_path / "index", engine)
    assert not index.is_ready()
    assert found(index) == []
    index.engine.rebuild([doc(2, "Passport fees")])
    assert found(index) == [("service", 2)]


# Engines are interchangeable

WORDS = [
    "passport",
    "renewal",
    "fee",
    "child",
    "school",
    "benefit",
    "tax",
    "rent",
    "food",
    "job",
    "help",
    "form",
    "office",
]


def made_up(seed: int, count: int) -> Iterator[Document]:
    rng = random.Random(seed)
    for number in range(count):
        yield doc(
            number,
            " ".join(rng.choices(WORDS, k=rng.randint(1, 4))).capitalize(),
            ". ".join(" ".join(rng.choices(WORDS, k=rng.randint(3, 9))) for _ in range(rng.randint(0, 6))),
            kind=rng.choice(["service", "article", "intent"]),
            phrases=tuple(" ".join(rng.choices(WORDS, k=3)) for _ in range(rng.randint(0, 3))),
            situations=tuple(" ".join(rng.choices(WORDS, k=8)) for _ in range(rng.randint(0, 2))),
            facets={"agency": (rng.choice("abc"),), "place": tuple(rng.sample("vwxyz", 2))},
        )


def asked(index: SearchIndex, **more: Any) -> list[SearchResults]:
    rng = random.Random(7)
    queries = [" ".join(rng.choices([*WORDS, "pasport", "xyzzy"], k=rng.randint(1, 12))) for _ in range(60)]
    return [search(query, lang="en", limit=200, index=index, **more) for query in queries]


def assert_same(one: SearchResults, other: SearchResults) -> None:
    """The same answer. Engines add up in different order and precision, which may swap what is nearly equal."""
    assert replace(one, hits=(), nearest=()) == replace(other, hits=(), nearest=())
    for hits, other_hits in ((one.hits, other.hits), (one.nearest, other.nearest)):
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in other_hits], abs=2e-4)
        known = {(hit.kind, hit.id): hit for hit in other_hits}
        for hit in hits:
            same = known.pop((hit.kind, hit.id))
            assert hit.score == pytest.approx(same.score, abs=2e-4)
            assert replace(hit, score=same.score) == same
        assert not known


@pytest.mark.parametrize("more", [{}, {"facets": {"agency": ["a", "b"], "place": ["v"]}}, {"kinds": ["intent"]}])
def test_engines_give_the_same_answers(tmp_path: Path, more: dict[str, Any]) -> None:
    one, other = (build(tmp_path / name, made_up(1, LIMITS.reranked), name) for name in sorted(ENGINES))
    pairs = list(zip(asked(one, **more), asked(other, **more), strict=True))
    assert sum(len(results.hits) for results, _ in pairs) > 100
    for results in pairs:
        assert_same(*results)
    assert view_of(one).vocabulary() == view_of(other).vocabulary()
    for typed in ("pass", "he", "child fo", "rent x"):
        assert suggest(typed, lang="en", index=one) == suggest(typed, lang="en", index=other)


def test_engines_give_the_same_answers_after_the_same_updates(tmp_path: Path) -> None:
    one, other = (build(tmp_path / name, made_up(1, LIMITS.reranked), name) for name in sorted(ENGINES))
    changed = list(made_up(2, LIMITS.reranked))[40:70]
    for index in (one, other):
        for kind in ("service", "article", "intent"):
            index.engine.update(kind, range(30, 70), [document for document in changed if document.kind == kind])
    for results in zip(asked(one), asked(other), strict=True):
        assert_same(*results)


def test_answers_are_the_same_where_few_texts_are_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(tmp_path, made_up(1, LIMITS.reranked), "tantivy")
    before = asked(index)
    monkeypatch.setattr(tantivy_engine, "CACHED_TEXTS", 7)
    index.close()
    assert asked(index) == before


@functools.cache
def ndcg_of(name: str, engine: str) -> float:
    return evaluate(BENCHMARKS / name, engine=engine).ndcg


@pytest.mark.parametrize("name", ["or-sharc", "situations", "aia-bde"])
def test_engines_have_the_same_quality(name: str) -> None:
    needs((BENCHMARKS / name).is_dir(), f"the benchmark folder {BENCHMARKS / name}")
    figures = [ndcg_of(name, engine) for engine in sorted(ENGINES)]
    assert max(figures) - min(figures) <= 1.0


def test_everything_fits_where_nothing_is_chosen() -> None:
    assert Choice() == EVERYTHING
