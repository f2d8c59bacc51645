import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.analysis import analyzer_for
from portal.search.engine import Match, Terms
from portal.search.everyday import kindred, small_talk, telling
from portal.search.features import NAMES, Extractor, Features, Query
from portal.search.model import SHAPES, SHIPPED, BadModel, Model, shipped_model
from portal.search.queries import search
from portal.search.training import Sample, balanced, cross_trained, fold_of, train

from .building import build, doc


def query_of(text: str, lang: str = "en") -> Query:
    return Query.of(analyzer_for(lang).sentences(text), lang)


def evidence(text: str, title: str = "", body: str = "", sayings: tuple[str, ...] = ()) -> Features:
    terms = analyzer_for("en").terms
    found = Terms(
        frozenset(terms(title)),
        " ".join(terms(f"{title} {body}")),
        tuple(tuple(dict.fromkeys(terms(s))) for s in sayings),
    )
    return Extractor(query_of(text), lambda _: 2.0).of(Match(0, 3.0, 1.0, 0.5, 1.0), found, 1.0)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("food stamps", "keywords"),
        ("I lost my house in the flood last spring", "story"),
        ("Rent. Food.", "story"),
        ("Can I get food stamps?", "question"),
        ("I lost my job. Can I get food stamps?", "story_and_question"),
    ],
)
def test_shape_of_a_query(text: str, shape: str) -> None:
    assert query_of(text).shape == shape


def test_questions_weigh_more_and_small_talk_less() -> None:
    assert query_of("Unfortunately my landlord left. Who pays rent for 30 days?").terms == {
        "unfortun": 0.5,
        "landlord": 1.0,
        "left": 1.0,
        "pay": 1.75,
        "rent": 1.75,
        "30": 0.6 * 1.75,
        "day": 0.5 * 1.75,
    }


def test_evidence_of_a_text() -> None:
    found = evidence("My wife pays rent. Who helps?", "Rent", "Your spouse pays rent to a landlord.")
    assert found.asked_covered == 0.0
    assert found.told_covered == pytest.approx(2 / 3)
    assert found.terms == 0.5
    assert found.rarest == 2.0
    assert found.pairs == 2.0  # pay rent
    assert found.kindred == 2.0  # wife, spouse: once in a text of average length
    assert found.beginning == pytest.approx(2 / 4)
    assert found.together == 1.0
    assert found.title_likeness == pytest.approx(2 * 2 / (2 + 8))
    assert (found.title_asked, found.no_title, found.same_title) == (0.0, 0.0, 0.0)
    assert (found.text, found.title, found.sayings) == (3.0, 1.0, 0.5)


def test_evidence_of_sayings() -> None:
    found = evidence("cannot pay landlord", "Rent", "Help.", ("pay my landlord", "boat"))
    assert found.saying == pytest.approx(4 * 2 * 4 / (6 + 4))
    assert found.saying_covered == pytest.approx(2 / 3)
    assert found.saying_in_query == 1.0
    assert found.sayings_alike == pytest.approx(math.log(2))
    assert found.anywhere == pytest.approx(2 / 3)
    assert evidence("rent", "Rent").same_title == 2.0


def test_evidence_of_where_words_stand() -> None:
    far = "Nothing of that kind is written here. " * 10
    found = evidence("boat rent flood", "", f"{far} boat {far} rent flood")
    assert found.beginning == 0.0
    assert found.together == pytest.approx(2 / 3)


def test_more_sayings_than_eight_say_no_more() -> None:
    one, eight, twenty = (evidence("rent", sayings=("rent boat",) * count).sayings_alike for count in (1, 8, 20))
    assert 0 < one < eight == twenty


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
def test_every_group_of_kindred_words_has_two_terms(lang: str) -> None:
    groups = Counter(bit for bits in kindred(lang).values() for bit in range(bits.bit_length()) if bits >> bit & 1)
    assert len(groups) > 200
    assert min(groups.values()) > 1


def test_everyday_words() -> None:
    assert {"year", "old", "unfortun"} <= small_talk("en")
    assert kindred("en")["wife"] & kindred("en")["spous"]
    assert not kindred("en")["wife"] & kindred("en")["boat"]
    assert kindred("ar") == {}
    assert (telling("year", "en"), telling("12", "en"), telling("rent", "en")) == (0.5, 0.6, 1.0)


def test_shipped_weights_are_a_readable_file() -> None:
    text = SHIPPED.read_text()
    assert list(json.loads(text)) == list(NAMES)
    assert len(text.splitlines()) == len(NAMES) + 2
    assert shipped_model().dump() == text
    assert all(weight >= 0 for row in shipped_model().weights.values() for weight in row)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"text": {"story": 1}}', SHIPPED.read_text().replace("0.", "-1.", 1)]
)
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(BadModel):
        Model.parse(text)


def sample(group: str, right: int, shape: str = "story") -> Sample:
    rows = [Features(*(0.0,) * len(NAMES))._replace(text=1.0, pairs=float(place == right)) for place in range(3)]
    return Sample(shape, group, tuple(rows), frozenset({right}))


def test_training_finds_what_tells_and_is_repeatable() -> None:
    samples = [sample(str(number), number % 3) for number in range(30)]
    model = train(samples)
    assert model == train(samples)
    pairs = NAMES.index("pairs")
    assert model.weights["story"][pairs] > 1
    assert all(len(row) == len(NAMES) and min(row) >= 0 for row in model.weights.values())
    assert set(model.weights) == set(SHAPES)


def test_folds_keep_a_text_together_and_folders_count_alike() -> None:
    assert all(0 <= fold_of(str(number), 5) < 5 for number in range(50))
    assert len({fold_of(str(number), 5) for number in range(50)}) == 5
    assert set(cross_trained([sample(str(number), 0) for number in range(6)], 2)) == {0, 1}
    weighed = balanced({"a": [sample("1", 0)] * 3, "b": [sample("2", 0)]})
    assert [one.weight for one in weighed] == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2.0])


WORDS = st.lists(st.sampled_from(["rent", "landlord", "wife", "flood", "year", "help", "pay", "boat"]), min_size=1)


@given(WORDS, WORDS, WORDS, st.booleans())
def test_scores_are_finite_and_never_negative(asked: list, title: list, body: list, question: bool) -> None:
    text = " ".join(asked) + ("?" if question else ".")
    found = evidence(text, " ".join(title), " ".join(body), (" ".join(body),))
    for shape in SHAPES:
        score = shipped_model().score(shape, found)
        assert 0 <= score < 1_000


@pytest.mark.parametrize(
    "query",
    [
        "boat",
        "My wife left and I cannot pay the landlord.",
        "Who helps with the rent?",
        "The flood took my boat. Who helps?",
    ],
)
def test_the_query_itself_as_a_situation_never_lowers_a_document(tmp_path: Path, query: str) -> None:
    texts = ["Rent help for tenants.", "Flood relief.", "Boat licences and help.", "Leaving a spouse.", "Pay a fine."]

    def place(which: int, folder: Path, known: bool) -> int:
        documents = [
            doc(number, text.split()[0], text, situations=(query,) if known and number == which else ())
            for number, text in enumerate(texts)
        ]
        found = [hit.id for hit in search(query, lang="en", index=build(folder, documents)).hits]
        return found.index(which) if which in found else len(texts)

    for which in range(len(texts)):
        before, after = (place(which, tmp_path / f"{which}-{known}", known) for known in (False, True))
        assert after <= before


def test_the_first_ten_stay_and_few_words_need_nearly_all(tmp_path: Path) -> None:
    texts = ["rent boat"] * 4 + ["rent"] * 12 + ["flood"] * 40
    index = build(tmp_path, [doc(number, "Title", text) for number, text in enumerate(texts)])
    assert search("rent boat", lang="en", index=index).total == 4
    story = "The rent went up when lightning hit the boat."
    assert search(story, lang="en", correct=False, index=index).total >= 10
