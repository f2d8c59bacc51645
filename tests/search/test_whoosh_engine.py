import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.search.documents import register_source
from portal.search.engine import IndexBusy
from portal.search.index import SearchIndex
from portal.search.operations import rebuild_index, update_index
from portal.search.queries import search
from portal.search.whoosh_engine import SMALL_SEGMENTS

from .building import build, doc

ROOT = Path(__file__).parents[2]
# A rebuild that stops in the middle and says so.
SLOW_REBUILD = """
import sys, time
from pathlib import Path
from portal.search.index import SearchIndex
from tests.search.building import doc

def documents():
    for number in range(50):
        yield doc(number, "New passport")
    Path(sys.argv[2]).touch()
    time.sleep(60)

SearchIndex(Path(sys.argv[1])).engine.rebuild(documents())
"""
UPDATE = """
import sys
from pathlib import Path
from portal.search.index import SearchIndex
from tests.search.building import doc

SearchIndex(Path(sys.argv[1])).engine.update("service", [2], [doc(2, "Passport for a child")])
"""


def found(index: SearchIndex, query: str = "passport", lang: str = "en") -> list[tuple[str, int]]:
    return [(hit.kind, hit.id) for hit in search(query, lang=lang, index=index).hits]


@pytest.fixture
def rebuilding(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process in the middle of a rebuild of an index that has one document."""
    build(tmp_path / "index", [doc(1, "Passport renewal")])
    flag = tmp_path / "writing"
    process = subprocess.Popen([sys.executable, "-c", SLOW_REBUILD, str(tmp_path / "index"), str(flag)], cwd=ROOT)
    until = time.monotonic() + 30
    while not flag.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert flag.exists()
    yield process
    process.kill()
    process.wait()


def test_reader_sees_an_update_of_another_process(tmp_path: Path) -> None:
    reader = build(tmp_path, [doc(1, "Passport renewal")])
    assert found(reader) == [("service", 1)]
    subprocess.run([sys.executable, "-c", UPDATE, str(tmp_path)], cwd=ROOT, check=True, timeout=60)
    assert sorted(found(reader)) == [("service", 1), ("service", 2)]


def test_killed_rebuild_leaves_the_old_index(tmp_path: Path, rebuilding: subprocess.Popen[bytes]) -> None:
    reader = SearchIndex(tmp_path / "index")
    assert found(reader) == [("service", 1)]
    os.kill(rebuilding.pid, signal.SIGKILL)
    rebuilding.wait()
    assert found(reader) == [("service", 1)]
    assert found(SearchIndex(tmp_path / "index")) == [("service", 1)]
    # The next one is not hindered, and clears away what the killed one left.
    assert reader.engine.rebuild([doc(3, "Passport fees")]) == 1
    assert found(reader) == [("service", 3)]
    assert sorted(path.name for path in (tmp_path / "index").iterdir() if path.is_dir()) == ["build-1", "build-2"]


def test_second_writer_is_told(tmp_path: Path, rebuilding: subprocess.Popen[bytes]) -> None:
    engine = SearchIndex(tmp_path / "index").engine
    message = (
        f"Another process is writing the search index in {tmp_path / 'index'}. "
        "Only one may write at a time: try again when it has finished."
    )
    with pytest.raises(IndexBusy) as busy:
        engine.rebuild([])
    assert str(busy.value) == message
    with pytest.raises(IndexBusy):
        engine.update("service", [1], [], wait=0.1)
    assert found(SearchIndex(tmp_path / "index")) == [("service", 1)]


def test_rebuild_serves_the_old_index_until_it_is_complete(tmp_path: Path) -> None:
    index = build(tmp_path, [doc(1, "Passport renewal")])
    seen = []

    def documents():
        seen.append(found(index))
        yield doc(2, "Passport fees")
        seen.append(found(index))

    index.engine.rebuild(documents())
    seen.append(found(index))
    assert seen == [[("service", 1)], [("service", 1)], [("service", 2)]]


def test_failed_rebuild_leaves_the_old_index(tmp_path: Path) -> None:
    index = build(tmp_path, [doc(1, "Passport renewal")])

    def documents():
        yield doc(2, "Passport fees")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.engine.rebuild(documents())
    assert found(index) == [("service", 1)]
    index.engine.rebuild([doc(3, "Passport")])
    assert found(index) == [("service", 3)]


def test_update_replaces_adds_and_deletes_in_every_language(tmp_path: Path) -> None:
    index = build(
        tmp_path,
        [
            doc(1, "Passport renewal"),
            doc(1, "Pasaporte nuevo", lang="es"),
            doc(2, "Passport fees"),
            doc(1, "Passport", kind="article"),
        ],
    )
    index.engine.update("service", [1, 2, 3], [doc(1, "Visa"), doc(3, "Passport photo"), doc(3, "جواز", lang="ar")])
    assert sorted(found(index)) == [("article", 1), ("service", 3)]
    assert found(index, "visa") == [("service", 1)]
    assert found(index, "pasaporte", "es") == []
    assert found(index, "جواز", "ar") == [("service", 3)]


def test_updates_rank_like_a_rebuild(tmp_path: Path) -> None:
    documents = [
        doc(number, f"Help {number}", f"passport {'fee ' * number} renewal help", phrases=(f"saying {number}",))
        for number in range(1, 3 * SMALL_SEGMENTS)
    ]
    whole = build(tmp_path / "whole", documents)
    grown = build(tmp_path / "grown", documents[:1])
    for document in documents:
        grown.engine.update("service", [document.id], [document])
    query = "passport fee for help"
    expected = [(hit.id, hit.score) for hit in search(query, lang="en", index=whole).hits]
    assert sorted((hit.id, hit.score) for hit in search(query, lang="en", index=grown).hits) == sorted(expected)
    # Small segments were merged on the way.
    view = grown.engine.view("en")
    assert view is not None
    assert view.count == len(documents)
    assert len(list((tmp_path / "grown").rglob("*.trm"))) <= 2 * SMALL_SEGMENTS


def test_view_in_use_outlives_rebuilds(tmp_path: Path) -> None:
    index = build(tmp_path, [doc(1, "Passport renewal", "Some text.")])
    view = index.view("en")
    assert view is not None
    for number in range(3):
        index.engine.rebuild([doc(number, "Other")])
    assert view.body(0).text == "Some text."
    assert view.knows("passport")


def test_update_without_an_index_does_nothing(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "none")
    index.engine.update("service", [1], [doc(1, "Passport")])
    assert not index.is_ready()
    assert found(index) == []


def test_language_names_do_not_leave_the_folder(tmp_path: Path) -> None:
    index = build(tmp_path, [doc(1, "Passport")])
    assert [index.view(lang) for lang in ("", ".", "..", "../build-1/en", "fr")] == [None] * 5


def test_operations_read_the_registered_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.search.documents._sources", {})
    titles = {1: "Passport renewal", 2: "Passport fees"}
    register_source("service", lambda ids: (doc(id, title) for id, title in titles.items() if ids is None or id in ids))
    index = SearchIndex(tmp_path)
    assert rebuild_index(index) == 2
    assert sorted(found(index)) == [("service", 1), ("service", 2)]
    del titles[1]
    titles[2] = "Passport photo"
    update_index("service", [1, 2], index)
    assert found(index) == [("service", 2)]
    with pytest.raises(KeyError):
        update_index("unheard-of", [1], index)


def test_threads_share_an_index_while_it_changes(tmp_path: Path) -> None:
    documents = [doc(number, f"Passport {number}", f"office {number % 7} fee") for number in range(60)]
    index = build(tmp_path, documents)
    expected = found(index, "passport 7 office")

    def ask(_: int) -> list[tuple[str, int]]:
        return found(index, "passport 7 office")

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(ask, range(200))
        for document in documents[20:30]:
            index.engine.update("service", [document.id], [document])
        assert [answer[0] for answer in answers] == [expected[0]] * 200
