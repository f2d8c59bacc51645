"""Visits that have rested are counted without an operator: none is lost, none counts twice."""

import datetime
import subprocess
import sys
import textwrap
import threading

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.database import transaction
from portal.extensions import db
from portal.related import store
from portal.related.models import ArmDay, PairCount, RelatedState, RunningVisit, ServiceCount, Snapshot
from portal.related.operations.visits import TAKE_IN, start_visit
from tests.conftest import close, make_app

from .visiting import Guest, furnish, ids_by_slug

IDLE = datetime.timedelta(minutes=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    """The portal on each engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    app = make_app(tmp_path, url)
    with app.app_context():
        furnish()
        with transaction():
            db.session.execute(sa.delete(jobs.OutboxRow))
    yield app
    close(app)


def visited(*slugs, number=1):
    """So many visits that looked at these services just now."""
    ids = ids_by_slug()
    with transaction():
        for _ in range(number):
            key = start_visit(IDLE)
            store.change(key, IDLE, lambda visit: [visit.note(ids[slug], "viewed") for slug in slugs])


def pass_time(**given):
    """Let time pass: everything was so much earlier."""
    by = datetime.timedelta(**given)
    with transaction():
        for visit in db.session.scalars(sa.select(RunningVisit)):
            visit.used_at -= by
        for row in db.session.scalars(sa.select(jobs.OutboxRow)):
            row.ready_at -= by


def work():
    while jobs.work_once():
        pass


def counted():
    """Visits by the counts of the whole country: of each service, of each pair, and of the arms."""
    db.session.rollback()
    names = {number: slug for slug, number in ids_by_slug().items()}
    services = db.session.execute(
        sa.select(ServiceCount.service_id, ServiceCount.fresh_visits).where(ServiceCount.region == "")
    ).all()
    pairs = db.session.execute(
        sa.select(PairCount.service_id, PairCount.other_id, PairCount.fresh_visits).where(PairCount.region == "")
    ).all()
    arms = db.session.scalars(sa.select(ArmDay.visits)).all()
    return (
        {names[one]: number for one, number in services},
        {frozenset((names[one], names[other])): number for one, other, number in pairs},
        sum(arms),
    )


def left():
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(RunningVisit))


def tasks():
    db.session.rollback()
    return db.session.scalars(sa.select(jobs.OutboxRow.ready_at).where(jobs.OutboxRow.task == TAKE_IN)).all()


def test_a_visit_is_counted_when_it_has_rested_and_nothing_of_it_stays(site):
    guest = Guest(site).agree().look_at("/services/food").look_at("/services/bus")
    with site.app_context():
        assert len(tasks()) == 1
        work()
        assert left() == 1
        pass_time(minutes=33)
        work()
        assert left() == 0
        assert counted() == ({"food": 1.0, "bus": 1.0}, {frozenset(("food", "bus")): 1.0}, 1)
        assert tasks() == []
    assert "May we count your visit?" in guest.open("/visit").main


def test_while_visits_run_there_is_one_task_and_afterwards_none(site):
    with site.app_context():
        visited("food", number=5)
        assert len(tasks()) == 1
        # It is used further on, so that the task comes too early.
        pass_time(minutes=20)
        visited("bus")
        pass_time(minutes=13)
        work()
        assert left() == 1
        assert len(tasks()) == 1
        assert tasks()[0] > store.now() + datetime.timedelta(minutes=10)
        pass_time(minutes=30)
        work()
        assert (left(), len(tasks())) == (0, 0)
        assert counted()[0] == {"food": 5.0, "bus": 1.0}


def test_a_visit_that_starts_while_a_worker_looks_gets_a_task_of_its_own(site):
    """The row that the worker has in hand is no promise for what it may not see."""
    with site.app_context():
        visited("food")
        pass_time(minutes=33)
        work_in_hand = jobs.claim()
        assert work_in_hand.task == TAKE_IN
        visited("bus")
        assert len(tasks()) == 2
        jobs.finish(work_in_hand)
        pass_time(minutes=33)
        work()
        assert left() == 0
        assert counted()[0] == {"food": 1.0, "bus": 1.0}


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(site, where):
    """It is killed when it has counted, before the commit or just after it, and never says that it is done."""
    with site.app_context():
        visited("food", "bus", number=3)
        pass_time(minutes=33)
        settings = site.config["SETTINGS"]
        program = f"""
            import os, signal
            from pathlib import Path
            from portal import create_app, jobs
            from portal.related import jobs as related_jobs
            app = create_app(instance=Path({str(settings.instance)!r}), secret_key="for tests only",
                             database_url={settings.database_url!r})
            take_in = related_jobs.take_in_rested
            def die(*_):
                os.kill(os.getpid(), signal.SIGKILL)
            def take_in_and_die(idle):
                if {where!r} == "after" and taken:
                    die()
                taken.append(take_in(idle))
                if {where!r} == "before":
                    die()
                return taken[-1]
            taken = []
            related_jobs.take_in_rested = take_in_and_die
            with app.app_context():
                jobs.work_once()
        """
        db.session.remove()
        result = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
        assert result.returncode == -9
        assert left() == (3 if where == "before" else 0)
        # When its lease is over another one does it.
        pass_time(minutes=2)
        work()
        assert left() == 0
        assert counted() == ({"food": 3.0, "bus": 3.0}, {frozenset(("food", "bus")): 3.0}, 3)
        assert tasks() == []


def test_two_workers_count_each_visit_once(site):
    with site.app_context():
        visited("food", number=40)
        pass_time(minutes=33)
        # Each has a task in hand.
        with transaction():
            jobs.enqueue(TAKE_IN, {})
        rows = db.session.scalars(sa.select(jobs.OutboxRow)).all()
        assert len(rows) == 2
        db.session.remove()

    def run():
        with site.app_context():
            jobs._handlers[TAKE_IN]([{}])

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with site.app_context():
        assert left() == 0
        assert counted()[0] == {"food": 40.0}


def test_a_forgotten_visit_is_not_counted(site):
    guest = Guest(site).agree().look_at("/services/food").open("/visit").submit("/visit/forget")
    assert guest.key is None
    with site.app_context():
        pass_time(minutes=33)
        work()
        assert counted() == ({}, {}, 0)


def test_every_day_counts_fade_and_are_published_when_they_are_enough(site):
    with site.app_context():
        visited("food", "bus", number=25)
        pass_time(minutes=33)
        jobs.start_day()
        assert left() == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Snapshot)) == 1
        state = db.session.get_one(RelatedState, 1)
        assert (state.fresh_visits, state.decayed_on) == (0, store.now().date())
        # On the same day nothing more is published.
        visited("food", "bus", number=25)
        pass_time(minutes=33)
        jobs.start_day()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Snapshot)) == 1
        db.session.rollback()
        before = sum(db.session.scalars(sa.select(ServiceCount.visits + ServiceCount.fresh_visits)))
        with transaction():
            state = db.session.get_one(RelatedState, 1)
            state.decayed_on -= datetime.timedelta(days=90)
        jobs.start_day()
        after = sum(db.session.scalars(sa.select(ServiceCount.visits + ServiceCount.fresh_visits)))
        assert after == pytest.approx(before / 2)
