from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.suggest import Suggestion, suggest
from portal.search.suggester import Suggester

from .building import build, doc

DOCUMENTS = [
    doc(
        1, "Unemployment benefits", phrases=("I lost my job", "money while out of work"), stored={"url": "services/ub"}
    ),
    doc(2, "Job training", phrases=("learn a new job",)),
    doc(3, "Losing your job", kind="intent", phrases=("I lost my job",)),
    doc(4, "Pensión de jubilación", lang="es"),
]


def texts(found: list[Suggestion]) -> list[str]:
    return [one.text for one in found]


@pytest.fixture
def index(tmp_path: Path):
    return build(tmp_path, DOCUMENTS)


def test_suggest_completes_words_and_prefers_titles(index) -> None:
    assert texts(suggest("jo", lang="en", index=index)) == [
        "Job training",
        "Losing your job",
        "I lost my job",
        "learn a new job",
    ]


def test_suggest_says_where_it_leads(index) -> None:
    assert suggest("unempl", lang="en", index=index) == [
        Suggestion("Unemployment benefits", "service", 1, True, "services/ub")
    ]


def test_suggest_wants_every_word_in_any_order(index) -> None:
    assert texts(suggest("job los", lang="en", index=index)) == ["Losing your job", "I lost my job"]


def test_suggest_folds_accents(index) -> None:
    assert texts(suggest("JUBILACION pens", lang="es", index=index)) == ["Pensión de jubilación"]


def test_suggest_keeps_to_kinds_and_limit(index) -> None:
    assert texts(suggest("job", lang="en", kinds=("intent",), index=index)) == ["Losing your job", "I lost my job"]
    assert texts(suggest("job", lang="en", limit=1, index=index)) == ["Job training"]


@pytest.mark.parametrize("typed", ["", " ", "j", "?", "zz", "job zz"])
def test_suggest_has_nothing_for_nothing(index, typed: str) -> None:
    assert suggest(typed, lang="en", index=index) == []


def test_suggest_follows_updates(index) -> None:
    index.engine.update("service", [1, 2], [doc(2, "Job fairs"), doc(6, "Job training")])
    assert texts(suggest("job", lang="en", index=index)) == [
        "Job fairs",
        "Job training",
        "Losing your job",
        "I lost my job",
    ]


def test_suggest_has_nothing_without_an_index(tmp_path: Path) -> None:
    assert suggest("job", lang="en", index=build(tmp_path, [])) == []


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=20))
def test_find_takes_any_text(sayings: list[str], typed: str) -> None:
    found = Suggester([(number, saying, True) for number, saying in enumerate(sayings)]).find(typed, 5)
    assert all(sayings[saying.document] == saying.text for saying in found)
