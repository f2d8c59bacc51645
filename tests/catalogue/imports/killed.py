"""``python -m tests.catalogue.imports.killed FOLDER POINTS SEED``: imports in processes of their own, killed.

Prints one JSON line for each kill: the statement before which it came, what was found broken after it, and what the
next run left different from a run that nobody killed.
"""

import json
import os
import random
import shutil
import signal
import sys
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade

from portal import create_app
from portal.catalogue.imports import operations
from portal.catalogue.imports.readers.source import SourceInfo
from portal.catalogue.imports.records import Place, SourceRecord, Term
from portal.catalogue.models import ServiceTerm
from portal.catalogue.models import SourceRecord as Kept
from portal.catalogue.records import agency_record, location_record, service_record
from portal.extensions import db

# Small batches, so that few records make many transactions.
operations.BATCH = 4
INFO = SourceInfo("city", "City", "The City", "CC0", match_agencies=False)
EXPORTS = {"agency": agency_record, "location": location_record, "service": service_record}


def edition(number):
    """Three agencies, four locations, and enough services for several batches; each edition changes, adds and drops."""
    found = [
        SourceRecord(
            "agency", f"a{n}", {"name": {"en": f"Agency {n}"}, "summary": {"en": f"{number}"}}, Place("f", f"a{n}")
        )
        for n in range(3)
    ]
    for n in range(4):
        values = {"name": {"en": f"Place {n}"}, "street": f"{number} Main St", "agency": f"a{n % 3}"}
        found.append(SourceRecord("location", f"l{n}", values, Place("f", f"l{n}")))
    for n in range(number * 2, number * 2 + 12):
        values = {
            "title": {"en": f"Service {n}"},
            "agency": f"a{n % 3}",
            "locations": [f"l{n % 4}"],
            "who": {"en": f"Edition {number}" if n % 4 else "Anyone"},
            "channels": [{"kind": "phone", "text": {"en": f"Call {number}."}, "phone": f"555-{n}"}],
            "areas": {"include": ["US-NY"]},
        }
        found.append(SourceRecord("service", f"s{n}", values, Place("f", f"s{n}"), (Term("t", f"{number}"),)))
    return found


def take(number):
    operations.import_source(INFO, edition(number), form="csv")


def contents():
    """What stands in the database, by kind and identifier of the source, without ids that depend on the order."""
    found = {}
    for row in db.session.execute(sa.select(*Kept.__table__.c).order_by(Kept.kind)):
        record = EXPORTS[row.kind](row.record_id)
        query = sa.select(ServiceTerm.scheme, ServiceTerm.value).where(ServiceTerm.service_id == row.record_id)
        terms = sorted(list(term) for term in db.session.execute(query))
        record["locations"] = len(record.get("locations", []))
        values = {**row.values, "locations": len(row.values.get("locations", []))}
        found[f"{row.kind} {row.identifier}"] = [record, values, row.gone, terms if row.kind == "service" else None]
    db.session.remove()
    return json.loads(json.dumps(found))


def fork(work, kill_before=None):
    """Do the work in a process of its own, killed before that statement; gives how many statements it sent."""
    db.session.remove()
    db.engine.dispose()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        sent = 0

        def count(*_arguments):
            nonlocal sent
            sent += 1
            if sent == kill_before:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        sa.event.listen(db.engine, "commit", count)
        work()
        os.write(writer, str(sent).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 100)
    os.close(reader)
    os.waitpid(child, 0)
    return int(answer) if answer else None


def start_over(folder):
    """Put the first edition back."""
    db.session.remove()
    db.engine.dispose()
    for name in ("p.db-wal", "p.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(folder / "base.db", folder / "p.db")


def main(folder: Path, points: int, seed: int) -> None:
    app = create_app(instance=folder, secret_key="x", log_level="ERROR", database_url=f"sqlite:///{folder / 'p.db'}")
    with app.app_context():
        upgrade()
        take(1)
        old = contents()
        db.engine.dispose()
        shutil.copy(folder / "p.db", folder / "base.db")
        # Once in this process, so that those forked from it need not compile every statement anew.
        take(2)
        new = contents()
        start_over(folder)
        total = fork(lambda: take(2))
        rng = random.Random(seed)
        for _ in range(points):
            start_over(folder)
            point = rng.randint(1, total)
            survived = fork(lambda: take(2), kill_before=point)
            between = contents()
            broken = [key for key, value in between.items() if value not in (old.get(key), new.get(key))]
            missing = [key for key in old if key not in between]
            fork(lambda: take(2))
            after = contents()
            different = [key for key in {**new, **after} if after.get(key) != new.get(key)]
            line = {"point": point, "killed": survived is None, "broken": broken + missing, "left": different}
            sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
