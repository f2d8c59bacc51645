"""Words of danger bring help, however they are typed; harmless words like them do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cli.content.files import read_content
from portal.intents.understanding.dangers import cue_problems, dangers_from, emergencies_in
from portal.intents.understanding.files import shipped_cues, shipped_signs
from portal.intents.understanding.learning import read_dangers, read_harmless
from portal.judgements import read_judgements

WORDS = {lang: rules.words for lang, rules in shipped_cues().languages.items()}
EMERGENCIES = sorted(read_content().emergency.values(), key=lambda one: one["position"])
PHRASES = {one["slug"]: (one["phrases"], one.get("not_phrases", {})) for one in EMERGENCIES}
CUES_ALONE = dangers_from(PHRASES, WORDS)
DANGERS = dangers_from(PHRASES, WORDS, signs=shipped_signs())
JUDGED = read_judgements()
DANGER_LINES = [*read_dangers(), *((slug, one.text) for one in JUDGED.crisis for slug in one.emergencies)]
HARMLESS_LINES = [*read_harmless(), *(one.text for one in JUDGED.harmless)]
SMALL = dangers_from(
    {
        "fire": ({"en": ["house .. (burns|burning)"], "es": ["se quema mi casa"]}, {"en": ["burning candle"]}),
        "water": ({"en": ["no water"]}, {}),
    },
    WORDS,
)
# What weights alone see may hang on a single word; what a cue sees must not.
CUED_LINES = [(slug, line) for slug, line in DANGER_LINES if slug in emergencies_in(line, CUES_ALONE)]
dangers = st.sampled_from(CUED_LINES)


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


def test_weights_see_more_and_flag_less_than_cues_alone():
    assert len({line for _, line in DANGER_LINES}) > len({line for _, line in CUED_LINES})
    assert any(emergencies_in(line, CUES_ALONE) for line in HARMLESS_LINES)


def test_of_few_words_a_cue_is_believed():
    assert emergencies_in("suicide permit", DANGERS) == ["suicide-crisis"]


def test_harmless_words_around_it_take_no_danger_away():
    around = "How do I renew my license at the office? I want to kill myself. My tax refund is late, is there a form?"
    assert "suicide-crisis" in emergencies_in(around, DANGERS)


def test_an_emergency_that_the_weights_do_not_know_is_left_to_its_cues():
    own = dangers_from({"fire": ({"en": ["house burns"]}, {})}, WORDS, signs=shipped_signs())
    assert emergencies_in("how do I apply for a rebate when a house burns in a film for my school essay", own) == [
        "fire"
    ]
    assert emergencies_in("he put his hands around my throat again last night", own) == []


def test_harmless_words_bring_none():
    assert [one.text for one in JUDGED.harmless if emergencies_in(one.text, DANGERS)] == []


def test_of_imagined_look_alikes_few_bring_help():
    """Some have to: what a cue sees is believed unless the words around it say very clearly that it is harmless."""
    flagged = [line for line in HARMLESS_LINES if emergencies_in(line, DANGERS)]
    by_cues = [line for line in HARMLESS_LINES if emergencies_in(line, CUES_ALONE)]
    assert len(flagged) <= 0.6 * len(by_cues)
    assert len(flagged) <= 0.03 * len(HARMLESS_LINES)


@pytest.mark.parametrize("after", ["what can I do?", "my number is 555-0100", ". I live in Texas"])
@pytest.mark.parametrize("line", ["i need an ambulance", "medical emergency", "sobredosis", "my house is on fire"])
def test_a_cry_for_help_is_not_outweighed_by_what_follows(line, after):
    assert "medical-emergency" in emergencies_in(f"my rent is late and {line} {after}", DANGERS)


@pytest.mark.parametrize(
    "text",
    ["how my house is rated", "my VA rating", "rated", "They have baked bread for us", "my friend does odd jobs"],
)
def test_an_ordinary_word_near_one_of_danger_is_not_taken_for_it(text):
    assert emergencies_in(text, DANGERS) == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("sucide", "suicide-crisis"),
        ("my husbend hitts me", "violence-at-home"),
        ("overdoze", "medical-emergency"),
        ("my friend odd please", "medical-emergency"),
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
