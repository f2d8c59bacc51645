"""What words are worth beside cues: learned from examples, read from a file, and never more than words can show."""

import pytest

from portal.intents.understanding.learning import Example, keys_of, learn, read_examples
from portal.intents.understanding.readings import read_text
from portal.intents.understanding.weights import DOUBTFUL, ENOUGH, Weights, features_of, shipped_weights, stem_of

FOOD, RENT = ("intent", "buy-food"), ("intent", "pay-the-rent")
EXAMPLES = [
    *(Example(f"{word} for supper", keys_of(["buy-food"], [])) for word in ("soup", "bread", "beans", "rice")),
    *(Example(f"{word} for the landlord", keys_of(["pay-the-rent"], [])) for word in ("cash", "check", "deposit")),
    *(Example(f"{word} for the car", keys_of([], [])) for word in ("oil", "tires", "lights")),
]


def read(example):
    return features_of(read_text(example.text, {}).words, ())


@pytest.fixture(scope="module")
def weights():
    return learn(EXAMPLES, read)


def judged(weights, text, found=()):
    return weights.judge(read_text(text, {}), frozenset(found))


def test_words_of_the_examples_speak_for_what_they_are_about(weights):
    supper = judged(weights, "what is for supper")
    assert supper[FOOD].probability > ENOUGH > supper[RENT].probability
    assert supper[FOOD].spans == ((12, 18),)


def test_words_that_no_example_has_say_nothing(weights):
    assert judged(weights, "umbrella") == {}


def test_what_cues_found_counts_too(weights):
    example = Example("x", keys_of(["buy-food"], []))
    found = learn(
        [*EXAMPLES, *[example] * 5], lambda one: features_of(read_text(one.text, {}).words, one.keys & {FOOD})
    )
    assert judged(found, "tires", [FOOD])[FOOD].probability > judged(found, "tires")[FOOD].probability


def test_the_same_examples_give_the_same_weights(weights):
    assert learn(EXAMPLES, read) == weights


def test_the_file_keeps_the_weights(weights):
    assert Weights.parse(weights.dump()) == weights


def test_a_saying_of_an_intent_tells_nothing_of_profiles():
    sayings = [Example("soup for supper", keys_of(["buy-food"], []), ("intent",))]
    told = [Example("soup kitchen", keys_of([], ["low-income"])), Example("car", keys_of([], []))]
    with_sayings, without = learn([*told, *sayings * 9], read), learn(told, read)
    assert with_sayings.table["profile", "low-income"] == without.table["profile", "low-income"]


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("landlord", "landlo"),
        ("kids", "kid"),
        ("gas", "gas"),
        (".", ""),
        (",", ""),
        ("7", "#few"),
        ("65", "#65"),
        ("72", "#old"),
        ("1998", "#year"),
        ("2500", "#many"),
        ("12.5", "#few"),
    ],
)
def test_stem(word, stem):
    assert stem_of(word) == stem


def test_each_word_counts_once_and_a_cue_twice():
    assert features_of(["kid", "kids", "."], [FOOD]) == {"kid": 1.0, "found intent buy-food": 2.0}


def test_the_shipped_weights_know_every_intent_and_profile_of_the_examples():
    assert {key for one in read_examples() for key in one.keys} <= set(shipped_weights().table)
    assert 0 < DOUBTFUL < ENOUGH < 1
