from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.adjustments import Adjustments, query_key
from portal.search.queries import SearchResults, search

from .building import build, doc

DOCUMENTS = [
    doc(1, "Rent help", "Money for the rent.", phrases=("cannot pay my landlord",), facets={"agency": ("housing",)}),
    doc(2, "Rent rules", "What a landlord may ask.", facets={"agency": ("housing",)}),
    doc(3, "Rent of a boat", "On the lake.", kind="article", facets={"agency": ("parks",)}),
    doc(
        4, "Fishing licence", "For the lake.", situations=("I want to fish on Sunday.",), facets={"agency": ("parks",)}
    ),
]
KEYS = [("service", 1), ("service", 2), ("article", 3), ("service", 4)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory):
    return build(tmp_path_factory.mktemp("index"), DOCUMENTS)


def keys(results: SearchResults) -> list[tuple[str, int]]:
    return [(hit.kind, hit.id) for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "lang", "key"),
    [
        ("Renewing my passports", "en", "passport renew"),
        ("passport: renewal, passport RENEWING", "en", "passport renew"),
        ("jubilación", "es", "jubil"),
        ("JUBILACION y jubilaciones", "es", "jubil"),
        ("the of and", "en", ""),
        ("", "en", ""),
    ],
)
def test_query_key_forgets_order_and_inflection(text: str, lang: str, key: str) -> None:
    assert query_key(text, lang) == key


def test_learned_factor_is_bounded() -> None:
    learned = {("service", 1): 9.0, ("service", 2): 0.0, ("service", 3): 1.1}
    adjustments = Adjustments(learned=learned)
    assert [adjustments.factor(("service", id)) for id in (1, 2, 3, 4)] == [1.25, 0.8, 1.1, 1.0]


def test_pinned_documents_come_first_even_without_a_word_of_the_query(index) -> None:
    pinned = Adjustments(pinned=(("service", 4), ("article", 3), ("service", 99)))
    results = search("rent landlord", lang="en", adjustments=pinned, index=index)
    assert keys(results)[:2] == [("service", 4), ("article", 3)]
    assert results.total == 4
    assert results.facets["agency"] == {"housing": 2, "parks": 2}
    assert keys(search("qwfpgj", lang="en", adjustments=pinned, index=index)) == [("service", 4), ("article", 3)]


def test_pinned_documents_have_to_fit_the_choices(index) -> None:
    pinned = Adjustments(pinned=(("service", 4), ("service", 2)))
    chosen = search("rent", lang="en", facets={"agency": ["housing"]}, adjustments=pinned, index=index)
    assert keys(chosen)[0] == ("service", 2)
    assert ("service", 4) not in keys(chosen)
    refused = search("rent", lang="en", without={"agency": ["housing"]}, adjustments=pinned, index=index)
    assert keys(refused) == [("service", 4), ("article", 3)]


def test_buried_documents_come_last_and_stay_in_the_answer(index) -> None:
    first = keys(search("rent", lang="en", index=index))
    buried = Adjustments(buried=frozenset({first[0], ("service", 4)}))
    assert keys(search("rent", lang="en", adjustments=buried, index=index)) == [*first[1:], first[0]]
    both = Adjustments(pinned=(first[1],), buried=frozenset({first[1]}))
    assert keys(search("rent", lang="en", adjustments=both, index=index))[0] == first[1]


def test_learned_factors_move_what_is_close(index) -> None:
    plain = search("rent", lang="en", index=index)
    first, second = plain.hits[:2]
    assert first.score < second.score * 1.25 / 0.8
    learned = {(first.kind, first.id): 0.8, (second.kind, second.id): 1.25}
    moved = search("rent", lang="en", adjustments=Adjustments(learned=learned), index=index)
    assert keys(moved)[0] == (second.kind, second.id)
    assert moved.hits[0].score == pytest.approx(second.score * 1.25, rel=1e-3)


def test_explanation_adds_up_and_names_the_saying(index) -> None:
    results = search("I cannot pay the lanlord", lang="en", explain=True, index=index)
    why = results.hits[0].explanation
    assert why is not None
    assert sum(part.score for part in why.parts) == pytest.approx(results.hits[0].score, abs=1e-3)
    assert all(part.score == part.value * part.weight for part in why.parts)
    assert why.saying == "cannot pay my landlord"
    assert (why.found, why.missing) == (("cannot", "pay", "landlord"), ())
    assert (why.learned, why.pinned, why.buried) == (1.0, False, False)
    assert search("landlord", lang="en", index=index).hits[0].explanation is None


def test_explanation_of_a_pinned_document_without_evidence(index) -> None:
    adjustments = Adjustments(pinned=(("service", 4),), buried=frozenset({("article", 3)}))
    hits = search("rent", lang="en", adjustments=adjustments, explain=True, index=index).hits
    whys = [hit.explanation for hit in hits if hit.explanation]
    assert (whys[0].parts, whys[0].found, whys[0].missing, whys[0].pinned) == ((), (), ("rent",), True)
    assert (whys[-1].pinned, whys[-1].buried) == (False, True)


@given(
    st.sampled_from(["rent", "landlord rent lake", "I want to fish", "nothing", ""]),
    st.lists(st.sampled_from(KEYS), unique=True, max_size=4),
    st.frozensets(st.sampled_from(KEYS)),
    st.dictionaries(st.sampled_from(KEYS), st.floats(0, 10)),
)
def test_pins_come_first_whatever_else_is_set(
    index, query: str, pinned: list, buried: frozenset, learned: dict
) -> None:
    adjustments = Adjustments(tuple(pinned), buried, learned)
    found = keys(search(query, lang="en", adjustments=adjustments, index=index))
    assert found[: len(pinned)] == pinned
    assert len(set(found)) == len(found)
    places = [key in buried for key in found[len(pinned) :]]
    assert places == sorted(places)
    assert set(found) == set(keys(search(query, lang="en", index=index))) | set(pinned)


def test_number_of_a_document_follows_updates(tmp_path: Path) -> None:
    index = build(tmp_path, DOCUMENTS)
    view = index.view("en")
    assert view is not None
    assert [view.entry(view.number(*key) or 0).title for key in KEYS] == [one.title for one in DOCUMENTS]
    index.engine.update("service", [2, 4], [doc(2, "Rules for landlords")])
    view = index.view("en")
    assert view is not None
    number = view.number("service", 2)
    assert number is not None
    assert view.entry(number).title == "Rules for landlords"
    assert view.number("service", 4) is None
