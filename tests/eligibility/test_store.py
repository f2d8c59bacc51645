"""What is kept of a visit, on each database."""

import datetime

import pytest
import sqlalchemy as sa

from portal.database import transaction
from portal.eligibility import store
from portal.eligibility.models import Screening
from portal.eligibility.store import Answer, Where
from portal.extensions import db

IDLE = datetime.timedelta(minutes=30)
LIFE = datetime.timedelta(days=30)
INCOME = {"amount": 3417, "per": "month"}


@pytest.fixture
def visit(app):
    """A visit with answers, kept in an otherwise empty database."""
    with transaction():
        made = store.start({"profile": "veterans"}, "US-MD")
        made.path = [Where("household_income", 0), Where("age", 1)]
        made.answers[Where("household_income", 0)] = Answer(INCOME, "2026-11-22")
        made.already.append("food")
        store.save(made)
    return made


def row():
    db.session.expire_all()
    return db.session.scalars(sa.select(Screening)).one_or_none()


def rest(time):
    with transaction():
        row().used_at -= time


def test_a_visit_comes_back_as_it_was_left(visit):
    found = store.load(visit.key, IDLE)
    assert (found.scope, found.place, found.path) == ({"profile": "veterans"}, "US-MD", visit.path)
    assert (found.answers, found.already) == (visit.answers, ["food"])
    assert isinstance(found.path[0], Where)


def test_the_row_tells_nothing(visit):
    kept = " ".join(str(value) for value in db.session.execute(sa.select(*Screening.__table__.c)).one())
    for word in ("3417", "income", "veterans", "US-MD", "food", visit.key):
        assert word not in kept


def test_its_length_does_not_tell_how_much_was_answered(visit):
    before = len(row().box)
    with transaction():
        for number in range(8):
            visit.answers[Where(f"fact_{number}", 0)] = Answer(True, "2026-11-22")
        store.save(visit)
    assert len(row().box) == before


@pytest.mark.parametrize("key", [None, "", "another", "x" * 5000])
def test_another_key_opens_nothing(visit, key):
    assert store.load(key, IDLE) is None


def test_a_box_that_was_changed_is_not_opened(visit):
    with transaction():
        row().box = row().box[:-4] + "AAAA"
    assert store.load(visit.key, IDLE) is None


def test_what_rests_too_long_is_refused_and_deleted(visit):
    rest(IDLE - datetime.timedelta(seconds=30))
    assert store.load(visit.key, IDLE)
    rest(datetime.timedelta(minutes=1))
    assert store.load(visit.key, IDLE) is None
    with transaction():
        store.delete_expired(IDLE)
    assert row() is None


def test_use_is_noted(visit):
    rest(datetime.timedelta(minutes=20))
    assert not store.load(visit.key, IDLE).is_noted
    with transaction():
        store.note_use(visit)
    assert store.load(visit.key, IDLE).is_noted
    with transaction():
        store.delete_expired(IDLE)
    assert row() is not None


def test_a_code_keeps_answers_and_brings_them_back(visit):
    with transaction():
        code = store.make_code(visit, LIFE)
    rest(datetime.timedelta(days=3))
    with transaction():
        store.delete_expired(IDLE)
        # The browser's own key is too old all the same.
        assert store.load(visit.key, IDLE) is None
        back = store.resume(code.upper().replace("-", " "))
    assert back.answers == visit.answers
    assert back.key != visit.key
    assert store.load(visit.key, IDLE) is None
    assert store.load(back.key, IDLE).answers == visit.answers


def test_the_row_does_not_hold_the_code(visit):
    with transaction():
        code = store.make_code(visit, LIFE)
    kept = " ".join(str(value) for value in db.session.execute(sa.select(*Screening.__table__.c)).one())
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert visit.key not in kept


def test_a_new_code_ends_the_earlier_and_a_revoked_one_leads_nowhere(visit):
    with transaction():
        first, second = store.make_code(visit, LIFE), store.make_code(visit, LIFE)
        assert store.resume(first) is None
        visit = store.resume(second)
        store.revoke_code(visit)
    assert store.resume(second) is None
    assert (row().code_hash, row().code_box, row().code_until) == (None, None, None)


def test_an_expired_code_leads_nowhere_and_keeps_nothing(visit):
    with transaction():
        code = store.make_code(visit, datetime.timedelta(seconds=-1))
        assert store.resume(code) is None
        store.delete_expired(IDLE)
    assert row().code_hash is None
    rest(IDLE * 2)
    with transaction():
        store.delete_expired(IDLE)
    assert row() is None


def test_a_visit_that_is_given_up_stays_only_for_its_code(visit):
    with transaction():
        code = store.make_code(visit, LIFE)
        store.leave(visit)
        back = store.resume(code)
        store.revoke_code(back)
        store.leave(back)
    assert row() is None


@pytest.mark.parametrize("code", ["", "-", "abcd", "abcd-efgh-jkmn-pqrs", "é" * 40])
def test_a_code_that_nobody_has_leads_nowhere(visit, code):
    assert store.resume(code) is None
