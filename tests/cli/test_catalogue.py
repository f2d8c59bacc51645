"""``flask catalogue import``: what it says, and that wrong input changes nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.catalogue.models import ImportRun, Service, Source
from portal.extensions import db
from portal.jobs import OutboxRow

DATA = Path(__file__).parents[1] / "catalogue" / "imports" / "data"
TABLE = ("csv", str(DATA / "table" / "services.csv"), "--mapping", str(DATA / "table" / "mapping.yaml"))


@pytest.fixture
def run(site_sqlite):
    runner = site_sqlite.test_cli_runner()

    def run(*words):
        db.session.rollback()
        result = runner.invoke(args=["catalogue", "import", *words])
        db.session.rollback()
        return result

    return run


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def services(result):
    """The numbers of the report's line about services: added, changed, unchanged, matched, withdrawn, refused."""
    line = next(line for line in result.stdout.splitlines() if line.startswith("service"))
    return [int(number) for number in line.split()[1:]]


def test_an_import_and_the_same_again(run):
    first = run(*TABLE)
    assert first.exit_code == 0, first.output
    added = services(first)[0]
    assert added == count(Service) > 0
    assert services(first)[1:5] == [0, 0, 0, 0]
    assert count(OutboxRow) > 0
    again = run(*TABLE)
    assert services(again)[:3] == [0, 0, added]
    assert count(ImportRun) == 2


def test_a_dry_run_changes_nothing(run):
    result = run(*TABLE, "--dry-run")
    assert services(result)[0] > 0
    assert "a dry run: nothing was changed" in result.output
    assert (count(Service), count(Source), count(ImportRun)) == (0, 0, 0)


def test_another_name_makes_another_source(run):
    run(*TABLE)
    run(*TABLE, "--source", "mine")
    assert set(db.session.scalars(sa.select(Source.key))) >= {"mine"}
    assert count(Source) == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nonsense", "x"), "'nonsense' is not one of"),
        (("csv", "nowhere.csv", "--mapping", "nyc-programs-2022"), "there is no nowhere.csv"),
        (("csv", str(DATA / "table" / "services.csv")), "needs a mapping file"),
        (("csv", str(DATA / "table" / "services.csv"), "--mapping", "nowhere.yaml"), "nowhere.yaml"),
        (("hsds-jsonl", str(DATA / "table")), "Error"),
        (("us-benefits", str(DATA / "table")), "Error"),
    ],
)
def test_wrong_input_is_told_in_a_sentence_and_changes_nothing(run, words, reason):
    result = run(*words)
    assert result.exit_code in (1, 2)
    assert reason in result.output
    assert "Traceback" not in result.output
    assert (count(Service), count(Source), count(ImportRun)) == (0, 0, 0)
