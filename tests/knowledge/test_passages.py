import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.knowledge.passages import best_passage, coverage, is_question
from portal.search.analysis import analyzer_for

SUMMARY = "Most people who quit get nothing."
TEXT = """
You may get pay if you had a good reason. The state decides. Keep your papers.

In many states it can be one of these:

- your hours were cut
- the work was not safe

Call the office of your state. Ask for a hearing in ten days.
"""


def passage(*words: str) -> str:
    return best_passage(
        SUMMARY, TEXT, dict.fromkeys(analyzer_for("en").terms(" ".join(words)), 1.0), analyzer_for("en")
    )


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Can I get SNAP?"),
        ("en", "how long is the wait"),
        ("en", "WIC for dads?"),
        ("es", "¿puedo trabajar"),
        ("es", "puedo recibir ayuda si trabajo"),
        ("es", "cuánto tarda el permiso"),
        ("es", "dónde pido el seguro"),
        ("ar", "هل يمكنني العمل؟"),
    ],
)
def test_questions(lang, text):
    assert is_question(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "I lost my job"),
        ("en", "food stamps"),
        ("en", "will"),
        ("es", "cuando perdí mi trabajo no tenía ahorros"),
        ("es", "como no tengo papeles no trabajo"),
        ("es", "perdí mi trabajo"),
        ("en", ""),
    ],
)
def test_other_texts(lang, text):
    assert not is_question(text, lang)


def test_the_summary_answers_unless_another_part_says_more():
    assert passage("quit") == SUMMARY
    assert passage("nothing", "known", "here") == SUMMARY
    assert passage("xylophone") == SUMMARY


def test_a_sentence_that_says_more_is_taken_alone():
    assert passage("hearing", "ten", "days") == "Ask for a hearing in ten days."


def test_sentences_that_say_it_together_stay_together():
    assert passage("office", "hearing") == "Call the office of your state. Ask for a hearing in ten days."


def test_a_list_comes_with_the_line_that_leads_to_it():
    assert passage("hours", "cut", "safe") == (
        "In many states it can be one of these:\n\n- your hours were cut\n- the work was not safe"
    )


def test_coverage_is_the_share_of_what_is_telling():
    wanted = {"quit": 3.0, "job": 1.0}
    assert coverage(["I quit"], wanted, analyzer_for("en")) == 0.75
    assert coverage(["Nothing"], wanted, analyzer_for("en")) == 0.0
    assert coverage(["Nothing"], {}, analyzer_for("en")) == 0.0


@given(
    st.lists(st.text("abc. -*\n:", max_size=40), max_size=8).map("\n\n".join),
    st.dictionaries(st.sampled_from("abc"), st.floats(0, 9), max_size=3),
)
def test_every_passage_stands_in_the_article(text, wanted):
    found = best_passage("Summary.", text, wanted, analyzer_for("en"))
    assert found == "Summary." or "".join(found.split()) in "".join(text.split())
