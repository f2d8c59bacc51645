"""The rows of the federal benefit finder as rules: none lost, and the verdicts of an evaluator that knows no engine."""

import datetime
import functools
import json
import random
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.catalogue.imports.operations import import_source
from portal.catalogue.imports.readers import read_source, source_info
from portal.catalogue.imports.readers.benefit_rules import benefit_rules
from portal.catalogue.imports.records import SourceRecord, Trouble
from portal.catalogue.models import ImportConflict, Service
from portal.catalogue.models import SourceRecord as Kept
from portal.catalogue.operations import save_service
from portal.catalogue.records import service_record
from portal.cli.content.files import read_content, schema_problems
from portal.database import transaction
from portal.eligibility.operations import save_fact
from portal.eligibility.queries import facts, rulebook
from portal.eligibility.rules.checks import leaf_faults
from portal.eligibility.rules.facts import fact_from
from portal.eligibility.rules.households import read_household
from portal.eligibility.rules.ruleset import Rulebook, ServiceRule, leaves_in
from portal.eligibility.rules.screening import ResultState, screen
from portal.extensions import db
from tests.conftest import close, make_app
from tests.support import needs

PACK = Path(__file__).parents[4] / "shared" / "data" / "us-federal-benefits"
SMALL = Path(__file__).parent / "data" / "benefits"
TEXT = {"en": "A row", "es": "Una fila"}
DAYS = (datetime.date(2026, 11, 22), datetime.date(2028, 2, 29), datetime.date(2027, 3, 1))
TODAY = DAYS[0]
BIRTH, DEATH, FUNERAL = "applicant_date_of_birth", "deceased_date_of_death", "deceased_date_of_funeral"
VERDICTS = {
    ResultState.LIKELY: "likely",
    ResultState.NOT_FROM_ANSWERS: "no",
    ResultState.ONE_STEP_SHORT: "no",
    ResultState.LIKELY_FROM: "no",
    ResultState.NEEDS_ANSWER: "unknown",
    ResultState.ASK_A_PERSON: "unknown",
}


@functools.cache
def pack(name):
    needs(PACK.is_dir(), "us-federal-benefits in ../shared/data")
    return json.loads((PACK / f"{name}.json").read_text(encoding="utf-8"))


@functools.cache
def content_facts():
    return {key: fact_from(record) for key, record in read_content().fact.items()}


@functools.cache
def found_in_pack():
    needs(PACK.is_dir(), "us-federal-benefits in ../shared/data")
    return list(read_source("us-benefits", PACK))


def take(folder):
    return import_source(source_info("us-benefits", folder), read_source("us-benefits", folder), form="us-benefits")


def fill(folder):
    """Facts of the content, and the services of a folder."""
    with transaction():
        for record in read_content().fact.values():
            save_fact(record)
    return take(folder)


def slugs():
    """Slugs of the imported services by the identifiers of their benefits."""
    query = sa.select(Kept.identifier, Service.slug).join(Service, Service.id == Kept.record_id)
    return {row.identifier: row.slug for row in db.session.execute(query.where(Kept.kind == "service"))}


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A portal with the whole pack; for reading."""
    needs(PACK.is_dir(), "us-federal-benefits in ../shared/data")
    made = make_app(tmp_path_factory.mktemp("pack"))
    with made.app_context():
        fill(PACK)
        yield made
    close(made)


# The mapping file


def test_every_criterion_of_the_pack_has_a_fact_that_stands_alone():
    rules = benefit_rules().criteria
    assert rules.keys() == {criterion["key"] for criterion in pack("criteria")}
    for key, rule in rules.items():
        fact = content_facts()[rule.fact]
        assert fact.only_if is None, key
        if rule.dates:
            assert fact.type == ("age" if rule.dates == "age" else "date"), key
            continue
        tables = [rule.values, *rule.benefits.values()]
        for accepted in (
            rule.accepted(word, name) for table in tables for word in table for name in ("", *rule.benefits)
        ):
            assert all(isinstance(one, bool) if fact.type == "boolean" else one in fact.values for one in accepted), key


def test_every_value_of_the_pack_has_one_of_the_fact():
    for criterion in pack("criteria"):
        rule = benefit_rules().criteria[criterion["key"]]
        for value in criterion["values"]:
            assert rule.accepted(word_of(value), ""), criterion["key"]
        assert set(rule.read_as.values()) <= {value["en"] for value in criterion["values"] if isinstance(value, dict)}


def test_facts_of_imports_alone_are_all_used():
    content = read_content()
    own = {key for kind, key in content.files if kind == "fact" and content.files[kind, key] == "facts/imported.yaml"}
    assert own <= {rule.fact for rule in benefit_rules().criteria.values()}
    assert all(content.fact[key]["used_by"] == ["us-benefits"] for key in own)


# All rows


def test_all_295_rows_become_sound_conditions(imported):
    names = slugs()
    rules = {rule.service: rule for rule in rulebook().rules}
    assert len(names) == len(pack("benefits")) == 79
    rows = {benefit["id"]: benefit["eligibility"] for benefit in pack("benefits")}
    assert {name: len(rules[slug].criterion["all"]) for name, slug in names.items()} == {
        name: len(found) for name, found in rows.items()
    }
    leaves = [leaf for rule in rules.values() for leaf in leaves_in(rule.criterion)]
    # Two rows have two date expressions.
    assert (sum(map(len, rows.values())), len(leaves)) == (295, 297)
    assert [reason for leaf in leaves for reason in leaf_faults(leaf, facts(), ())] == []
    for rule in rules.values():
        assert schema_problems("criterion", rule.criterion) == []
        assert schema_problems("sources", list(rule.sources.values())) == []
        assert {leaf["source"] for leaf in leaves_in(rule.criterion)} == set(rule.sources)


def test_conditions_carry_the_wording_of_their_benefit(imported):
    names = slugs()
    rules = {rule.service: rule for rule in rulebook().rules}
    own, general = 0, 0
    for benefit in pack("benefits"):
        for row, part in zip(benefit["eligibility"], rules[names[benefit["id"]]].criterion["all"], strict=True):
            for leaf in leaves_in(part):
                text = leaf["text"]
                assert ("es" in text) or "es" not in (row["label"] or {"es": ""})
                if row["label"]:
                    own += 1
                    assert text["en"].startswith(" ".join(row["label"]["en"].split()).rstrip("."))
                else:
                    general += 1
                    assert set(text) == {"en", "es"} or "es" not in benefit["title"]
    assert (own, general) == (68, 229)


def test_again_nothing_changes(imported):
    report = take(PACK)
    assert (report.changes, report.conflicts, report.counts["service"]) == (0, 0, Counter(unchanged=79))


# One thousand households


def word_of(value):
    return value["en"] if isinstance(value, dict) else str(value).lower()


def back(day, years):
    """The same day some years ago, or the last of its month."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def naive_date(expression, given, on, is_birth):
    sign = expression[0]
    if expression.endswith("years"):
        years = int(expression[1:-5])
        if is_birth:
            age = on.year - given.year - ((on.month, on.day) < (given.month, given.day))
            return age >= years if sign == ">" else age < years
        assert sign == "<"
        return given >= back(on, years)
    month, day, year = map(int, expression[1:].split("-"))
    limit = datetime.date(year, month, day)
    return given > limit if sign == ">" else given < limit


# The English words that benefits use for a value that their criterion words otherwise.
REWORDED = {
    "unmarried": "not married",
    "a member of the National Guard or Reserves": "a member of the National Guard Reserves",
}


def naive_verdict(benefit, kinds, answers, on):
    """Any row not met: no. Every row met: likely. Otherwise unknown."""
    met = []
    for row in benefit["eligibility"]:
        key, given = row["criteria_key"], answers[row["criteria_key"]]
        accepted = row["acceptable_values"]
        if given is None:
            met.append(None)
        elif kinds[key] == "date":
            met.append(all(naive_date(one, given, on, key == BIRTH) for one in accepted))
        elif kinds[key] == "boolean":
            met.append(given in accepted)
        else:
            met.append(given in [REWORDED.get(one["en"], one["en"]) for one in accepted])
    return "no" if False in met else "unknown" if None in met else "likely"


def drawn(dice, criteria, on):
    """Answers of a household in the pack's own terms; None for no answer."""
    reticence, luck = dice.choice([0, 0.1, 0.5]), dice.choice([0.5, 0.9])
    edges = {
        BIRTH: [back(on, years) for years in (18, 19, 50, 60, 62, 64, 65)],
        DEATH: [back(on, 2), datetime.date(1978, 1, 1)],
        FUNERAL: [back(on, 2), datetime.date(2020, 1, 20)],
    }
    answers = {}
    for criterion in criteria:
        key, words = criterion["key"], [word_of(value) for value in criterion["values"]]
        match criterion["type"]:
            case "boolean":
                answers[key] = dice.random() < luck
            case "radio":
                answers[key] = "yes" if dice.random() < luck else "no"
            case "select":
                # "None of these" where the fact has room for it.
                rest = () if key == "applicant_marital_status" else ("none of these",)
                answers[key] = dice.choice([*words, *rest])
            case "date":
                near = dice.choice(edges[key]) + datetime.timedelta(days=dice.randint(-1, 1))
                far = on - datetime.timedelta(days=dice.randint(0, 36_000))
                recent = on - datetime.timedelta(days=dice.randint(0, 6_000 if key == BIRTH else 700))
                answers[key] = dice.choice([near, far, recent])
        if dice.random() < reticence:
            answers[key] = None
    return answers


def translated(dice, answers):
    """The same answers about Portico's facts."""
    known = content_facts()
    found = {}
    for key, given in answers.items():
        rule = benefit_rules().criteria[key]
        if given is None:
            continue
        if rule.dates:
            found[rule.fact] = given.isoformat()
            continue
        accepted = rule.accepted(str(given).lower() if isinstance(given, bool) else given, "")
        named = {
            str(one)
            for table in (rule.values, *rule.benefits.values())
            for one in table.values()
            for one in (one if isinstance(one, list) else [one])
        }
        if not accepted:
            possible = [False, True] if known[rule.fact].type == "boolean" else known[rule.fact].values
            accepted = [one for one in possible if str(one) not in named]
        found[rule.fact] = dice.choice(accepted)
    return found


def used_criteria():
    used = {row["criteria_key"] for benefit in pack("benefits") for row in benefit["eligibility"]}
    return [criterion for criterion in pack("criteria") if criterion["key"] in used]


def test_a_thousand_households_have_the_verdicts_of_a_naive_evaluator(imported):
    dice = random.Random(295)
    kinds = {criterion["key"]: criterion["type"] for criterion in used_criteria()}
    names, book, seen = slugs(), rulebook(), Counter()
    for number in range(1000):
        on = DAYS[number % len(DAYS)]
        answers = drawn(dice, used_criteria(), on)
        home = read_household(translated(dice, answers), book.facts, on)
        results = {result.service: result for result in screen(book, home, on)}
        for benefit in pack("benefits"):
            result = results[names[benefit["id"]]]
            expected = naive_verdict(benefit, kinds, answers, on)
            assert VERDICTS[result.state] == expected, (benefit["id"], on, answers, result)
            seen[expected] += 1
    assert min(seen[verdict] for verdict in ("likely", "no", "unknown")) > 5_000, seen


def fitting(row, kind, on):
    """An answer that meets a row."""
    key, accepted = row["criteria_key"], row["acceptable_values"]
    if kind != "date":
        return accepted[0] if kind == "boolean" else REWORDED.get(accepted[0]["en"], accepted[0]["en"])
    days = (on - datetime.timedelta(days=age * 365) for age in range(1, 90))
    return next(day for day in days if all(naive_date(one, day, on, key == BIRTH) for one in accepted))


def test_every_benefit_is_likely_when_its_rows_are_met_and_unknown_without_any_one_of_them(imported):
    dice, names, book = random.Random(79), slugs(), rulebook()
    kinds = {criterion["key"]: criterion["type"] for criterion in used_criteria()}
    for benefit in pack("benefits"):
        met = {row["criteria_key"]: fitting(row, kinds[row["criteria_key"]], TODAY) for row in benefit["eligibility"]}
        for left_out in (None, *met):
            answers = met | ({left_out: None} if left_out else {})
            expected = "unknown" if left_out else "likely"
            assert naive_verdict(benefit, kinds, answers, TODAY) == expected
            home = read_household(translated(dice, answers), book.facts, TODAY)
            (result,) = screen(book, home, TODAY, [names[benefit["id"]]])
            assert VERDICTS[result.state] == expected, (benefit["id"], left_out)


# Dates


def state_of(condition, answers, on=TODAY):
    """What the engine says of a condition that stands alone."""
    book = Rulebook(content_facts(), {}, [ServiceRule("one", condition)])
    return screen(book, read_household(answers, content_facts(), on), on)[0].state


def is_met(condition, answers, on=TODAY):
    verdict = VERDICTS[state_of(condition, answers, on)]
    assert verdict in ("likely", "no")
    return verdict == "likely"


def condition_of(key, *values, benefit="b"):
    row_texts = [TEXT] * max(1, len(values))
    return benefit_rules().condition(benefit, key, list(values), "agency_page", row_texts)


@pytest.mark.parametrize(
    ("key", "expressions", "met", "not_met"),
    [
        (BIRTH, [">18years"], "2008-11-22", "2008-11-23"),
        (BIRTH, [">50years"], "1976-11-22", "1976-11-23"),
        (BIRTH, [">60years"], "1966-11-22", "1966-11-23"),
        (BIRTH, [">62years"], "1964-11-22", "1964-11-23"),
        (BIRTH, [">65years"], "1961-11-22", "1961-11-23"),
        (BIRTH, ["<18years"], "2008-11-23", "2008-11-22"),
        (BIRTH, ["<19years"], "2007-11-23", "2007-11-22"),
        (BIRTH, ["<65years"], "1961-11-23", "1961-11-22"),
        (BIRTH, [">18years", "<64years"], "1962-11-23", "1962-11-22"),
        (BIRTH, [">18years", "<64years"], "2008-11-22", "2008-11-23"),
        (DEATH, ["<2years"], "2024-11-22", "2024-11-21"),
        (DEATH, ["<01-01-1978"], "1977-12-31", "1978-01-01"),
        (FUNERAL, ["<2years"], "2024-11-22", "2024-11-21"),
        (FUNERAL, [">01-20-2020"], "2020-01-21", "2020-01-20"),
        # These do not occur, yet mean something.
        (DEATH, [">2years"], "2024-11-21", "2024-11-22"),
        (DEATH, ["<6months"], "2026-05-22", "2026-05-21"),
        (DEATH, ["<30days"], "2026-10-23", "2026-10-22"),
    ],
)
def test_date_expressions(key, expressions, met, not_met):
    condition, unknown = condition_of(key, *expressions)
    fact = benefit_rules().criteria[key].fact
    assert unknown == []
    assert is_met(condition, {fact: met})
    assert not is_met(condition, {fact: not_met})
    assert state_of(condition, {}) == ResultState.NEEDS_ANSWER


def test_the_pack_has_no_other_date_expression():
    kinds = {criterion["key"]: criterion["type"] for criterion in pack("criteria")}
    rows = [row for benefit in pack("benefits") for row in benefit["eligibility"]]
    found = {
        (row["criteria_key"], one)
        for row in rows
        if kinds[row["criteria_key"]] == "date"
        for one in row["acceptable_values"]
    }
    examples = test_date_expressions.pytestmark[0].args[1]
    assert found <= {(key, one) for key, expressions, *_ in examples for one in expressions}


@pytest.mark.parametrize(
    ("key", "expression"),
    [
        (BIRTH, "62"),
        (BIRTH, ">=62years"),
        (BIRTH, ">200years"),
        (BIRTH, ">6months"),
        (BIRTH, "<01-01-1978"),
        (DEATH, "<02-30-1978"),
        (DEATH, "<1978-01-01"),
        (DEATH, "<200years"),
        (DEATH, ""),
    ],
)
def test_a_date_expression_without_a_rule_is_left_to_the_agency(key, expression):
    condition, unknown = condition_of(key, expression)
    assert condition == {"ask": "agency", "text": TEXT, "source": "agency_page"}
    assert unknown == [f"no rule for {expression!r}"]


def test_two_expressions_are_told_apart():
    rule = next(one for one in found_in_pack() if getattr(one, "identifier", "") == "ssa-ticket-to-work").values
    (ages,) = (part["all"] for part in rule["eligibility"]["all"] if "all" in part)
    assert [leaf["text"]["en"].partition("(")[2] for leaf in ages] == ["at least 18 years old)", "under 64 years old)"]
    assert [leaf["text"]["es"].partition("(")[2] for leaf in ages] == ["al menos 18 años)", "menos de 64 años)"]


# Words


@pytest.mark.parametrize(
    ("benefit", "key", "value", "lang", "given"),
    [
        ("va-health-care-program-for-dependent", "applicant_marital_status", "never_married", "en", "unmarried"),
        (
            *("dod-retirement-and-disability-payments", "applicant_service_status", "guard_or_reserve"),
            *("en", "a member of the National Guard or Reserves"),
        ),
        (
            *("va-special-disability-benefits", "applicant_service_status", "guard_or_reserve"),
            *("en", "a member of the National Guard or Reserves"),
        ),
        ("ssa-survivor-benefits-child-disabled", "applicant_marital_status", "never_married", "es", "no está casada/o"),
        ("va-health-care-benefits", "applicant_service_status", "veteran", "es", "dada de baja"),
        ("va-life-insurance-for-veterans", "applicant_service_status", "veteran", "es", "dada de baja"),
        ("va-pension-with-disability", "applicant_service_status", "veteran", "es", "dada de baja"),
        ("va-pension", "applicant_service_status", "veteran", "es", "dada de baja"),
        ("va-special-disability-benefits", "applicant_service_status", "veteran", "es", "dada de baja"),
        ("va-veteran-readiness-and-employment", "applicant_service_status", "veteran", "es", "dada de baja"),
        (
            *("va-program-of-comprehensive-assistance-for-family-caregivers", "applicant_family_of_service_member"),
            *("disabled_by_service", "es", "discapacitado por una discapacidad"),
        ),
    ],
)
def test_values_in_other_words_are_repaired_by_a_listed_rule(benefit, key, value, lang, given):
    rule = benefit_rules().criteria[key]
    assert any(words.startswith(given) for words in rule.read_as)
    record = next(one for one in found_in_pack() if isinstance(one, SourceRecord) and one.identifier == benefit)
    (leaf,) = (leaf for leaf in leaves_in(record.values["eligibility"]) if leaf["fact"] == rule.fact)
    assert value in leaf["value"]
    mended = reasons(benefit)
    assert any(reason.startswith(f"{key}: {lang} '{given}") and "read as" in reason for reason in mended)


def reasons(benefit):
    return [one.reason for one in found_in_pack() if isinstance(one, Trouble) and one.place.record == benefit]


def test_three_english_and_eight_spanish_values_are_repaired_and_two_wordings():
    mended = [one.reason for one in found_in_pack() if isinstance(one, Trouble) and one.field == "eligibility"]
    languages = Counter(re.search(r": (en|es) '", reason)[1] for reason in mended if BIRTH not in reason)
    assert languages == {"en": 3, "es": 8}
    assert sum(f"{BIRTH}: es" in reason for reason in mended) == 2
    assert len(mended) == 13


def test_a_spanish_wording_with_another_age_is_corrected():
    record = next(one for one in found_in_pack() if getattr(one, "identifier", "") == "irs-tax-information-retirement")
    (leaf,) = (leaf for leaf in leaves_in(record.values["eligibility"]) if leaf["fact"] == "age")
    assert (leaf["is"], leaf["value"]) == ("at_least", 62)
    assert re.findall(r"\d+", leaf["text"]["en"] + leaf["text"]["es"]) == ["62", "62"]


def test_the_misspelt_life_event_is_repaired_by_a_listed_rule():
    record = next(one for one in found_in_pack() if getattr(one, "identifier", "") == "ssa-extra-help")
    assert "financial-hardship" in {term.value for term in record.terms}
    assert reasons("ssa-extra-help") == ["financial_hardship read as financial-hardship"]


def test_a_divorced_spouse_counts_where_the_benefit_accepts_divorced():
    accepted = {
        one.identifier: leaf["value"]
        for one in found_in_pack()
        if isinstance(one, SourceRecord) and one.kind == "service"
        for leaf in leaves_in(one.values["eligibility"])
        if leaf["fact"] == "relation_to_deceased"
    }
    assert {name for name, values in accepted.items() if "divorced_spouse" in values} == {
        benefit["id"]
        for benefit in pack("benefits")
        for row in benefit["eligibility"]
        if row["criteria_key"] == "applicant_marital_status" and benefit["id"] in accepted
        if "divorced" in map(word_of, row["acceptable_values"])
    }


def test_true_can_mean_no_and_yes_several_words():
    condition, _ = condition_of("applicant_funeral_reimbursment", "true")
    assert is_met(condition, {"funeral_costs_paid_back": False})
    assert not is_met(condition, {"funeral_costs_paid_back": True})
    condition, _ = condition_of("applicant_citizen_status", "true")
    assert is_met(condition, {"citizenship": "refugee_or_asylee"})
    assert not is_met(condition, {"citizenship": "other"})
    condition, unknown = condition_of("applicant_american_indian", "yes", "no")
    assert unknown == []
    assert is_met(condition, {"tribal_member": False})
    assert is_met(condition, {"tribal_member": True})


# What no rule knows


def test_an_unknown_value_beside_a_known_one_leaves_the_rest_open():
    condition, unknown = condition_of("applicant_marital_status", "widowed", "betrothed", None)
    assert unknown == ["no rule for 'betrothed'", "no rule for a value"]
    assert is_met(condition, {"marital_status": "widowed"})
    assert state_of(condition, {"marital_status": "married"}) == ResultState.ASK_A_PERSON


@pytest.mark.parametrize(
    ("key", "values"),
    [("nowhere", ["true"]), ("applicant_income", []), ("applicant_income", ["no"]), ("applicant_disaster_zone", ["1"])],
)
def test_a_row_without_a_rule_is_left_to_the_agency(key, values):
    condition, unknown = condition_of(key, *values)
    assert condition == {"ask": "agency", "text": TEXT, "source": "agency_page"}
    assert len(unknown) == 1


def changed_pack(folder, change):
    """The pack in a folder of its own, with one benefit changed."""
    shutil.copytree(SMALL, folder)
    benefits = json.loads((folder / "benefits.json").read_text(encoding="utf-8"))
    change(benefits[0]["eligibility"])
    (folder / "benefits.json").write_text(json.dumps(benefits), encoding="utf-8")
    return folder


def rule_of(identifier):
    record_id = db.session.scalar(sa.select(Kept.record_id).where(Kept.identifier == identifier))
    return service_record(record_id)


def test_languages_that_contradict_each_other_are_left_to_the_agency(tmp_path):
    folder = changed_pack(
        tmp_path / "pack", lambda rows: rows[1].update(acceptable_values=[{"en": "widowed", "es": "casado"}])
    )
    records = {one.identifier: one for one in read_source("us-benefits", folder) if isinstance(one, SourceRecord)}
    leaf = records["heat-help"].values["eligibility"]["all"][1]
    assert leaf["ask"] == "agency"
    assert leaf["text"]["en"] == "You are: widowed"


def test_an_unknown_criterion_is_a_condition_that_only_the_agency_knows(site_sqlite):
    report = fill(SMALL)
    assert any("nowhere: no rule for this criterion" in one.reason for one in report.troubles)
    (leaf,) = rule_of("roof-help")["eligibility"]["all"]
    assert leaf["ask"] == "agency"
    assert leaf["text"] == {
        "en": "One more condition: ask the agency.",
        "es": "Una condición más: pregunte a la agencia.",
    }
    home = read_household({}, facts(), TODAY)
    assert screen(rulebook(), home, TODAY, ["help-with-a-roof"])[0].state == ResultState.ASK_A_PERSON


# Editions


def test_an_editors_rule_survives_a_later_edition(site_sqlite, tmp_path):
    fill(SMALL)
    record = rule_of("heat-help")
    ours = {"all": record["eligibility"]["all"][:2]}
    with transaction():
        save_service(record | {"eligibility": ours})
    assert take(SMALL).changes == 0
    later = changed_pack(tmp_path / "later", lambda rows: rows[0].update(acceptable_values=[">61years"]))
    report = take(later)
    assert report.conflicts == 1
    assert rule_of("heat-help")["eligibility"] == ours
    assert db.session.scalars(sa.select(ImportConflict.field)).all() == ["eligibility"]


def test_a_rule_that_nobody_changed_follows_the_later_edition(site_sqlite, tmp_path):
    fill(SMALL)
    report = take(changed_pack(tmp_path / "later", lambda rows: rows[0].update(acceptable_values=[">61years"])))
    assert (report.conflicts, report.counts["service"]["changed"]) == (0, 1)
    assert rule_of("heat-help")["eligibility"]["all"][0]["value"] == 61
