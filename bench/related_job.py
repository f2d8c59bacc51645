"""``python -m bench.related_job``: reads a job of ``related`` from standard input and writes what it found as JSON."""

import datetime
import itertools
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

from portal import create_app
from portal.caching import advance_content_version
from portal.catalogue.models import Service
from portal.catalogue.places.rules import Place
from portal.catalogue.queries import service_rows
from portal.database import transaction
from portal.extensions import db
from portal.related import store
from portal.related.models import RelatedState, RunningVisit
from portal.related.operations.counting import BATCH, count_visits, publish, take_in
from portal.related.queries.lists import Asked, related
from portal.related.rules.behaviour import behaviour_of
from portal.related.rules.counts import release_all, tally_of
from portal.related.store import Visit

from .generate import save
from .instances import SEED
from .records import make_records
from .related import SERVICES, VISITS

K = 10
REST = datetime.timedelta(minutes=30)
LISTS = 400
SINGLE_VISITS = 200


def run_job(job: dict[str, Any]) -> dict[str, Any]:
    """Times by name: milliseconds of lists and visits, seconds of snapshots."""
    app = create_app()
    found: dict[str, Any] = defaultdict(list)
    with app.app_context():
        upgrade()
        with transaction():
            save(make_records(SERVICES, SEED))
        ids = list(db.session.scalars(sa.select(Service.id).order_by(Service.id)))
        visits = _visits(ids)
        for _ in range(job["rounds"]):
            found["snapshot from all visits"].append(_seconds(lambda: _behaviour(visits)))
            found["snapshot services alone, from all visits"].append(_seconds(lambda: _popular(visits)))
        _count(visits, found)
        for _ in range(job["rounds"]):
            with transaction():
                db.session.execute(sa.update(RelatedState).values(fresh_visits=VISITS))
                found["snapshot from the counts"].append(_seconds(lambda: publish(at_once=True)))
        _single(ids, found)
        with transaction():
            advance_content_version()
        found["pairs"] = _lists(app, ids, found)
    return found


def _visits(ids: list[int]) -> list[dict[int, float]]:
    """Short visits, a few services much more used than the others, neighbours often together."""
    draw = random.Random(SEED)
    weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(ids))))
    visits = []
    for length in draw.choices((1, 2, 3, 4, 6, 10), (25, 25, 20, 15, 10, 5), k=VISITS):
        first = draw.choices(range(len(ids)), cum_weights=weights)[0]
        others = [
            (first + draw.randint(-8, 8)) % len(ids)
            if draw.random() < 0.7
            else draw.choices(range(len(ids)), cum_weights=weights)[0]
            for _ in range(length - 1)
        ]
        visits.append(dict.fromkeys((ids[one] for one in (first, *others)), 1.0))
    return visits


def _behaviour(visits: list[dict[int, float]]) -> None:
    tally = tally_of(visits)
    release_all(tally, K, b"bench")
    behaviour_of(tally, K, b"bench")


def _popular(visits: list[dict[int, float]]) -> None:
    Counter(service for visit in visits for service in visit).most_common()


def _count(visits: list[dict[int, float]], found: dict[str, Any]) -> None:
    for first in range(0, len(visits), BATCH):
        batch = [Visit(seen=dict.fromkeys(visit, "viewed")) for visit in visits[first : first + BATCH]]
        found["visit, in batches"].append(_milliseconds(lambda: _in_transaction(count_visits, batch)) / len(batch))  # noqa: B023


def _single(ids: list[int], found: dict[str, Any]) -> None:
    """One visit of three services after the other, each taken in and committed by itself."""
    draw = random.Random(SEED)
    for number in range(SINGLE_VISITS):
        box = store.sealed(Visit(seen=dict.fromkeys(draw.sample(ids, 3), "viewed")))
        row = {"key_hash": str(number), "box": box, "used_at": store.now() - 2 * REST}
        insert = sa.insert(RunningVisit).values(row)
        single = _milliseconds(lambda: _in_transaction(db.session.execute, insert))  # noqa: B023 - called at once
        found["visit, one row and a commit instead"].append(single)
        found["visit, one by one"].append(_milliseconds(lambda: _in_transaction(take_in, REST)))


def _lists(app: Any, ids: list[int], found: dict[str, Any]) -> int:
    draw = random.Random(SEED)
    place = Place("US-MD", "Maryland", ("US-MD",))
    for number in range(LISTS):
        with app.test_request_context("/en/"):
            app.preprocess_request()
            source, *seen = draw.sample(ids, 4)
            times = {
                "list": _milliseconds(lambda: related(Asked((source,)), "en")),  # noqa: B023 - called at once
                "list of a visit": _milliseconds(
                    lambda: related(Asked((source,), seen=tuple(seen), place=place), "en")  # noqa: B023
                ),
                "rows": _milliseconds(lambda: service_rows(draw.sample(ids, 5), "en")),
            }
            # The first reads what is kept for this version of the content.
            for name, taken in times.items() if number else ():
                found[name].append(taken)
    snapshot = db.session.execute(sa.text("SELECT pairs FROM related_snapshot ORDER BY id DESC LIMIT 1")).scalar_one()
    pairs = json.loads(snapshot) if isinstance(snapshot, str) else snapshot
    return sum(map(len, pairs.values()))


def _in_transaction(call: Callable[..., object], *arguments: object) -> None:
    with transaction():
        call(*arguments)


def _seconds(call: Callable[[], object]) -> float:
    """Of this thread's CPU, which other work on the machine disturbs least."""
    began = time.thread_time()
    call()
    return time.thread_time() - began


def _milliseconds(call: Callable[[], object]) -> float:
    return _seconds(call) * 1000


if __name__ == "__main__":
    print(json.dumps(run_job(json.load(sys.stdin))))
