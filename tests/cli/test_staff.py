"""``flask staff``: what it does, and that wrong input changes nothing."""

import re

import pytest
import sqlalchemy as sa

from portal.catalogue.operations import save_agency
from portal.database import transaction
from portal.extensions import db
from portal.identity import queries
from portal.identity.models import StaffMember
from portal.identity.operations import sign_in
from tests.staff import make_staff
from tests.support import agency_record

PASSWORD = "orchard lamp river"


@pytest.fixture
def run(site_sqlite):
    runner = site_sqlite.test_cli_runner()

    def run(*words, **options):
        db.session.rollback()
        result = runner.invoke(args=["staff", *words], **options)
        db.session.rollback()
        return result

    return run


def accounts():
    return db.session.scalar(sa.select(sa.func.count()).select_from(StaffMember))


def test_create_asks_for_the_password_twice(run):
    result = run(
        "create", "Ana@Example.gov", "--name", "Ana Lee", "--role", "administrator", "--role", "editor",
        input=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    staff = queries.staff_by_email("ana@example.gov")
    assert (staff.name, staff.roles) == ("Ana Lee", {"administrator", "editor"})
    with transaction():
        assert sign_in.check_password("ana@example.gov", PASSWORD)


def test_create_takes_the_password_of_a_script(run):
    with transaction():
        save_agency(agency_record())
    result = run(
        "create", "bo@example.gov", "--name", "Bo", "--role", "agency_editor", "--agency", "agency", "--password-stdin",
        input=f"{PASSWORD}\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert queries.staff_by_email("bo@example.gov").agency_ids == set(queries.agency_ids_by_slug(["agency"]).values())


@pytest.mark.parametrize(
    ("words", "password", "message"),
    [
        (["ana", "--name", "Ana", "--role", "editor"], PASSWORD, "like name@example.gov"),
        (["known@example.gov", "--name", "Ana", "--role", "editor"], PASSWORD, "There is an account"),
        (["a@example.gov", "--name", "Ana", "--role", "boss"], PASSWORD, "Invalid value for '--role'"),
        (["a@example.gov", "--name", "Ana"], PASSWORD, "Missing option '--role'"),
        (["a@example.gov", "--role", "editor"], PASSWORD, "Missing option '--name'"),
        (["a@example.gov", "--name", " ", "--role", "editor"], PASSWORD, "The name must have"),
        (["a@example.gov", "--name", "Ana", "--role", "agency_editor"], PASSWORD, "needs at least one agency"),
        (["a@example.gov", "--name", "Ana", "--role", "agency_editor", "--agency", "no"], PASSWORD, "no agency no"),
        (["a@example.gov", "--name", "Ana", "--role", "editor"], "short", "at least 12 characters"),
        (["a@example.gov", "--name", "Ana", "--role", "editor"], "", "at least 12 characters"),
    ],
)
def test_wrong_input_is_refused_and_changes_nothing(site_sqlite, run, words, password, message):
    make_staff(site_sqlite, email="known@example.gov")
    result = run("create", *words, "--password-stdin", input=f"{password}\n")
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert accounts() == 1


def test_list(site_sqlite, run):
    make_staff(site_sqlite, "editor", "reviewer", name="Ana", email="ana@example.gov", password=PASSWORD)
    make_staff(site_sqlite, name="Bo", email="bo@example.gov")
    assert run("list").output.splitlines() == [
        "ana@example.gov; Ana; editor, reviewer; no second step",
        "bo@example.gov; Bo; editor; no password; no second step",
    ]


def test_disable(site_sqlite, run):
    make_staff(site_sqlite, "administrator", email="ada@example.gov", password=PASSWORD)
    make_staff(site_sqlite, email="bo@example.gov", password=PASSWORD)
    assert run("disable", "BO@example.gov").exit_code == 0
    with transaction():
        assert sign_in.check_password("bo@example.gov", PASSWORD) is None
    for email, message in (("none@example.gov", "There is no account"), ("ada@example.gov", "last administrator")):
        result = run("disable", email)
        assert result.exit_code == 1
        assert message in result.output
    with transaction():
        assert sign_in.check_password("ada@example.gov", PASSWORD)


def test_reset_gives_a_link(site_sqlite, run):
    make_staff(site_sqlite, "administrator", email="ada@example.gov", password=PASSWORD)
    result = run("reset", "ada@example.gov")
    key = re.fullmatch(r"/admin/set-password/([\w-]+)\n", result.output)[1]
    assert queries.ticket_holder(key, "set_password").email == "ada@example.gov"
    assert run("reset", "none@example.gov").exit_code == 1
