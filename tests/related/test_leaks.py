"""Nothing that few visits did is told anywhere: every public page, the API, the list of a visit, the pages of editors,
the metrics, the commands, the log and the tables of what is published are searched for it.
"""

import logging
import random
import re

import pytest
import sqlalchemy as sa

from portal.catalogue.models import Service
from portal.database import transaction
from portal.extensions import db
from portal.related import store
from portal.related.models import RunningVisit, Snapshot
from portal.related.operations.counting import take_in
from portal.related.visits import COOKIE, idle_time
from tests.related.catalogue import count, make_services, publish_now
from tests.related.visiting import FIREFOX
from tests.staff import make_staff, signed_in_client

K = 10
SLUGS = [f"s{number}" for number in range(9)]


@pytest.fixture
def told(app, caplog):
    """A portal after visits of which many have some pairs in common and few have others; how often each is together."""
    caplog.set_level(logging.DEBUG, "portal")
    ids = make_services(*SLUGS)
    draw = random.Random(7)
    visits = [draw.sample(SLUGS[:5], 2) for _ in range(300)]
    # Of these pairs there are 1, 4 and 9: too few, each of them.
    rare = [("s0", "s6")] + [("s1", "s7")] * 4 + [("s2", "s8")] * (K - 1)
    count([[ids[one] for one in visit] for visit in visits])
    assert publish_now()
    # What is rare also comes by the way of visits that end, and a second snapshot.
    for pair in rare:
        with transaction():
            key = store.start("a")
            store.change(key, idle_time(), lambda visit, pair=pair: [visit.note(ids[one], "viewed") for one in pair])
            db.session.execute(sa.update(RunningVisit).values(used_at=store.now() - 2 * idle_time()))
    with transaction():
        assert take_in(idle_time()) == len(rare)
    count([[ids[one] for one in visit] for visit in visits])
    assert publish_now()
    return ids, {frozenset(pair) for pair in rare}


def links_by_behaviour(text):
    """Pairs of slugs of which a text says that people looked at both."""
    found = set()
    for item in re.findall(r"<(?:li|tr|div)\b.*?</(?:li|tr|div)>", text, re.DOTALL):
        for source in re.findall(r"Many people who looked at Title of (s\d)\b", item):
            found |= {frozenset((source, target)) for target in re.findall(r"services/(s\d)\b", item)}
    return found


def test_pages_of_everyone_and_of_a_visit(app, told):
    ids, rare = told
    client = app.test_client()
    seen = set()
    for slug in SLUGS:
        seen |= links_by_behaviour(client.get(f"/en/services/{slug}").text)
    assert seen
    assert not seen & rare
    with transaction():
        key = store.start("a")
        store.change(key, idle_time(), lambda visit: [visit.note(ids[one], "viewed") for one in ("s0", "s1", "s2")])
    client.set_cookie(COOKIE, key)
    own = set()
    for slug in SLUGS[3:]:
        answer = client.get(f"/en/related/service/{slug}", headers={"User-Agent": FIREFOX})
        assert answer.status_code == 200
        own |= links_by_behaviour(answer.text)
    assert own
    assert not own & rare


def test_the_api_and_the_command(app, told):
    _, rare = told
    for slug in SLUGS:
        related = app.test_client().get(f"/api/v1/services/{slug}/related").json["related"]
        behaviour = {frozenset((slug, one["slug"])) for one in related if one["reason"]["kind"] == "behaviour"}
        assert not behaviour & rare
        output = app.test_cli_runner().invoke(args=["related", "explain", slug]).output
        for line in re.findall(r"\d\. Title of (s\d): .*\n(?:     (?!behaviour).*\n)*     behaviour", output):
            assert frozenset((slug, line)) not in rare
    assert "behaviour" in app.test_cli_runner().invoke(args=["related", "explain", "s0"]).output


def test_pages_of_editors_and_metrics(app, told):
    _, rare = told
    client = signed_in_client(app, make_staff(app, "editor"))
    uids = {row.slug: row.uid for row in db.session.execute(sa.select(Service.slug, Service.uid))}
    for slug, uid in uids.items():
        partners = [other for pair in rare if slug in pair for other in pair - {slug}]
        for address in (f"/admin/related/{uid}", f"/admin/related/{uid}/next"):
            page = client.get(address).text
            for other in partners:
                for row in re.findall(r"<(?:tr|li|section|div)\b[^>]*>(?:(?!<(?:tr|li|section)\b).)*", page, re.DOTALL):
                    assert not (f"Title of {other}" in row and "looked at" in row), (address, other)
    for address in ("/admin/related/", "/admin/related/next", "/admin/related/report", "/admin/related/changes"):
        page = client.get(address)
        assert page.status_code == 200
        assert not links_by_behaviour(page.text) & rare
    metrics = app.test_client().get("/metrics").text
    assert not re.search(r"\bs[678]\b", metrics)


def test_snapshots_and_the_log(app, told, caplog):
    ids, rare = told
    numbers = {frozenset(ids[slug] for slug in pair) for pair in rare}
    snapshots = db.session.scalars(sa.select(Snapshot).order_by(Snapshot.id)).all()
    assert len(snapshots) == 2
    for snapshot in snapshots:
        pairs = {frozenset((int(row[0]), int(row[1]))) for rows in snapshot.pairs.values() for row in rows}
        assert pairs
        assert not pairs & numbers
        assert not {str(ids[slug]) for slug in ("s6", "s7", "s8")} & set(snapshot.services[""])
        assert all(row[3] in (5, 10, 20, 50, 200, 1000) for rows in snapshot.pairs.values() for row in rows)
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("sqlalchemy"))
    for pair in rare:
        assert not any(all(slug in line for slug in pair) for line in logged.splitlines())
