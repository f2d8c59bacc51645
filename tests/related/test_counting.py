"""Visits are counted and published: on both databases, by one process and by several."""

import datetime
import threading

import sqlalchemy as sa

from portal.caching import content_version, today
from portal.catalogue.places.rules import Place
from portal.database import transaction
from portal.extensions import db
from portal.related import store
from portal.related.models import ArmDay, PairCount, RelatedState, RunningVisit, ServiceCount, Snapshot
from portal.related.operations.counting import count_visits, let_fade, next_behaviours, publish, take_in
from portal.related.queries.published import behaviours_of
from portal.related.store import Visit

from .catalogue import count, make_services, publish_now, shown

REST = datetime.timedelta(minutes=30)


def begin(**values):
    """A running visit, as if it had been used an hour ago."""
    with transaction():
        key = store.start("a")
        assert store.change(key, REST, lambda visit: [setattr(visit, *one) for one in values.items()] and None)
        db.session.execute(sa.update(RunningVisit).values(used_at=store.now() - 2 * REST))
    return key


def pairs(region=""):
    rows = db.session.scalars(sa.select(PairCount).where(PairCount.region == region))
    return {(row.service_id, row.other_id): (row.fresh_visits, row.visits) for row in rows}


def services(region=""):
    rows = db.session.scalars(sa.select(ServiceCount).where(ServiceCount.region == region))
    return {row.service_id: (row.fresh_visits, row.visits) for row in rows}


def test_a_visit_that_rested_is_counted_and_deleted(app):
    ids = make_services("one", "two", "three")
    seen = {ids["two"]: "viewed", ids["one"]: "followed", ids["three"]: "applied"}
    begin(seen=seen, region="US-MD", searches=2, follows=[ids["one"]])
    with transaction():
        assert take_in(REST) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RunningVisit)) == 0
    for region in ("", "US-MD"):
        assert services(region) == {ids[slug]: (1, 0) for slug in ("one", "two", "three")}
        assert len(pairs(region)) == 3
    arm = db.session.scalars(sa.select(ArmDay)).one()
    assert (arm.day, arm.arm, arm.visits, arm.with_click, arm.searches) == (today(), "a", 1, 1, 2)
    with transaction():
        assert take_in(REST) == 0


def test_a_visit_that_is_used_is_not_counted_yet(app):
    ids = make_services("one", "two")
    with transaction():
        key = store.start("a")
        store.change(key, REST, lambda visit: visit.note(ids["one"], "viewed"))
    with transaction():
        assert take_in(REST) == 0
    assert store.load(key, REST).seen == {ids["one"]: "viewed"}


def test_what_is_kept_of_a_visit_tells_nothing_to_who_reads_the_table(app):
    ids = make_services("one", "two")
    key = begin(seen={ids["one"]: "viewed"}, place="US-MD")
    row = db.session.scalars(sa.select(RunningVisit)).one()
    assert key not in row.key_hash + row.box
    assert "US-MD" not in row.box
    longer = store.sealed(Visit(seen=dict.fromkeys(range(20), "contacted"), place="US-MD", profile="veterans"))
    assert len(row.box) == len(longer)
    app.config["SECRET_KEY"] = "another"
    assert store.opened(row.box) is None


def test_sensitive_and_deleted_services_are_not_counted(app):
    ids = make_services("one", "two", "secret", secret={"sensitive": True})
    count([[ids["one"], ids["two"], ids["secret"], 99_999]])
    assert set(services()) == {ids["one"], ids["two"]}
    assert set(pairs()) == {(ids["one"], ids["two"])}


def test_a_visit_of_nothing_is_deleted_and_counts_for_no_snapshot(app):
    begin()
    with transaction():
        assert take_in(REST) == 1
    assert db.session.get_one(RelatedState, 1).fresh_visits == 0


def test_several_workers_count_each_visit_once(app):
    ids = make_services("one", "two")
    for _ in range(40):
        begin(seen={ids["one"]: "viewed", ids["two"]: "viewed"})
    taken = []

    def work():
        with app.app_context():
            while True:
                with transaction():
                    found = take_in(REST)
                taken.append(found)
                if not found:
                    return

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(taken) == 40
    assert pairs() == {(ids["one"], ids["two"]): (40, 0)}


def test_a_failure_in_the_middle_loses_nothing(app):
    ids = make_services("one", "two")
    begin(seen={ids["one"]: "viewed", ids["two"]: "viewed"})
    try:
        with transaction():
            take_in(REST)
            raise RuntimeError("killed")
    except RuntimeError:
        pass
    assert pairs() == {}
    with transaction():
        assert take_in(REST) == 1
    assert pairs() == {(ids["one"], ids["two"]): (1, 0)}


def test_a_snapshot_tells_pairs_of_enough_visits_and_no_others(app):
    ids = make_services("one", "two", "three", "four")
    count([[ids["one"], ids["two"]]] * 40 + [[ids["one"], ids["three"]]] * 9)
    version = content_version()
    assert publish_now()
    assert content_version() == version + 1
    told = behaviours_of(db.session.get_one(RelatedState, 1).snapshot_id)[""]
    assert told.pairs == {
        ids["one"]: {ids["two"]: (told.pairs[ids["one"]][ids["two"]][0], 20)},
        ids["two"]: {ids["one"]: (told.pairs[ids["one"]][ids["two"]][0], 20)},
    }
    assert set(told.services) == {ids["one"], ids["two"]}
    assert shown(ids["one"]) == [(ids["two"], "behaviour")]
    assert shown(ids["two"]) == [(ids["one"], "behaviour")]
    # Nobody looked at it together with others often enough: then comes what is most used.
    assert sorted(shown(ids["three"])) == [(ids["one"], "used"), (ids["two"], "used")]


def test_nothing_is_published_of_fewer_new_visits_than_k_nor_twice_a_day(app):
    ids = make_services("one", "two")
    count([[ids["one"], ids["two"]]] * 9)
    assert not publish_now()
    count([[ids["one"], ids["two"]]] * 20)
    with transaction():
        assert publish() is not None
    count([[ids["one"], ids["two"]]] * 20)
    with transaction():
        assert publish() is None
    db.session.execute(sa.update(Snapshot).values(made_at=store.now() - datetime.timedelta(days=1)))
    db.session.commit()
    with transaction():
        second = publish()
    assert second is not None
    assert second.changed == 0


def test_what_the_next_snapshot_would_tell_changes_nothing(app):
    ids = make_services("one", "two")
    count([[ids["one"], ids["two"]]] * 25)
    before = pairs()
    first, second = next_behaviours(), next_behaviours()
    assert first == second
    assert set(first[""].pairs) == set(ids.values())
    assert pairs() == before
    assert publish_now()
    assert behaviours_of(db.session.get_one(RelatedState, 1).snapshot_id) == first


def test_a_region_has_its_own_list_and_falls_back_to_the_country(app):
    ids = make_services("one", "two", "three")
    count([[ids["one"], ids["two"]]] * 60)
    count([[ids["one"], ids["three"]]] * 30, "US-MD")
    assert publish_now()
    told = behaviours_of(db.session.get_one(RelatedState, 1).snapshot_id)
    assert set(told["US-MD"].pairs) == {ids["one"], ids["three"]}
    here, elsewhere = (Place(key, key, (key,)) for key in ("US-MD", "US-VA"))
    assert shown(ids["one"], place=here) == [(ids["three"], "behaviour"), (ids["two"], "used")]
    assert shown(ids["one"], place=elsewhere) == [(ids["two"], "behaviour"), (ids["three"], "behaviour")]
    assert shown(ids["two"], place=here) == [(ids["one"], "behaviour"), (ids["three"], "used_here")]


def test_counts_fade_and_what_fades_under_k_is_told_no_more(app):
    ids = make_services("one", "two")
    count([[ids["one"], ids["two"]]] * 25)
    with transaction():
        let_fade(datetime.date(2026, 1, 1))
    assert publish_now()
    with transaction():
        let_fade(datetime.date(2026, 4, 1))
        let_fade(datetime.date(2026, 4, 1))
    assert pairs() == {(ids["one"], ids["two"]): (0, 12.5)}
    with transaction():
        let_fade(datetime.date(2026, 6, 30))
    count([[ids["one"]]] * 20)
    assert publish_now()
    assert behaviours_of(db.session.get_one(RelatedState, 1).snapshot_id)[""].pairs == {}
    with transaction():
        let_fade(datetime.date(2028, 1, 1))
    assert pairs() == {}


def test_only_the_last_snapshots_are_kept(app):
    ids = make_services("one", "two")
    for _ in range(8):
        count([[ids["one"], ids["two"]]] * 20)
        assert publish_now()
    kept = db.session.scalars(sa.select(Snapshot.id).order_by(Snapshot.id)).all()
    assert len(kept) == 5
    assert kept[-1] == db.session.get_one(RelatedState, 1).snapshot_id


def test_more_rows_than_one_statement_takes(app):
    ids = list(make_services(*(f"s{number}" for number in range(60))).values())
    with transaction():
        count_visits([Visit(seen=dict.fromkeys((one, other), "viewed")) for one in ids for other in ids if one < other])
    assert len(pairs()) == 60 * 59 // 2
