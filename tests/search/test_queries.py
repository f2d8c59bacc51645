from pathlib import Path

import pytest

from portal.search.analysis import Segment
from portal.search.queries import SearchResults, search
from portal.search.spelling import Correction

from .building import build, doc

FILLER = "People can apply online, by phone or in person. Bring proof of identity. "
DOCUMENTS = [
    doc(
        1,
        "Unemployment benefits",
        FILLER + "Weekly payments for workers who were laid off.",
        summary="Money while you look for work.",
        phrases=("I lost my job", "laid off"),
        situations=("I was fired and have two small children to feed.",),
        facets={"agency": ("labor",), "profile": ("workers", "parents"), "place": ("US",)},
        stored={"slug": "unemployment", "url": "services/unemployment"},
    ),
    doc(
        2,
        "Passport renewal",
        FILLER + "Renew a passport that is less than 15 years old.",
        phrases=("my passport is out of date",),
        facets={"agency": ("state",), "place": ("US",)},
    ),
    doc(
        3,
        "Passport for a child",
        FILLER + "Both parents go with the child. The passport lasts five years.",
        facets={"agency": ("state",), "profile": ("parents",), "place": ("US",)},
    ),
    doc(
        4,
        "Burial allowance",
        FILLER + "Help with the funeral of a veteran. A widow or widower may claim.",
        situations=("My husband died and I cannot pay for the funeral.",),
        facets={"agency": ("veterans",), "profile": ("veterans",), "place": ("US",)},
    ),
    doc(5, "Losing your job", "What to do first.", kind="intent", phrases=("got fired",), facets={"intent": ("job",)}),
    doc(6, "Death of a partner", "What to do first.", kind="intent", phrases=("my wife died",)),
    doc(7, "How long does a passport take?", FILLER + "Six weeks.", kind="article", facets={"agency": ("state",)}),
    doc(1, "Prestaciones por desempleo", "Pagos semanales.", lang="es", phrases=("me quedé sin trabajo",)),
]


@pytest.fixture
def index(tmp_path: Path):
    return build(tmp_path, DOCUMENTS)


@pytest.fixture
def ask(index):
    return lambda q, lang="en", **more: search(q, lang=lang, index=index, **more)


def keys(results: SearchResults) -> list[tuple[str, int]]:
    return [(hit.kind, hit.id) for hit in results.hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("passport renewal", ("service", 2)),
        ("renewing passports", ("service", 2)),
        ("unemployment benefits", ("service", 1)),
        ("child passport", ("service", 3)),
        ("laid off", ("service", 1)),
        ("got fired", ("intent", 5)),
        ("burial", ("service", 4)),
        ("I was fired and have three small children", ("service", 1)),
        ("My husband died. How can I pay for the funeral?", ("service", 4)),
        ("how long does a passport take", ("article", 7)),
    ],
)
def test_search_finds_what_is_meant(ask, query: str, first: tuple[str, int]) -> None:
    assert keys(ask(query))[0] == first


def test_search_keeps_languages_apart(ask) -> None:
    assert keys(ask("me quede sin TRABAJO", "es")) == [("service", 1)]
    assert ask("unemployment", "es").total == 0
    assert ask("unemployment", "fr") == SearchResults("unemployment", "unemployment", (), (), 0, {}, ())


def test_search_gives_back_what_was_stored(ask) -> None:
    hit = ask("weekly payments").hits[0]
    assert (hit.title, hit.summary, hit.stored) == (
        "Unemployment benefits",
        "Money while you look for work.",
        {"slug": "unemployment", "url": "services/unemployment"},
    )


def test_search_marks_words_in_title_and_snippet(ask) -> None:
    hit = ask("renew my passports").hits[0]
    assert hit.title_segments == (Segment("Passport", True), Segment(" "), Segment("renewal", True))
    assert [segment.text for segment in hit.snippet.segments if segment.marked] == ["Renew", "passport"]


def test_search_repairs_and_says_so(ask) -> None:
    results = ask("Pasport renewel")
    assert results.query == "Pasport renewel"
    assert results.searched_for == "passport renewal"
    assert results.corrections == (Correction("Pasport", "passport"), Correction("renewel", "renewal"))
    assert keys(results)[0] == ("service", 2)


def test_search_takes_the_original_when_asked(ask) -> None:
    results = ask("Pasport renewal", correct=False)
    assert (results.searched_for, results.corrections) == ("Pasport renewal", ())


def test_search_does_not_touch_known_words(ask) -> None:
    assert ask("passports renewing").corrections == ()


def test_search_does_not_repair_everyday_words_that_no_document_has(tmp_path: Path) -> None:
    index = build(tmp_path, [doc(1, "Other benefits", "Other help for people.")])
    assert search("mothers", lang="en", index=index).corrections == ()
    assert search("othar", lang="en", index=index).corrections == (Correction("othar", "other"),)


def test_a_short_sentence_needs_less_than_a_few_words(ask) -> None:
    assert keys(ask("renew a passport")) == [("service", 2)]
    for told in ("renew a passport.", "I renew a passport"):
        assert keys(ask(told)) == [("service", 2), ("service", 3), ("article", 7)]
    # The full stop of an abbreviation is not the end of a sentence.
    assert keys(ask("Mr. renew a passport", correct=False)) == [("service", 2)]


def test_search_pages_through_the_same_order(ask) -> None:
    whole = ask("passport")
    assert whole.total == 3
    assert [*keys(ask("passport", limit=2)), *keys(ask("passport", limit=2, offset=2))] == keys(whole)
    assert ask("passport", limit=2, offset=2).total == 3
    assert keys(ask("passport", offset=9)) == []


def test_facets_count_the_whole_answer(ask) -> None:
    assert ask("passport", limit=1).facets == {
        "agency": {"state": 3},
        "kind": {"service": 2, "article": 1},
        "place": {"US": 2},
        "profile": {"parents": 1},
    }


def test_facets_narrow_the_answer(ask) -> None:
    assert keys(ask("passport", facets={"profile": ["parents"]})) == [("service", 3)]
    assert keys(ask("passport", kinds=["article"])) == [("article", 7)]
    assert ask("passport", kinds=["article"], facets={"profile": ["parents"]}).total == 0


def test_values_of_a_facet_widen_and_facets_narrow(ask) -> None:
    both = ask("passport", kinds=["article", "service"], facets={"agency": ["state", "labor"]})
    assert both.total == 3
    # The counts of a facet are what its other values would find, under the choices made elsewhere.
    assert ask("passport", kinds=["article"]).facets["kind"] == {"service": 2, "article": 1}
    assert ask("passport", kinds=["article"]).facets["agency"] == {"state": 1}


@pytest.mark.parametrize("query", ["", "   ", "the of and", "xyzzy qwfpgj", "!?", "\x00", "🙂"])
def test_nonsense_has_no_hits(ask, query: str) -> None:
    results = ask(query)
    assert (results.hits, results.total, results.facets) == ((), 0, {})


def test_nearest_are_intents_by_any_evidence(ask) -> None:
    results = ask("unemployd jobless", correct=False, kinds=["article"])
    assert results.hits == ()
    assert [(hit.kind, hit.id) for hit in ask("zzzz partnership", correct=False).nearest] == [("intent", 6)]
    assert [(hit.kind, hit.id) for hit in ask("job", kinds=["article"]).nearest] == [("intent", 5)]
    assert ask("xyzzy").nearest == ()


def test_many_sayings_do_not_add_up(tmp_path: Path) -> None:
    index = build(
        tmp_path,
        [
            doc(1, "One", "Text.", phrases=tuple(f"help with number {number} rent" for number in range(30))),
            doc(2, "Two", "Text.", phrases=("help with rent",)),
            doc(3, "Three", "Other words."),
        ],
    )
    assert keys(search("help with rent", lang="en", index=index)) == [("service", 2), ("service", 1)]


def test_very_long_queries_are_answered(ask) -> None:
    assert keys(ask("passport renewal " * 5_000))[0] == ("service", 2)
