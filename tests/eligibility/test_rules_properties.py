"""What holds of all rules and all answers."""

import datetime
import itertools
import math

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portal.eligibility.rules.conditions import FALSE, TRUE
from portal.eligibility.rules.facts import Fact, Interval, NonAnswer, Value, born_by, read_answer
from portal.eligibility.rules.households import APPLICANT, SIZE, Household, settle_size
from portal.eligibility.rules.questions import next_question, ranked_questions, remaining
from portal.eligibility.rules.ruleset import Rulebook, ServiceRule
from portal.eligibility.rules.screening import OPEN_STATES, ResultState, explain, recomputed, screen

from .rules_support import CHOICES, DAY, SIZE_FACT, leaf, parameter

AREAS = ["US", "US-CA", "US-CA-la", "US-TX", "US-PR"]
LIMITS = parameter(("2026-01-01", "2027-07-01", 10_000, 2000), ("2027-07-01", None, 12_000, 0)) | parameter(
    ("2020-01-01", "2021-01-01", 5000), key="old"
)
DATES = ["2024-11-22", "2025-05-22", "2026-10-22", "2026-11-22", "2027-05-31"]
BIRTHS = ["1960-02-29", "1961-11-22", "1961-11-23", "2008-11-22", "2020-06-30"]
ORDERED = st.sampled_from(["at_least", "more_than", "at_most", "less_than", "equal", "not_equal"])
STATE_OF_WORD = {"met": {"likely"}, "not_met": {"likely_from", "one_step_short", "not_from_answers"}}
STATE_OF_WORD["not_known"] = set(OPEN_STATES)

few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


# Rules


def leaves_about(one: Fact):
    """Conditions on a fact."""
    match one.type:
        case "boolean":
            return st.builds(lambda value: leaf(one.key, value), st.booleans())
        case "choice":
            several = st.lists(st.sampled_from(list(CHOICES)), min_size=1, max_size=2, unique=True)
            return st.one_of(
                st.builds(
                    lambda value, is_: leaf(one.key, value, is_),
                    st.sampled_from(list(CHOICES)),
                    ORDERED.filter(lambda is_: "equal" in is_),
                ),
                st.builds(
                    lambda value, is_: leaf(one.key, value, is_), several, st.sampled_from(["one_of", "none_of"])
                ),
            )
        case "area":
            places = st.lists(st.sampled_from(AREAS[1:]), min_size=1, max_size=2, unique=True)
            return st.builds(
                lambda value, is_: leaf(one.key, value, is_), places, st.sampled_from(["in_area", "not_in_area"])
            )
        case "age":
            values = st.sampled_from([17.5, 18, 62, 65])
        case "date":
            values = st.sampled_from([*DATES, {"ago": {"years": 2}}, {"ago": {"months": 1, "days": 2}}])
        case "money":
            limits = st.sampled_from(
                [{"parameter": "limit"}, {"parameter": "limit", "size": SIZE, "percent": 130}, {"parameter": "old"}]
            )
            values = st.one_of(limits, st.integers(0, 1500))
        case _:
            values = st.integers(0, 6)
    return st.builds(lambda value, is_: leaf(one.key, value, is_), values, ORDERED)


def conditions(facts, *, plain=False):
    """Criteria over facts; ``plain`` ones are those that a fact may presuppose."""
    leaves = st.sampled_from(facts).flatmap(leaves_about)
    if not plain:
        dated = st.builds(lambda one, name: {**one, name: "2027-01-01"}, leaves, st.sampled_from(["from", "until"]))
        others = st.sampled_from([{"ask": "agency", "text": {}}, {"open_to": "everyone", "text": {}}])
        leaves = st.one_of(leaves, leaves, leaves, leaves, leaves, leaves, dated, others)

    def nodes(inner):
        parts = st.lists(inner, min_size=1, max_size=4)
        kinds = [
            st.builds(lambda found: {"all": found}, parts),
            st.builds(lambda found: {"any": found}, parts),
            st.builds(lambda found: {"not": found}, inner),
        ]
        if not plain:
            kinds.append(st.builds(lambda found, wanted: {"at_least": wanted, "of": found}, parts, st.integers(1, 3)))
            kinds.append(st.builds(lambda found: {"some_person": found}, inner))
        return st.one_of(kinds)

    return st.recursive(leaves, nodes, max_leaves=2 if plain else 8)


TYPES = ("boolean", "boolean", "choice", "number", "money", "age", "date", "area")


@st.composite
def fact_lists(draw, types=TYPES, gates=True):
    """Facts, of which later ones may presuppose earlier ones."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(2, 6))):
        kind = draw(st.sampled_from(types))
        about = draw(st.sampled_from(["person", "household"])) if kind != "area" else "person"
        more = {}
        before = [one for one in facts if one.about == "household" or about == "person"]
        if gates and before and draw(st.integers(0, 2)) == 0:
            more["only_if"] = draw(conditions(before, plain=True))
            plain = {"boolean": st.booleans(), "choice": st.sampled_from(list(CHOICES)), "number": st.integers(0, 6)}
            more["otherwise"] = draw(
                st.none() | plain.get(kind, st.none()) if kind != "money" else st.sampled_from([0, None])
            )
        if gates and facts and draw(st.integers(0, 5)) == 0:
            more["ask_if"] = draw(conditions(facts, plain=True))
        facts.append(
            Fact(
                f"{kind}{number}",
                about,
                kind,
                {"en": "?"},
                unit="per_month" if kind == "money" else "years" if kind == "number" else None,
                values=CHOICES if kind == "choice" else {},
                sensitivity=draw(st.sampled_from(["ordinary", "ordinary", "personal", "sensitive"])),
                cost=draw(st.integers(1, 3)),
                changeable=draw(st.booleans()),
                pin=draw(st.sampled_from([None, None, None, 1, 2])),
                min=0 if kind == "number" else None,
                max=6 if kind == "number" else None,
            )
        )
    return facts


@st.composite
def books(draw, **more):
    facts = [*draw(fact_lists(**more)), SIZE_FACT]
    rules = [
        ServiceRule(f"s{number}", criterion, already=draw(st.none() | conditions(facts, plain=True)))
        for number, criterion in enumerate(draw(st.lists(conditions(facts), min_size=1, max_size=3)))
    ]
    return Rulebook({one.key: one for one in facts}, LIMITS, rules)


# Answers


def ranges(points):
    return st.builds(lambda one, two: {"from": min(one, two), "to": max(one, two)}, points, points)


def raw_answers(one: Fact, *, non_answers=True):
    match one.type:
        case "boolean":
            known = st.booleans()
        case "choice":
            known = st.sampled_from(list(CHOICES))
        case "area":
            known = st.lists(st.sampled_from(AREAS), min_size=1, max_size=2, unique=True)
        case "age":
            years = st.sampled_from([5, 17, 18, 61, 62, 64, 65, 80])
            known = st.one_of(years, st.sampled_from(BIRTHS), ranges(years))
        case "date":
            known = st.sampled_from(DATES) | ranges(st.sampled_from(DATES))
        case "money":
            amounts = st.integers(0, 1800)
            known = st.one_of(amounts, ranges(amounts), st.builds(lambda low: {"from": low}, amounts))
        case _:
            numbers = st.integers(1, 4) if one.key == SIZE else st.integers(0, 6)
            known = numbers | ranges(numbers)
    return known | st.sampled_from(["dont_know", "prefer_not"]) if non_answers else known


@st.composite
def answer_lists(draw, book, **more):
    """((fact, person), raw answer) in some order, each at most once."""
    people = draw(st.integers(1, 3))
    places = [(key, person) for key, one in book.facts.items() for person in range(people if one.of_each_person else 1)]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=8))
    return [(where, draw(raw_answers(book.facts[where[0]], **more))) for where in chosen]


def home_with(book, answers) -> Household:
    home = Household()
    for where, raw in answers:
        home.values[where] = read_answer(book.facts[where[0]], raw, DAY)
        home.raw[where] = raw
    settle_size(home)
    return home


def truths(book, home, on=DAY):
    rules = book.on(on)
    state = rules.state(home, on)
    return {name: rule.root.value(state) for name, rule in rules.rules.items()}


def decided(book, home):
    return {one.service: one.state for one in screen(book, home, DAY) if one.state not in OPEN_STATES}


@st.composite
def cases(draw, **more):
    book = draw(books(**more.pop("book", {})))
    return book, draw(answer_lists(book, **more))


# Properties


@few
@given(cases())
def test_an_answer_more_never_makes_a_decision_undone(case):
    book, answers = case
    before: dict = {}
    settled: set = set()
    for count in range(len(answers) + 1):
        home = home_with(book, answers[:count])
        now = truths(book, home)
        assert all(now[name] == truth for name, truth in before.items() if truth in (TRUE, FALSE))
        assert settled <= set(decided(book, home))
        before, settled = now, set(decided(book, home))


@few
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_answers_never_matters(case, random):
    book, answers = case
    found = screen(book, home_with(book, answers), DAY)
    asked = next_question(book, home_with(book, answers), DAY)
    shuffled = random.sample(answers, len(answers))
    # A fresh rulebook: what was kept from earlier calls must not matter either.
    fresh = Rulebook(book.facts, book.parameters, book.rules)
    for count in range(len(shuffled)):
        next_question(fresh, home_with(fresh, shuffled[:count]), DAY)
    again = screen(fresh, home_with(fresh, shuffled), DAY)
    assert [(one.service, one.state, one.missing, one.likely_from) for one in found] == [
        (one.service, one.state, one.missing, one.likely_from) for one in again
    ]
    assert asked == next_question(fresh, home_with(fresh, shuffled), DAY)


@few
@given(cases())
def test_the_explanation_recomputes_to_the_result(case):
    book, answers = case
    home = home_with(book, answers)
    for result in screen(book, home, DAY):
        told = explain(book, home, DAY, result.service)
        truth = truths(book, home)[result.service]
        assert recomputed(told) == told.value == {TRUE: "met", FALSE: "not_met"}.get(truth, "not_known")
        if result.state is not ResultState.ALREADY_RECEIVING:
            assert result.state in STATE_OF_WORD[told.value]


def points_of(one: Fact, value: Value):
    """Some points of an interval, both ends among them."""
    if not isinstance(value, Interval):
        return [value]
    high = value.high if math.isfinite(value.high) else value.low + 40_000
    step = max((high - value.low) / 3, 0)
    exact = one.type in ("age", "date") or one.key == SIZE
    return [
        Interval(point, point)
        for point in {round(value.low + step * n) if exact else value.low + step * n for n in range(4)}
    ]


@few
@given(cases(non_answers=False), st.data())
def test_an_interval_agrees_with_every_point_inside_it(case, data):
    book, answers = case
    home = home_with(book, answers)
    known = {name: truth for name, truth in truths(book, home).items() if truth in (TRUE, FALSE)}
    assume(known and any(isinstance(value, Interval) and value.low < value.high for value in home.values.values()))
    exact = Household(raw=home.raw)
    for where, value in home.values.items():
        exact.values[where] = data.draw(st.sampled_from(points_of(book.facts[where[0]], value)))
    settle_size(exact)
    now = truths(book, exact)
    assert {name: now[name] for name in known} == known


@few
@given(cases(), st.sampled_from(list(NonAnswer)))
def test_not_answering_says_nothing(case, non_answer):
    book, answers = case
    home = home_with(book, [one for one in answers if one[1] not in ("dont_know", "prefer_not")])
    declined = home_with(
        book, [(where, non_answer.value if raw in ("dont_know", "prefer_not") else raw) for where, raw in answers]
    )
    assert truths(book, home) == truths(book, declined)
    unanswered = set(declined.values) - set(home.values)
    for one, two in zip(screen(book, home, DAY), screen(book, declined, DAY), strict=True):
        assert (one.state == two.state) or {one.state, two.state} == OPEN_STATES
        if non_answer is NonAnswer.DONT_KNOW:
            assert one.missing == two.missing
        else:
            assert two.missing == tuple(where for where in one.missing if where not in unanswered)
    assert unanswered.isdisjoint(one.where for one in ranked_questions(book, declined, DAY))


@few
@given(cases(), st.data())
def test_supposing_answers_is_what_answering_them_would_be(case, data):
    book, answers = case
    home, rules = home_with(book, answers), book.on(DAY)
    places = [
        (key, person) for key, one in book.facts.items() for person in range(home.people if one.of_each_person else 1)
    ]
    where = data.draw(st.sampled_from(places))
    # What was said of people who are not known to live in the home would count once they are.
    assume(home.value(where) is None and all(person < home.people for _, person in home.values))
    state = rules.state(home, DAY)
    before = [list(one) for one in state.truths], state.alone
    with rules.supposing(where, home, DAY, state) as supposed:
        masks = {name: rule.root.value(state) for name, rule in rules.rules.items()}
        assert abs(sum(supposed.shares) - 1) < 1e-9
    assert (state.truths, state.alone) == before
    for bit, sample in enumerate(supposed.samples):
        real = Household({**home.values, where: sample}, home.raw, home.people, home.complete)
        settle_size(real)
        found = truths(book, real)
        assert {name: (true >> bit & 1, false >> bit & 1) for name, (true, false) in masks.items()} == {
            name: (int(truth == TRUE), int(truth == FALSE)) for name, truth in found.items()
        }


@few
@given(cases(), st.data())
def test_answers_that_are_not_told_apart_have_the_same_result(case, data):
    """Whatever is answered, one of the supposed answers has the same result."""
    book, answers = case
    home, rules = home_with(book, answers), book.on(DAY)
    one = data.draw(st.sampled_from(list(book.facts.values())))
    where = (one.key, APPLICANT)
    assume(home.value(where) is None and one.type != "area")
    value = read_answer(one, data.draw(raw_answers(one, non_answers=False)), DAY)
    value = data.draw(st.sampled_from(points_of(one, value)))
    outcomes = []
    for sample in (value, *rules.suppose(one, home, DAY).samples):
        real = Household({**home.values, where: sample}, home.raw, home.people, home.complete)
        settle_size(real)
        outcomes.append(truths(book, real))
    assert outcomes[0] in outcomes[1:]


# Missing facts and questions, against every completion

SMALL = {"types": ("boolean", "choice"), "gates": True}


def completions(book, home):
    """Every way to answer what is not known, for facts with few answers."""
    open_facts = [(one.key, 0) for one in book.facts.values() if home.value((one.key, 0)) is None and one.key != SIZE]
    samples = [[True, False] if book.facts[key].type == "boolean" else list(CHOICES) for key, _ in open_facts]
    for values in itertools.product(*samples):
        yield dict(zip(open_facts, values, strict=True))


def deciders(book, home, name):
    """The facts that alone can turn the result of a service in some completion."""
    outcomes = {}
    for found in completions(book, home):
        whole = Household({**home.values, **found}, {}, 1, complete=True)
        outcomes[tuple(found.values())] = truths(book, whole)[name]
    places = list(found)
    turning = set()
    for values, truth in outcomes.items():
        for at, where in enumerate(places):
            if any(
                outcomes[other] != truth
                for other in outcomes
                if all((a == b) == (n != at) for n, (a, b) in enumerate(zip(values, other, strict=True)))
            ):
                turning.add(where)
    return turning, set(outcomes.values())


@st.composite
def small_cases(draw):
    book = draw(books(**SMALL))
    places = [(key, 0) for key in book.facts if key != SIZE]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=3))
    answers = [(where, draw(raw_answers(book.facts[where[0]], non_answers=False))) for where in chosen]
    return book, [*answers, ((SIZE, 0), 1)]


@settings(few, max_examples=30)
@given(small_cases())
def test_everything_that_can_turn_a_result_is_missing_or_presupposes_what_is(case):
    book, answers = case
    home, rules = home_with(book, answers), book.on(DAY)
    state = rules.state(home, DAY)
    for result in screen(book, home, DAY):
        turning, outcomes = deciders(book, home, result.service)
        if result.state is ResultState.NEEDS_ANSWER:
            waiting = {
                (key, 0) for key in book.facts if (gate := rules.gate(key)) is not None and gate.value(state) != TRUE
            }
            assert turning <= set(result.missing) | waiting
        elif result.state not in (ResultState.ASK_A_PERSON, ResultState.ALREADY_RECEIVING):
            assert len(outcomes) == 1


@few
@given(cases(), st.data())
def test_questions_come_to_an_end(case, data):
    book, answers = case
    home = home_with(book, answers)
    range_before, people, asked = remaining(book, home, DAY), home.people, []
    real = data.draw(st.booleans())
    while question := next_question(book, home, DAY):
        key, person = question.where
        assert question.where not in home.values
        assert person < home.people
        results = {one.service: one.state for one in screen(book, home, DAY)}
        assert question.services
        assert {results[name] for name in question.services} == {ResultState.NEEDS_ANSWER}
        raw = data.draw(raw_answers(book.facts[key], non_answers=not real))
        home.values[question.where], home.raw[question.where] = read_answer(book.facts[key], raw, DAY), raw
        settle_size(home)
        asked.append(question.where)
        assert len(asked) <= 100
    assert remaining(book, home, DAY) == (remaining(book, home, DAY).__class__)(0, 0)
    for result in screen(book, home, DAY):
        if result.state is ResultState.NEEDS_ANSWER:
            # What somebody does not know, or knows only roughly, is missing still, but not asked again by itself.
            for where in result.missing:
                answer = home.values[where]
                assert answer is NonAnswer.DONT_KNOW or answer.low < answer.high
    if home.people == people:
        assert len(asked) <= range_before.most
        if real and not any(raw in ("dont_know", "prefer_not") for _, raw in answers):
            assert len(asked) >= range_before.least


@settings(few, max_examples=30)
@given(st.data())
def test_a_question_can_change_a_service_that_it_is_asked_for(data):
    """Where a rule names no fact twice, nothing is asked in vain."""
    facts = data.draw(fact_lists(types=("boolean", "choice"), gates=False))
    leaves = [data.draw(leaves_about(one)) for one in facts]
    while len(leaves) > 1:
        count = data.draw(st.integers(2, len(leaves)))
        parts, leaves = leaves[:count], leaves[count:]
        kind = data.draw(st.sampled_from(["all", "any", "not", "at_least"]))
        if kind == "at_least":
            leaves.append({"at_least": data.draw(st.integers(1, count)), "of": parts})
        else:
            leaves.append({"not": {"any": parts}} if kind == "not" else {kind: parts})
    book = Rulebook({one.key: one for one in (*facts, SIZE_FACT)}, {}, [ServiceRule("s0", leaves[0])])
    home = home_with(book, [((SIZE, 0), 1)])
    while question := next_question(book, home, DAY):
        turning, _ = deciders(book, home, "s0")
        assert turning == {one.where for one in ranked_questions(book, home, DAY)}
        home.values[question.where] = data.draw(raw_answers(book.facts[question.where[0]], non_answers=False))


@few
@given(cases(), st.integers(1, 2000))
def test_a_day_from_which_a_service_is_likely_is_the_first(case, days):
    book, answers = case
    home = home_with(book, answers)
    for result in screen(book, home, DAY):
        if result.state is ResultState.LIKELY_FROM:
            assert DAY < result.earliest <= result.likely_from
            assert truths(book, home, result.likely_from)[result.service] == TRUE
            before = result.likely_from - datetime.timedelta(days=days)
            if before >= DAY:
                assert truths(book, home, before)[result.service] != TRUE
            before = result.earliest - datetime.timedelta(days=days)
            if before >= DAY:
                assert truths(book, home, before)[result.service] == FALSE
        elif result.state in (ResultState.NOT_FROM_ANSWERS, ResultState.ONE_STEP_SHORT):
            day = DAY + datetime.timedelta(days=min(days, 1800))
            assert truths(book, home, day)[result.service] != TRUE


@given(st.sampled_from([18, 59.5, 62]), st.integers(0, 40_000))
def test_a_birth_and_its_age_agree(years, back):
    born = DAY.toordinal() - back
    assert (born <= born_by(DAY, years)) == (Interval(born, born).high <= born_by(DAY, years))
