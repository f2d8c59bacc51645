import datetime
import itertools

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.rules import (
    CONTENT,
    KINDS,
    ROLES,
    STEERING,
    VERBS,
    Staff,
    accepted_step,
    browser_family,
    fold_email,
    is_email,
    local_path,
    lock_minutes,
    may,
    password_problem,
    roles_problem,
)

NOON = datetime.datetime(2026, 11, 22, 12, 0, 10)
STEP = int(NOON.replace(tzinfo=datetime.UTC).timestamp()) // 30
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

# Every verb that a role may do to a kind, when the record is of another agency and of another author.
STEERS = {(kind, verb) for kind in STEERING for verb in ("view", "write")}
ALLOWED = {
    "editor": {(kind, verb) for kind in CONTENT for verb in ("view", "use", "write", "maintain")} | STEERS,
    "reviewer": {(kind, verb) for kind in CONTENT for verb in ("view", "use", "review", "publish", "maintain")}
    | STEERS,
    "agency_editor": {(kind, "view") for kind in CONTENT},
    "specialist": {*(("article", verb) for verb in ("view", "use", "write")), ("words", "view"), ("words", "write")},
    "administrator": set(itertools.product(KINDS, VERBS)),
}


def staff(*roles, agency_ids=(7,)):
    return Staff(1, "uid", "Name", "name@example.gov", frozenset(roles), frozenset(agency_ids))


@pytest.mark.promise("S4")
@pytest.mark.parametrize(("role", "kind", "verb"), list(itertools.product(ROLES, KINDS, VERBS)))
def test_who_may_do_what(role, kind, verb):
    allowed = (kind, verb) in ALLOWED[role]
    own_service = role == "agency_editor" and (kind, verb) == ("service", "write")
    own_work = verb in ("review", "publish")
    someone = staff(role)
    assert may(someone, verb, kind) is allowed
    assert may(someone, verb, kind, agency_id=8, author_id=2) is allowed
    assert may(someone, verb, kind, agency_id=7, author_id=2) is (allowed or own_service)
    assert may(someone, verb, kind, agency_id=8, author_id=1) is (allowed and not own_work)
    assert may(someone, verb, kind, agency_id=7, author_id=1) is ((allowed or own_service) and not own_work)


@pytest.mark.parametrize(("kind", "verb"), list(itertools.product(KINDS, VERBS)))
def test_roles_add_up_and_no_role_may_nothing(kind, verb):
    assert not may(staff(), verb, kind, agency_id=7, author_id=2)
    for one, other in itertools.combinations(ROLES, 2):
        both = may(staff(one, other), verb, kind, agency_id=7, author_id=2)
        assert both is any(may(staff(role), verb, kind, agency_id=7, author_id=2) for role in (one, other))


def test_nobody_publishes_their_own_work_whatever_their_roles():
    assert not may(staff(*ROLES), "publish", "article", author_id=1)
    assert not may(staff(*ROLES), "review", "service", author_id=1, agency_id=7)


@pytest.mark.parametrize(("verb", "kind"), [("delete", "service"), ("view", "services")])
def test_a_misspelt_rule_is_an_error(verb, kind):
    with pytest.raises(ValueError, match="no rule"):
        may(staff("administrator"), verb, kind)


@pytest.mark.parametrize(
    ("roles", "agencies", "is_fine"),
    [
        (["editor", "reviewer"], [], True),
        (["agency_editor"], [1], True),
        ([], [], False),
        (["boss"], [], False),
        (["agency_editor"], [], False),
        (["editor"], [1], False),
    ],
)
def test_roles_problem(roles, agencies, is_fine):
    assert (roles_problem(roles, agencies) is None) is is_fine


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("orchard lamp river", True),
        ("ñandú 東京 élan vital", True),
        ("short", False),
        ("elevenchars", False),
        ("x" * 201, False),
        ("Password-1234", False),
        ("QwertyUiopAsdf", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("abcabcabcabcabc", False),
        ("my ana.lee password", False),
        ("AnaLee-AnaLee-1", False),
        ("ana.lee@example.gov", False),
    ],
)
def test_password_problem(password, is_fine):
    assert (password_problem(password, "ana.lee@example.gov", "Ana Lee") is None) is is_fine


def test_a_lock_grows_and_has_an_end():
    assert [lock_minutes(number) for number in range(1, 14)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert lock_minutes(10_000) == 60


@pytest.mark.parametrize(("offset", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_for_a_step_before_and_after(offset, accepted):
    code = pyotp.TOTP(SECRET).generate_otp(STEP + offset)
    assert accepted_step(SECRET, code, NOON, None) == (STEP + offset if accepted else None)


def test_a_code_is_never_accepted_twice_nor_an_older_one():
    codes = [pyotp.TOTP(SECRET).generate_otp(STEP + offset) for offset in (-1, 0, 1)]
    assert accepted_step(SECRET, codes[1], NOON, STEP) is None
    assert accepted_step(SECRET, codes[0], NOON, STEP) is None
    assert accepted_step(SECRET, codes[2], NOON, STEP) == STEP + 1


@pytest.mark.parametrize("code", ["", "000", "abcdef", "１２３４５６", "é" * 6])
def test_what_is_no_code_is_refused(code):
    assert accepted_step(SECRET, code, NOON, None) is None


def test_a_code_may_be_typed_with_spaces():
    code = pyotp.TOTP(SECRET).generate_otp(STEP)
    assert accepted_step(SECRET, f" {code[:3]} {code[3:]} ", NOON, None) == STEP


@pytest.mark.parametrize("path", ["/", "/admin/account", "/admin/services/snap?lang=es#who", "/desk/"])
def test_local_paths(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "admin",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "/\t/evil.example",
        " //evil.example",
        "/é",
    ],
)
def test_paths_that_lead_elsewhere(path):
    assert local_path(path) is None


@given(st.text(alphabet="/\\:.@ \t\nabe", max_size=12))
def test_a_local_path_never_names_a_host(path):
    if local_path(path):
        assert path.startswith("/")
        assert not path.startswith(("//", "/\\"))


def test_email_addresses_are_folded():
    assert fold_email("  Ana.LEE@Example.GOV ") == "ana.lee@example.gov"


@pytest.mark.parametrize(
    ("email", "is_one"),
    [
        ("a@b.gov", True),
        ("ana.lee+x@mail.example.gov", True),
        ("ana", False),
        ("ana@", False),
        ("ana@gov", False),
        ("a b@c.gov", False),
        ("a@b..gov", False),
        ("a@b@c.gov", False),
        ("a@" + "b" * 250 + ".gov", False),
    ],
)
def test_is_email(email, is_one):
    assert is_email(email) is is_one


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_browser_family(user_agent, words):
    assert browser_family(user_agent) == words
