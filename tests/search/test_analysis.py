import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.analysis import Excerpt, Segment, analyzer_for, fold, guess_language

TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("aeioué ñ.,?!'’123\n\u0301\u0640ل")), max_size=400)
LANGS = st.sampled_from(["en", "es", "pt", "ar", "xx"])


@pytest.mark.parametrize(
    ("lang", "text", "terms"),
    [
        ("en", "My husband's benefits", ["husband", "benefit"]),
        ("en", "I don't, I’m, we've", []),
        ("en", "dont im ive", []),
        ("en", "Form W-2 and 1,040 U.S. dollars", ["form", "w", "2", "1040", "dollar"]),
        ("en", "making a will", ["make", "will"]),
        ("es", "jubilación jubilacion jubilaciones", ["jubil", "jubil", "jubil"]),
        ("es", "¿Cómo pido 1.000 €?", ["pid", "1000"]),
        ("pt", "factura fatura facturas", ["fatur", "fatur", "fatur"]),
        ("pt", "inscrição inscricao inscrições", ["inscrica", "inscrica", "inscrica"]),
        ("pt", "pensão pensões", ["pensa", "pensa"]),
        ("ar", "الحُكومة ١٢", ["حكوم", "12"]),
        ("xx", "Straße ÉTÉ", ["strasse", "ete"]),
    ],
)
def test_terms_are_stems_without_stop_words(lang: str, text: str, terms: list[str]) -> None:
    assert analyzer_for(lang).terms(text) == terms


def test_fold_leaves_accents_and_case_out() -> None:
    assert fold("ÁRBOL ñandú ٣") == "arbol nandu 3"


def test_sentences_know_questions() -> None:
    found = analyzer_for("en").sentences("I lost my job. Can I get help?\nIt is! ")
    assert [(sentence.terms, sentence.is_question) for sentence in found] == [
        (("lost", "job"), False),
        (("get", "help"), True),
    ]


@pytest.mark.parametrize(
    ("lang", "text", "is_whole"),
    [
        ("en", "passport renewal", False),
        ("en", "renew my passport", False),
        ("en", "Renew my passport!", True),
        ("en", "I live in Denmark", True),
        ("en", "My partner was 70", True),
        ("en", "form I-9", False),
        ("es", "renovar pasaporte", False),
        ("es", "tengo 70 años", True),
        ("ar", "انا متقاعد", True),
    ],
)
def test_sentences_know_whether_something_is_told(lang: str, text: str, is_whole: bool) -> None:
    (found,) = analyzer_for(lang).sentences(text)
    assert found.is_whole is is_whole


def test_mark_shows_the_words_as_they_were_written() -> None:
    assert analyzer_for("es").mark("Pida su JUBILACIÓN hoy", {"jubil"}) == (
        Segment("Pida su "),
        Segment("JUBILACIÓN", True),
        Segment(" hoy"),
    )


def test_excerpt_shows_the_part_that_says_most() -> None:
    text = "One thing. " * 30 + "The widow may claim. " + "Other things follow. " * 30
    assert analyzer_for("en").excerpt(text, {"widow": 2.0, "claim": 1.0}, 60) == Excerpt(
        (
            Segment("The "),
            Segment("widow", True),
            Segment(" may "),
            Segment("claim", True),
            Segment(". Other things follow. Other things"),
        ),
        cut_before=True,
        cut_after=True,
    )


@given(TEXTS, LANGS)
def test_terms_are_the_same_in_capitals(text: str, lang: str) -> None:
    ascii_text = "".join(char for char in text if char.isascii())
    assert analyzer_for(lang).terms(ascii_text.upper()) == analyzer_for(lang).terms(ascii_text.lower())


@given(TEXTS, LANGS)
def test_mark_never_alters_the_text(text: str, lang: str) -> None:
    analyzer = analyzer_for(lang)
    wanted = set(analyzer.terms(text)[::2])
    segments = analyzer.mark(text, wanted)
    assert "".join(segment.text for segment in segments) == text
    assert all(analyzer.term(segment.text) in wanted for segment in segments if segment.marked)


@given(TEXTS, LANGS, st.integers(20, 200))
def test_excerpt_is_a_part_of_the_text(text: str, lang: str, length: int) -> None:
    analyzer = analyzer_for(lang)
    weights = dict.fromkeys(analyzer.terms(text)[::3], 1.0)
    excerpt = analyzer.excerpt(text, weights, length)
    shown = "".join(segment.text for segment in excerpt.segments)
    assert shown in text
    assert len(shown) <= length
    assert (excerpt.cut_before or excerpt.cut_after) == (shown != text)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("You can apply if you are out of work and have children.", "en"),
        ("Usted puede pedir ayuda si no tiene trabajo y cuida a sus hijos.", "es"),
        ("Onde posso pedir o cartão da empresa e da pessoa coletiva no balcão?", "pt"),
        ("كيف يمكن ان احصل على مساعدة من الحكومة", "ar"),
        ("", "en"),
    ],
)
def test_guess_language_counts_stop_words(text: str, lang: str) -> None:
    assert guess_language([text]) == lang
