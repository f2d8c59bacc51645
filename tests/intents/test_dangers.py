"""Words of danger bring help, however they are typed; harmless words like them do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cli.content.files import read_content
from portal.intents.understanding.dangers import cue_problems, dangers_from, emergencies_in
from portal.intents.understanding.files import shipped_cues

from .crisis_phrasings import DANGER_LINES, HARMLESS_LINES

WORDS = {lang: rules.words for lang, rules in shipped_cues().languages.items()}
EMERGENCIES = sorted(read_content().emergency.values(), key=lambda one: one["position"])
DANGERS = dangers_from({one["slug"]: (one["phrases"], one.get("not_phrases", {})) for one in EMERGENCIES}, WORDS)
SMALL = dangers_from(
    {
        "fire": ({"en": ["house .. (burns|burning)"], "es": ["se quema mi casa"]}, {"en": ["burning candle"]}),
        "water": ({"en": ["no water"]}, {}),
    },
    WORDS,
)
dangers = st.sampled_from(DANGER_LINES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my house is burning", ["fire"]),
        ("No WATER, and the House, it is... burning!", ["fire", "water"]),
        ("a house with a burning candle", []),
        ("the house. Burning", ["fire"]),
        ("my huose is burnnig", ["fire"]),
        ("Se quema mi casa", ["fire"]),
        ("the house that my uncle bought burns", []),
        ("there isn't no water", ["water"]),
        ("", []),
    ],
)
def test_emergencies_in(text, found):
    assert emergencies_in(text, SMALL) == found


def test_a_cue_that_cannot_be_read_is_told_and_left_out():
    broken = {"en": ["fire (now", "fire {nowhere}", "fire now"]}
    assert [lang for lang, _ in cue_problems(broken, WORDS)] == ["en", "en"]
    assert emergencies_in("fire now", dangers_from({"fire": (broken, {})}, WORDS)) == ["fire"]


def test_all_words_of_danger_bring_their_help_first():
    assert [(slug, line) for slug, line in DANGER_LINES if slug not in emergencies_in(line, DANGERS)] == []


def test_harmless_words_bring_none():
    assert [line for line in HARMLESS_LINES if emergencies_in(line, DANGERS)] == []


@pytest.mark.parametrize("text", ["how my house is rated", "my VA rating", "rated", "They have baked bread for us"])
def test_an_ordinary_word_near_one_of_danger_is_not_taken_for_it(text):
    assert emergencies_in(text, DANGERS) == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("sucide", "suicide-crisis"),
        ("my husbend hitts me", "violence-at-home"),
        ("overdoze", "medical-emergency"),
        ("i am homles and hungri", "no-shelter-tonight"),
    ],
)
def test_misspelt_danger_is_seen(text, slug):
    assert slug in emergencies_in(text, DANGERS)


@settings(max_examples=300, deadline=None)
@given(dangers, st.sampled_from(["’", "´", "`", ""]), st.sampled_from([str.upper, str.title, str.lower]))
def test_case_and_apostrophes_change_nothing(danger, apostrophe, case):
    slug, line = danger
    assert slug in emergencies_in(case(line).replace("'", apostrophe), DANGERS)


@settings(max_examples=300, deadline=None)
@given(dangers)
def test_accents_and_punctuation_change_nothing(danger):
    slug, line = danger
    plain = line.translate(str.maketrans("áéíóúñÁÉÍÓÚ", "aeiounAEIOU"))
    assert slug in emergencies_in(plain, DANGERS)
    assert slug in emergencies_in(f"¡¡{line}!!!", DANGERS)
    assert slug in emergencies_in("  \n" + line.replace(" ", "   "), DANGERS)


@settings(max_examples=300, deadline=None)
@given(
    dangers,
    st.sampled_from(
        ["", "hello,", "Please help me.", "I am 34 and live in Ohio.", "Necesito ayuda,", "my rent is late and"]
    ),
    st.sampled_from(["", "please", "what can I do?", "gracias", ". I live in Texas", "my number is 555-0100"]),
)
def test_surrounding_words_change_nothing(danger, before, after):
    slug, line = danger
    assert slug in emergencies_in(f"{before} {line} {after}", DANGERS)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert set(emergencies_in(text, DANGERS)) <= set(DANGERS.slugs)
