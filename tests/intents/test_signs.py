"""Signs of danger: what speaks in a text, what it weighs, and why."""

from portal.intents.understanding.files import read_signs, shipped_cues, shipped_signs
from portal.intents.understanding.learning import Example, danger_examples, learn
from portal.intents.understanding.signs import ANY, KIND, signs_from
from portal.intents.understanding.weights import SHIPPED_DANGER, Weights, read_weights

WORDS = {lang: rules.words for lang, rules in shipped_cues().languages.items()}
LISTS = {"close": {"en": ["my husband"], "es": ["mi marido"]}, "hit": {"en": ["hits", "beat*"], "es": ["pega"]}}


def signs(table=None):
    return signs_from(LISTS, WORDS, Weights(table or {}))


def test_features_are_signs_pairs_of_them_words_and_two_words():
    assert signs().features("My husband beats me") == {
        "[close]",
        "[hit]",
        "[close] [hit]",
        "my",
        "husban",
        "beat",
        "me",
        "my husban",
        "husban beat",
        "beat me",
    }


def test_a_sign_is_the_same_in_every_language():
    assert {"[close]", "[hit]", "[close] [hit]"} <= signs().features("mi marido me pega")


def test_a_line_that_is_no_cue_is_left_out():
    assert signs_from({"odd": {"en": ["(open", "knife"]}}, WORDS, Weights({})).features("knife") == {"[odd]", "knife"}


def test_what_signs_weigh_adds_up_and_tells_why():
    table = {(KIND, ANY): {"": -1.0, "[close] [hit]": 3.0, "me": -0.5}}
    assert signs(table).weigh("my husband hits me") == {ANY: 1.5}
    assert signs(table).reasons("my husband hits me") == [("[close] [hit]", 3.0), ("me", -0.5)]
    assert signs(table).reasons("my husband hits me", "flood") == []


def test_learned_weights_hear_a_danger_in_other_words():
    dangers = [(f"my husband {word} me", frozenset(["violence"])) for word in ("hits", "beats", "beat")]
    examples = danger_examples(dangers, ["my husband cooks", "the drum beats", "a form for me"])
    own = signs(
        learn(examples, lambda one: dict.fromkeys(signs().features(one.text), 1.0)).table,
    )
    assert own.weigh("mi marido pega fuerte")[ANY] > 0 > own.weigh("a form")[ANY]


def test_each_danger_comes_again_among_harmless_words():
    assert [(one.text, one.keys) for one in danger_examples([("fire", frozenset(["fire"]))], ["a form"])] == [
        ("fire", {(KIND, ANY), (KIND, "fire")}),
        ("a form", set()),
        ("fire, a form", {(KIND, ANY), (KIND, "fire")}),
    ]


def test_what_few_examples_have_is_left_out():
    examples = [Example("a", frozenset([(KIND, ANY)]), (KIND,)), Example("b", frozenset(), (KIND,))]
    table = learn(examples, lambda one: {one.text: 1.0, "both": 1.0}, often=2).table
    assert set(table[KIND, ANY]) <= {"", "both"}


def test_the_shipped_weights_know_the_signs_and_every_emergency():
    names = {f"[{name}]" for name in read_signs()}
    shipped = {one for weights in read_weights(SHIPPED_DANGER).table.values() for one in weights if one[:1] == "["}
    assert {part for one in shipped for part in one.split(" ") if part} <= names
    assert set(shipped_signs().weights.table) == {
        (KIND, slug)
        for slug in (
            ANY,
            "medical-emergency",
            "no-food-today",
            "no-shelter-tonight",
            "suicide-crisis",
            "violence-at-home",
        )
    }
