import datetime
import subprocess
import sys
import textwrap

import sqlalchemy as sa

from portal import jobs
from portal.database import transaction
from portal.extensions import db

seen: list[dict[str, int]] = []


@jobs.handles("test.note")
def note(payloads):
    seen.extend(payloads)


@jobs.handles("test.break")
def break_down(_payloads):
    raise RuntimeError("no")


def enqueue(task, *numbers):
    with transaction():
        for number in numbers:
            jobs.enqueue(task, {"number": number})


def test_work_once_does_a_batch_in_order_and_removes_it(app):
    seen.clear()
    enqueue("test.note", 1, 2, 3)
    assert jobs.work_once() == 3
    assert seen == [{"number": 1}, {"number": 2}, {"number": 3}]
    assert jobs.work_once() == 0
    assert jobs.waiting() == (0, 0.0)


def test_a_rolled_back_transaction_leaves_no_work(app):
    try:
        with transaction():
            jobs.enqueue("test.note", {"number": 1})
            raise KeyError
    except KeyError:
        pass
    assert jobs.claim() is None


def test_a_failure_is_kept_and_tried_again_later(app):
    enqueue("test.break", 1)
    assert jobs.work_once() == 1
    row = db.session.scalars(sa.select(jobs.OutboxRow)).one()
    assert (row.attempts, row.error) == (1, "RuntimeError: no")
    assert row.ready_at > datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    assert jobs.claim() is None


@jobs.handles("test.picky")
def note_but_three(payloads):
    if any(payload["number"] == 3 for payload in payloads):
        raise RuntimeError("not three")
    seen.extend(payloads)


def test_a_bad_row_does_not_hold_up_the_others(app):
    seen.clear()
    enqueue("test.picky", 1, 2, 3, 4)
    assert jobs.work_once() == 4
    assert [payload["number"] for payload in seen] == [1, 2, 4]
    assert [row.payload["number"] for row in db.session.scalars(sa.select(jobs.OutboxRow))] == [3]


def test_what_fails_too_often_is_given_up_and_can_be_tried_again(app):
    enqueue("test.break", 1)
    for _ in range(jobs.MAX_ATTEMPTS):
        with transaction():
            db.session.execute(sa.update(jobs.OutboxRow).values(ready_at=datetime.datetime(2020, 1, 1)))
        assert jobs.work_once() == 1
    with transaction():
        db.session.execute(sa.update(jobs.OutboxRow).values(ready_at=datetime.datetime(2020, 1, 1)))
    assert jobs.work_once() == 0
    assert jobs.waiting() == (0, 0.0)
    assert [(task, error) for _, task, error in jobs.given_up()] == [("test.break", "RuntimeError: no")]
    assert app.test_cli_runner().invoke(args=["jobs", "retry"]).output == "1 to be tried again\n"
    assert jobs.given_up() == []
    assert jobs.waiting()[0] == 1


def test_a_claimed_row_is_not_claimed_twice(app):
    enqueue("test.note", 1)
    assert jobs.claim() is not None
    assert jobs.claim() is None


def test_a_worker_that_lost_its_lease_cannot_finish(app):
    enqueue("test.note", 1)
    slow = jobs.claim()
    with transaction():
        db.session.execute(sa.update(jobs.OutboxRow).values(ready_at=datetime.datetime(2020, 1, 1)))
    quick = jobs.claim()
    assert jobs.finish(slow) == 0
    assert jobs.finish(quick) == 1
    assert jobs.waiting()[0] == 0


def test_a_killed_worker_loses_nothing(app):
    """A worker is killed while it does its work; when the lease is over, another one does it."""
    enqueue("test.note", 7)
    settings = app.config["SETTINGS"]
    script = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        from portal import create_app, jobs
        app = create_app(instance=Path({str(settings.instance)!r}), database_url={settings.database_url!r})

        @jobs.handles("test.note")
        def hang(payloads):
            print("working", flush=True)
            time.sleep(60)

        with app.app_context():
            jobs.work_once()
        """
    )
    worker = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "working\n"
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert jobs.waiting()[0] == 1
    assert jobs.claim() is None
    with transaction():
        db.session.execute(sa.update(jobs.OutboxRow).values(ready_at=datetime.datetime(2020, 1, 1)))
    seen.clear()
    assert jobs.work_once() == 1
    assert seen == [{"number": 7}]


def test_two_workers_share_the_rows_and_do_none_twice(app):
    """Two processes empty the outbox together; every row is done once."""
    enqueue("test.note", *range(500))
    settings = app.config["SETTINGS"]
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from portal import create_app, jobs
        app = create_app(instance=Path({str(settings.instance)!r}), database_url={settings.database_url!r})

        @jobs.handles("test.note")
        def show(payloads):
            for payload in payloads:
                print(payload["number"])

        jobs.BATCH = 20
        with app.app_context():
            while jobs.work_once():
                pass
        """
    )
    workers = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    done = [int(line) for worker in workers for line in worker.communicate(timeout=60)[0].split()]
    assert sorted(done) == list(range(500))
