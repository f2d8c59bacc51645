"""What answers say about a service, and why."""

import datetime

import pytest

from portal.eligibility.rules.conditions import FALSE, TRUE
from portal.eligibility.rules.households import APPLICANT
from portal.eligibility.rules.screening import (
    ResultState,
    answer_of,
    explain,
    explain_all,
    recomputed,
    screen,
    source_of,
)

from .rules_support import DAY, SERVICE, book_of, fact, home_of, leaf, parameter, result_of, state_of, value_of

A, B, C = fact("a"), fact("b"), fact("c")
AGE = fact("age", "age")
AREA = fact("lives_in", "area")
ASK = {"ask": "agency", "text": {"en": "Only they know"}}
OPEN_TO = {"open_to": "everyone", "text": {"en": "All"}}


def day(text):
    return datetime.date.fromisoformat(text)


def missing_of(book, answers):
    return [key for key, _ in result_of(book, answers).missing]


def test_each_state_of_a_result():
    book = book_of(
        [A, fact("b", changeable=True), AGE, C],
        {"all": [leaf("a"), leaf("b"), leaf("age", 65, "at_least")]},
        already=leaf("c"),
    )
    yes = {"a": True, "b": True, "age": 70}
    assert state_of(book, yes) == "likely"
    assert state_of(book, {**yes, "age": "1962-01-01"}) == "likely_from"
    assert state_of(book, {"a": True, "b": True}) == "needs_answer"
    assert state_of(book, {**yes, "a": "prefer_not"}) == "ask_a_person"
    assert state_of(book, {**yes, "b": False}) == "one_step_short"
    assert state_of(book, {**yes, "a": False}) == "not_from_answers"
    assert state_of(book, {"c": True}) == "already_receiving"
    assert state_of(book, {"c": False, **yes}) == "likely"


def test_nothing_answered_is_never_no():
    book = book_of([A, B], {"all": [leaf("a"), {"not": leaf("b")}]})
    assert state_of(book, {}) == "needs_answer"
    assert missing_of(book, {}) == ["a", "b"]
    assert state_of(book, {"a": "dont_know", "b": "dont_know"}) == "needs_answer"
    assert state_of(book, {"a": "prefer_not", "b": False}) == "ask_a_person"
    assert state_of(book, {"a": "prefer_not", "b": True}) == "not_from_answers"


def test_only_the_agency_can_tell():
    book = book_of([A, B], {"all": [leaf("a"), ASK]})
    assert state_of(book, {}) == "needs_answer"
    assert state_of(book, {"a": True}) == "ask_a_person"
    assert state_of(book, {"a": False}) == "not_from_answers"


def test_what_is_open_to_everyone_is_likely():
    assert state_of(book_of([], OPEN_TO), {}) == "likely"


def test_a_fact_that_does_not_exist_is_never_guessed():
    assert state_of(book_of([], leaf("nothing")), {}) == "ask_a_person"


@pytest.mark.parametrize(
    ("answers", "state", "missing"),
    [
        ({}, "needs_answer", ["a", "b", "c"]),
        ({"a": True}, "needs_answer", ["b", "c"]),
        ({"a": True, "b": True}, "likely", []),
        ({"a": False, "b": False}, "not_from_answers", []),
        ({"a": False, "b": True}, "needs_answer", ["c"]),
    ],
)
def test_at_least_so_many(answers, state, missing):
    book = book_of([A, B, C], {"at_least": 2, "of": [leaf("a"), leaf("b"), leaf("c")]})
    assert state_of(book, answers) == state
    assert missing_of(book, answers) == missing


# What a fact presupposes


def gated(otherwise=None, criterion=None, **more):
    inner = fact("b", only_if=leaf("a"), otherwise=otherwise, **more)
    return book_of([A, inner, C], criterion or leaf("b"))


@pytest.mark.parametrize(
    ("answers", "plain", "with_otherwise"),
    [
        ({}, None, None),
        ({"a": False}, False, True),
        ({"a": True}, None, None),
        ({"a": True, "b": True}, True, True),
        ({"a": True, "b": False}, False, False),
        ({"a": False, "b": False}, False, True),
        ({"a": False, "b": True}, False, True),
        ({"b": False}, False, None),
        ({"b": True}, None, True),
        ({"a": "prefer_not", "b": True}, None, True),
    ],
)
def test_a_question_that_does_not_arise_is_not_met_unless_it_has_a_value_for_that(answers, plain, with_otherwise):
    for otherwise, expected in ((None, plain), (True, with_otherwise)):
        book = gated(otherwise)
        assert value_of(book, home_of(book, answers)) is expected


def test_no_condition_on_a_fact_is_met_where_its_question_does_not_arise():
    book = gated(criterion={**leaf("b", operator="not_equal")})
    assert state_of(book, {"a": False}) == "not_from_answers"


def test_what_is_presupposed_is_missing_first():
    assert missing_of(gated(), {}) == ["a"]
    assert missing_of(gated(), {"a": True}) == ["b"]


@pytest.mark.parametrize(("people", "value"), [(None, None), (1, False), (5, True)])
def test_the_value_where_a_question_does_not_arise_is_compared_with_the_amount_of_the_home(people, value):
    paid = fact("paid", "money", "household", unit="per_month", only_if=leaf("a"), otherwise=1000)
    book = book_of(
        [A, paid],
        leaf("paid", {"parameter": "limit", "size": "household_size"}, "at_most"),
        parameter(("2026-01-01", None, 10_000, 1000)),
    )
    home = home_of(book, {"a": False, **({"household_size": people} if people else {})})
    assert value_of(book, home) is value


def test_the_value_where_a_question_does_not_arise_does_not_replace_an_amount_that_nobody_knows():
    paid = fact("paid", "money", "household", unit="per_month", only_if=leaf("a"), otherwise=0)
    limits = parameter(("2020-01-01", "2021-01-01", 10_000))
    book = book_of([A, paid], leaf("paid", {"parameter": "limit"}, "at_most"), limits)
    assert state_of(book, {"a": False}) == "ask_a_person"


def test_facts_that_presuppose_each_other_do_not_hang():
    book = book_of([fact("a", only_if=leaf("b")), fact("b", only_if=leaf("a"))], leaf("a"))
    assert value_of(book, home_of(book, {})) is None


# People of the home


def child_book(**more):
    return book_of(
        [AGE, A, fact("h", about="household")],
        {"some_person": {"all": [leaf("age", 5, "less_than"), leaf("h")]}},
        **more,
    )


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ({"age": 30, "h": True}, None),
        ({"age": 30, "h": True, "household_size": 1}, False),
        ({"age": 30, "h": True, "household_size": 2}, None),
        ({"age": 30, "h": True, "people": []}, False),
        ({"age": 30, "h": True, "people": [{"age": 3}]}, True),
        ({"age": 30, "h": True, "people": [{"age": 9}]}, False),
        ({"age": 30, "h": True, "people": [{"age": 9}, {}]}, None),
        ({"age": 30, "h": True, "people": [{"age": 9}], "household_size": 3}, None),
        ({"age": 3, "h": True}, True),
        # Whoever else lives in the home cannot change this.
        ({"h": False}, False),
        ({"age": 30, "h": True, "household_size": 25}, None),
    ],
)
def test_some_person_of_the_home(answers, value):
    book = child_book()
    assert value_of(book, home_of(book, answers)) is value


def test_who_lives_in_the_home_is_missing_where_it_can_decide():
    assert result_of(child_book(), {"age": 30, "h": True}).missing == (("household_size", 0),)
    assert result_of(child_book(), {"age": 30, "h": True, "household_size": 2}).missing == (("age", 1),)
    assert set(missing_of(child_book(), {})) == {"age", "h", "household_size"}


def test_a_home_with_more_people_than_can_be_asked_about_is_left_to_a_person():
    book = child_book()
    answers = {"age": 30, "h": True, "household_size": 25}
    home = home_of(book, answers)
    home.values |= {("age", person): home.values["age", 0] for person in range(20)}
    assert screen(book, home, DAY)[0].state == "ask_a_person"


# Time


@pytest.mark.parametrize(
    ("age", "likely_from", "earliest"),
    [
        ("1962-01-01", "2027-01-01", "2027-01-01"),
        (64, "2027-11-22", "2026-11-23"),
        ({"from": 63, "to": 64}, "2028-11-22", "2026-11-23"),
        ("1964-02-29", "2029-03-01", "2029-03-01"),
    ],
)
def test_a_service_is_likely_from_a_birthday(age, likely_from, earliest):
    found = result_of(book_of([AGE], leaf("age", 65, "at_least")), {"age": age})
    assert (found.state, found.likely_from, found.earliest) == ("likely_from", day(likely_from), day(earliest))


def test_a_birthday_in_half_years():
    found = result_of(book_of([AGE], leaf("age", 59.5, "at_least")), {"age": "1967-08-31"})
    assert found.likely_from == day("2027-03-01")


def test_what_is_too_far_away_is_not_promised():
    assert state_of(book_of([AGE], leaf("age", 65, "at_least")), {"age": 50}) == "not_from_answers"


def test_time_does_not_help_where_something_else_fails_or_is_open():
    book = book_of([AGE, A], {"all": [leaf("age", 65, "at_least"), leaf("a")]})
    assert state_of(book, {"age": 64, "a": False}) == "not_from_answers"
    assert state_of(book, {"age": 64}) == "not_from_answers"


@pytest.mark.parametrize(
    ("operator", "ago", "date", "likely_from"),
    [
        ("at_most", {"years": 2}, "2025-06-01", "2027-06-01"),
        ("less_than", {"years": 2}, "2025-06-01", "2027-06-02"),
        ("at_most", {"months": 1}, "2026-10-31", "2026-12-01"),
        ("less_than", {"months": 1}, "2026-12-31", "2027-02-01"),
        ("less_than", {"months": 1}, "2027-02-28", "2027-04-01"),
        ("at_most", {"months": 1, "days": 3}, "2027-02-26", "2027-04-01"),
        ("at_most", {"days": 30}, "2026-11-22", "2026-12-22"),
    ],
)
def test_a_service_is_likely_some_time_after_a_date(operator, ago, date, likely_from):
    book = book_of([fact("d", "date")], leaf("d", {"ago": ago}, operator))
    found = result_of(book, {"d": date})
    assert found.likely_from == day(likely_from)
    home = home_of(book, {"d": date})
    eve = found.likely_from - datetime.timedelta(days=1)
    assert [value_of(book, home, on) for on in (eve, found.likely_from)] == [False, True]


def test_a_service_is_likely_when_another_condition_begins():
    rule = {
        "any": [
            leaf("age", 65, "at_least", until="2027-07-01"),
            leaf("age", 60, "at_least", **{"from": "2027-07-01"}),
        ]
    }
    assert result_of(book_of([AGE], rule), {"age": 62}).likely_from == day("2027-07-01")
    found = result_of(book_of([AGE], rule), {"age": "1968-05-05"})
    assert found.likely_from == day("2028-05-05")


def test_a_service_is_likely_when_an_amount_changes():
    limits = parameter(("2026-01-01", "2027-01-01", 10_000), ("2027-01-01", None, 12_000))
    book = book_of([fact("m", "money", unit="per_year")], leaf("m", {"parameter": "limit"}, "at_most"), limits)
    assert result_of(book, {"m": 11_000}).likely_from == day("2027-01-01")
    assert state_of(book, {"m": 13_000}) == "not_from_answers"


def test_an_amount_is_never_used_after_its_end():
    limits = parameter(("2025-01-01", "2026-01-01", 10_000))
    book = book_of([fact("m", "money", unit="per_year")], leaf("m", {"parameter": "limit"}, "at_most"), limits)
    assert state_of(book, {"m": 1}) == "ask_a_person"
    assert state_of(book, {}) == "ask_a_person"
    assert state_of(book, {"m": 1}, on=day("2025-12-31")) == "likely"


def test_a_service_that_ends_before_is_not_promised():
    rule = leaf("age", 65, "at_least")
    for closes, state in (("2027-01-01", "likely_from"), ("2026-12-31", "not_from_answers")):
        assert state_of(book_of([AGE], rule, closes=day(closes)), {"age": "1962-01-01"}) == state


def test_a_service_is_closed_before_its_first_and_after_its_last_day():
    book = book_of([A], leaf("a"), opens=day("2026-11-01"), closes=day("2026-11-30"))
    before = result_of(book, {"a": True}, day("2026-10-31"))
    assert (before.state, before.opens) == ("closed", day("2026-11-01"))
    for on in ("2026-11-01", "2026-11-30"):
        assert state_of(book, {"a": True}, day(on)) == "likely"
    after = result_of(book, {"a": True}, day("2026-12-01"))
    assert (after.state, after.opens) == ("closed", None)


def test_a_condition_holds_from_its_first_day_until_the_day_before_its_end():
    rule = {"all": [leaf("a"), leaf("b", **{"from": "2026-11-01", "until": "2026-12-01"})]}
    book = book_of([A, B], rule)
    for on, state in (
        ("2026-10-31", "likely"),
        ("2026-11-01", "needs_answer"),
        ("2026-11-30", "needs_answer"),
        ("2026-12-01", "likely"),
    ):
        assert state_of(book, {"a": True}, day(on)) == state


def test_a_rule_of_which_nothing_holds_is_left_to_a_person():
    for rule in (
        leaf("a", until="2026-01-01"),
        {"not": leaf("a", until="2026-01-01")},
        {"all": [leaf("a", until="2026-01-01")]},
    ):
        assert state_of(book_of([A], rule), {"a": True}) == "ask_a_person"


# Where


@pytest.mark.parametrize(
    ("areas", "lives_in", "state"),
    [
        ((["US-CA"], []), "US-CA", "likely"),
        ((["US-CA"], []), "US-TX", "not_from_answers"),
        ((["US-CA"], []), None, "needs_answer"),
        ((["US-CA-la"], []), "US-CA", "ask_a_person"),
        ((["US"], ["US-PR"]), "US-PR", "not_from_answers"),
        ((["US"], []), None, "likely"),
        (([], []), None, "likely"),
        (None, None, "likely"),
    ],
)
def test_where_a_service_is_offered_is_part_of_its_rule(areas, lives_in, state):
    areas = areas and tuple(map(frozenset, areas))
    book = book_of([A, AREA], leaf("a"), areas=areas)
    assert state_of(book, {"a": True, **({"lives_in": lives_in} if lives_in else {})}) == state


# One step short


def test_one_step_is_one_changeable_fact_of_the_person_who_asks():
    work = fact("years", "number", unit="years", min=0, max=60, changeable=True)
    book = book_of([work, A], {"all": [leaf("years", 10, "at_least"), leaf("a")]})
    found = result_of(book, {"years": 4, "a": True})
    assert found.state == "one_step_short"
    assert [one.test.fact.key for one in found.change] == ["years"]
    assert state_of(book, {"years": 4, "a": False}) == "not_from_answers"
    # What cannot be changed is no step.
    assert state_of(book, {"years": 12, "a": False}) == "not_from_answers"
    # What is still open is no step either.
    assert state_of(book, {"years": 4}) == "not_from_answers"


def test_all_conditions_on_the_fact_that_must_change_are_told():
    work = fact("years", "number", unit="years", min=0, max=60, changeable=True)
    book = book_of(
        [work], {"all": [leaf("years", 10, "at_least"), leaf("years", 12, "more_than"), leaf("years", 50, "at_most")]}
    )
    change = result_of(book, {"years": 4}).change
    assert [one.record["value"] for one in change] == [10, 12]


def test_looking_for_a_step_leaves_the_answers_as_they_were():
    work = fact("years", "number", unit="years", min=0, max=60, changeable=True)
    book = book_of([work, A], {"all": [leaf("years", 10, "at_least"), leaf("a")]})
    home = home_of(book, {"years": 4, "a": False})
    assert [one.state for _ in range(2) for one in screen(book, home, DAY)] == ["not_from_answers"] * 2


# Why


def test_an_explanation_names_each_condition_with_its_value():
    rule = {"all": [leaf("a", source="law"), {"any": [leaf("b"), {"not": leaf("c")}]}, ASK]}
    book = book_of([A, B, C], rule, sources={"law": {"key": "law", "title": "The law"}})
    home = home_of(book, {"a": True, "b": "dont_know", "c": True})
    told = explain(book, home, DAY, SERVICE)
    assert (told.kind, told.value, recomputed(told)) == ("all", "not_known", "not_known")
    assert [part.value for part in told.parts] == ["met", "not_known", "not_known"]
    assert [part.kind for part in told.parts[1].parts] == ["condition", "not"]
    assert told.parts[1].parts[1].value == "not_met"
    first = told.parts[0].leaf
    assert answer_of(home, first, APPLICANT) is True
    rule = book.on(DAY).rules[SERVICE]
    assert source_of(rule, first.record) == {"key": "law", "title": "The law"}
    assert source_of(rule, None) is source_of(rule, {"source": "x"}) is None
    assert explain_all(book, home, DAY, [SERVICE]) == {SERVICE: told}


def test_the_explanation_of_some_person_has_a_part_for_each():
    book = child_book()
    told = explain(book, home_of(book, {"age": 30, "h": True, "people": [{"age": 3}]}), DAY, SERVICE)
    assert [(part.value, part.parts[0].person) for part in told.parts] == [("not_met", 0), ("met", 1)]
    assert (told.kind, told.open, recomputed(told)) == ("some_person", False, "met")
    # Open, but whoever else lives there could not meet it either.
    told = explain(book, home_of(book, {"h": False}), DAY, SERVICE)
    assert (told.open, told.value, recomputed(told)) == (False, "not_met", "not_met")


def test_unknown_services_are_left_out_and_cannot_be_explained():
    book = book_of([A], leaf("a"))
    home = home_of(book, {})
    assert screen(book, home, DAY, ["nothing"]) == []
    with pytest.raises(KeyError):
        explain(book, home, DAY, "nothing")


def test_the_same_comparison_is_made_once():
    book = book_of([A], {"any": [leaf("a"), {"all": [leaf("a"), leaf("a", value=False)]}]})
    rules = book.on(DAY)
    assert len(rules.tests) == 2
    assert rules.state(home_of(book, {"a": True}), DAY).truths[0] == [TRUE, FALSE]
    assert [state.value for state in ResultState] == [
        "likely",
        "likely_from",
        "needs_answer",
        "ask_a_person",
        "one_step_short",
        "not_from_answers",
        "already_receiving",
        "closed",
    ]
