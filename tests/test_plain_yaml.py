"""YAML as content files use it."""

import pytest

from portal.plain_yaml import BadYaml, parse


def test_keys_are_texts_as_in_json():
    assert parse("{true: 0.1, 7: x, null: y, no: z}") == {"true": 0.1, "7": "x", "null": "y", "no": "z"}


def test_values_are_what_they_look_like():
    assert parse("[true, yes, 2026-11-22, 7, 0.5, null]") == [True, "yes", "2026-11-22", 7, 0.5, None]


@pytest.mark.parametrize("text", ["{a: 1, a: 2}", "[&x 1, *x]", "{[1]: 2}", "!!python/object:os.system {}"])
def test_surprises_are_refused(text):
    with pytest.raises(BadYaml):
        parse(text)
