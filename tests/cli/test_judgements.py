"""The judged sets: shape, size, languages, halves, and that every record they name exists."""

import hashlib
import itertools
from collections import Counter

import pytest

from portal.cli.content.files import CONTENT, Problem, read_content
from portal.cli.content.judgements import judgement_problems
from portal.judgements import JudgedPhrase, JudgedQuery, read_judgements, split_of
from tests.support import profile_record, service_record

from .test_content import write

ANSWERED = {"id": "k-en-001", "lang": "en", "split": "check", "text": "service", "best": ["service:service"]}
SPOKEN = {"id": "s-es-001", "lang": "es", "split": "check", "text": "Necesito el servicio, no soy veterano"} | {
    "best": ["service:service"],
    "also": ["service:second"],
    "intents": [],
    "profiles": ["profile"],
}
PHRASE = {"id": "h-en-001", "lang": "en", "split": "check", "text": "my phone died"}


@pytest.fixture(scope="module")
def judged():
    return read_judgements()


@pytest.fixture
def folder(tmp_path):
    """A small content folder with sound judgements."""
    write(tmp_path, "profiles", profile_record())
    write(tmp_path, "services", service_record())
    write(tmp_path, "services", service_record("second"))
    judge(tmp_path)
    return tmp_path


def judge(root, *, keyword=None, situation=None, crisis=(), harmless=None):
    """Write the three files, with changes to the entries above."""
    write(root, "judgements", {"queries": [ANSWERED | (keyword or {})]}, "keywords")
    write(root, "judgements", {"queries": [SPOKEN | (situation or {})]}, "situations")
    write(root, "judgements", {"crisis": list(crisis), "harmless": [PHRASE | (harmless or {})]}, "crisis")


def problems(root):
    return judgement_problems(root, read_content(root))


# What is numbered above this came later as a whole, again for both halves.
FRESH = 600


def test_shipped_sets_are_sound():
    assert judgement_problems(CONTENT, read_content()) == []


def test_shipped_sets_are_large_enough_in_both_languages(judged):
    least = {"keywords": (160, 70), "situations": (170, 75), "crisis": (160, 60), "harmless": (160, 60)}
    for name, (count, in_spanish) in least.items():
        entries = getattr(judged, name)
        assert len(entries) >= count, name
        assert sum(entry.lang == "es" for entry in entries) >= in_spanish, name


def test_halves_follow_the_ids_and_the_first_of_each_set_are_halves(judged):
    for name, entries in judged.sets():
        for entry in entries:
            even = int(hashlib.sha256(entry.id.encode()).hexdigest()[-1], 16) % 2 == 0
            assert entry.split == ("tune" if even else "check"), entry.id
        for lang in ("en", "es"):
            halves = {int(entry.id.rpartition("-")[2]): entry.split for entry in entries if entry.lang == lang}
            gap = next(number for number in itertools.count(1) if number not in halves)
            both = Counter(half for number, half in halves.items() if number < gap or number > FRESH)
            assert 0.4 <= both["tune"] / both.total() <= 0.6, (name, lang)
            # Beyond the first number left out, all were added to the one half that is tuned on.
            assert {half for number, half in halves.items() if gap < number <= FRESH} <= {"tune"}, (name, lang)


def test_few_queries_are_without_an_answer(judged):
    for entries in (judged.keywords, judged.situations):
        assert sum(not entry.best for entry in entries) <= len(entries) / 20


def test_situations_have_the_length_of_what_people_tell(judged):
    for entry in judged.situations:
        assert 8 <= len(entry.text.split()) <= 40, entry.id


def test_situations_speak_of_every_intent_and_profile_and_some_of_none(judged):
    content = read_content()
    assert {slug for entry in judged.situations for slug in entry.intents} == set(content.intent)
    assert {slug for entry in judged.situations for slug in entry.profiles} == set(content.profile)
    assert sum(not entry.intents for entry in judged.situations) >= len(judged.situations) / 10
    assert sum(len(entry.intents) > 1 for entry in judged.situations) >= len(judged.situations) / 10


def test_every_emergency_is_asked_for_in_both_languages(judged):
    for slug in read_content().emergency:
        for lang in ("en", "es"):
            assert sum(slug in one.emergencies and one.lang == lang for one in judged.crisis) >= 10, (slug, lang)


def test_split_depends_on_the_id_alone():
    assert [split_of(f"k-en-00{number}") for number in range(1, 7)] == [
        "check",
        "tune",
        "tune",
        "tune",
        "check",
        "check",
    ]


def test_entries_are_read(folder):
    judge(folder)
    found = read_judgements(folder)
    assert found.keywords == (JudgedQuery("k-en-001", "en", "check", "service", best=(("service", "service"),)),)
    assert found.situations == (
        JudgedQuery(
            "s-es-001",
            "es",
            "check",
            "Necesito el servicio, no soy veterano",
            best=(("service", "service"),),
            also=(("service", "second"),),
            profiles=("profile",),
        ),
    )
    assert (found.crisis, found.harmless) == ((), (JudgedPhrase("h-en-001", "en", "check", "my phone died"),))
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"keyword": {"best": ["service:gone"]}}, ("keywords", "k-en-001", "best", "unknown: service:gone")),
        ({"keyword": {"also": ["article:gone"]}}, ("keywords", "k-en-001", "also", "unknown: article:gone")),
        (
            {"keyword": {"also": ["service:service"]}},
            ("keywords", "k-en-001", "also", "is among the best: service:service"),
        ),
        ({"keyword": {"split": "tune"}}, ("keywords", "k-en-001", "split", "must be check")),
        ({"keyword": {"lang": "es"}}, ("keywords", "k-en-001", "lang", "is not that of the id: es")),
        ({"situation": {"intents": ["gone"]}}, ("situations", "s-es-001", "intents", "unknown: gone")),
        ({"situation": {"profiles": ["gone"]}}, ("situations", "s-es-001", "profiles", "unknown: gone")),
        ({"harmless": {"text": "SERVICE"}}, ("crisis", "h-en-001", "text", "stands twice")),
        (
            {"crisis": [PHRASE | {"emergencies": ["gone"], "text": "help"}], "harmless": {"id": "h-en-004"}},
            ("crisis", "h-en-001", "emergencies", "unknown: gone"),
        ),
        ({"crisis": [PHRASE | {"emergencies": []}]}, ("crisis", "", "crisis.0.emergencies", "[] should be non-empty")),
        (
            {"keyword": {"best": ["agency:service"]}},
            (
                "keywords",
                "",
                "queries.0.best.0",
                "'agency:service' does not match '^(service|article|intent):[a-z0-9-]+$'",
            ),
        ),
    ],
)
def test_a_fault_is_a_problem(folder, changes, problem):
    judge(folder, **changes)
    name, *rest = problem
    assert problems(folder) == [Problem(f"judgements/{name}.yaml", *rest)]


def test_a_missing_or_damaged_file_is_a_problem(folder):
    (folder / "judgements/keywords.yaml").unlink()
    (folder / "judgements/crisis.yaml").write_text("- a list")
    assert [(one.file, one.reason.split(":")[0].split("]")[0]) for one in problems(folder)] == [
        ("judgements/keywords.yaml", "[Errno 2"),
        ("judgements/crisis.yaml", "the file must hold one mapping"),
    ]


def test_the_content_check_reads_them(folder, app):
    judge(folder, keyword={"best": ["service:gone"]})
    result = app.test_cli_runner().invoke(args=["content", "check", str(folder)])
    assert result.exit_code == 1
    assert "judgements/keywords.yaml: k-en-001: best: unknown: service:gone" in result.output.splitlines()


def test_judgements_are_no_records_to_load():
    assert not any("judgements" in file for file in read_content(CONTENT).files.values())


def test_what_a_situation_speaks_of_is_among_its_answers(judged):
    for entry in judged.situations:
        assert {("intent", slug) for slug in entry.intents} <= {*entry.best, *entry.also}, entry.id
