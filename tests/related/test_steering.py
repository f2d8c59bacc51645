"""What editors decide about the lists: it holds at once, is audited, and can be undone."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.caching import content_version
from portal.catalogue.places.queries import place_by_key
from portal.database import transaction
from portal.errors import NotFound
from portal.extensions import db
from portal.identity.models import AuditEntry
from portal.related.models import LINK_KINDS, RelatedChange, RelatedExclusion, RelatedState, RelatedVerdict, ServiceLink
from portal.related.operations import steering
from portal.related.operations.links import save_links
from portal.related.operations.steering import Refused
from portal.related.queries.lists import Asked, setting_now, suggestions, trial_now
from portal.related.rules.ranking import Link
from tests.conftest import close, make_app
from tests.support import both

from .office import SLUGS, do, editors, make_services, publish_all, shown, undo, visits

FOOD = ["school", "rent", "work"]


@pytest.fixture
def office(app):
    ids = make_services()
    return ids, editors(app)


def verbs():
    db.session.rollback()
    rows = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.kind == "related").order_by(AuditEntry.id))
    return [row.verb for row in rows]


def state():
    db.session.rollback()
    return db.session.get_one(RelatedState, 1)


def test_pins_come_first_in_their_order_and_can_be_moved_and_undone(office):
    ids, staff = office
    assert shown(ids, "food") == FOOD
    version = content_version()
    tax = do(steering.pin, ids["food"], ids["tax"], actor=staff["editor"])
    assert content_version() == version + 1
    do(steering.pin, ids["food"], ids["work"], actor=staff["editor"])
    assert shown(ids, "food") == ["tax", "work", "school", "rent"]
    assert do(steering.pin, ids["food"], ids["tax"], actor=staff["second"]) is None
    moved = do(steering.move_pin, ids["food"], ids["work"], -1, actor=staff["second"])
    assert shown(ids, "food") == ["work", "tax", "school", "rent"]
    assert do(steering.move_pin, ids["food"], ids["work"], -1, actor=staff["second"]) is None
    assert do(steering.move_pin, ids["food"], ids["rent"], 1, actor=staff["second"]) is None
    with pytest.raises(Refused, match="Sam Second changed it since"):
        undo(tax, staff["editor"])
    undo(moved, staff["editor"])
    assert shown(ids, "food") == ["tax", "work", "school", "rent"]
    undo(tax, staff["editor"])
    assert shown(ids, "food") == ["work", "school", "rent"]
    with pytest.raises(Refused, match="It is undone"):
        undo(tax, staff["editor"])
    assert verbs() == ["pin", "pin", "move pins", "undo move pins", "undo pin"]


def test_what_is_blocked_is_never_shown_and_a_block_takes_the_pin(office):
    ids, staff = office
    do(steering.pin, ids["food"], ids["rent"], actor=staff["editor"])
    blocked = do(steering.block, ids["food"], ids["rent"], actor=staff["second"])
    visits(ids, "food", "rent")
    publish_all()
    assert "rent" not in shown(ids, "food")
    assert "food" in shown(ids, "rent")
    assert do(steering.unpin, ids["food"], ids["rent"], actor=staff["editor"]) is None
    undo(blocked, staff["editor"])
    assert shown(ids, "food")[0] == "rent"
    do(steering.block, ids["food"], ids["rent"], actor=staff["second"])
    do(steering.unblock, ids["food"], ids["rent"], actor=staff["second"])
    assert "rent" in shown(ids, "food")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RelatedVerdict)) == 0


def test_links_of_editors_are_added_changed_and_removed(office):
    ids, staff = office
    pair = ids["food"], ids["bus"]
    do(steering.save_link, *pair, "comes_after", None, actor=staff["editor"])
    assert "bus" in shown(ids, "food")
    changed = do(steering.save_link, *pair, "requires", both("It takes you there."), actor=staff["second"])
    assert shown(ids, "food")[0] == "bus"
    link = db.session.get_one(ServiceLink, pair)
    assert (link.kind, link.reason, link.origin) == ("requires", both("It takes you there."), "editor")
    assert do(steering.save_link, *pair, "requires", both("It takes you there."), actor=staff["second"]) is None
    undo(changed, staff["editor"])
    assert db.session.get_one(ServiceLink, pair).kind == "comes_after"
    removed = do(steering.remove_link, *pair, actor=staff["editor"])
    assert "bus" not in shown(ids, "food")
    undo(removed, staff["second"])
    assert "bus" in shown(ids, "food")
    assert verbs() == ["add link", "change link", "undo change link", "remove link", "undo remove link"]


def test_a_link_of_the_content_is_neither_changed_nor_removed(office):
    ids, staff = office
    pair = ids["food"], ids["school"]
    for operation, arguments in ((steering.save_link, ("requires", None)), (steering.remove_link, ())):
        with pytest.raises(Refused, match="with the content"):
            do(operation, *pair, *arguments, actor=staff["editor"])
    assert shown(ids, "food") == FOOD
    assert verbs() == []


def test_loading_content_leaves_what_editors_made(office):
    ids, staff = office
    do(steering.save_link, ids["food"], ids["bus"], "requires", None, actor=staff["editor"])
    with transaction():
        save_links(ids["food"], [Link(ids["bus"], "alternative"), Link(ids["tax"], "alternative")])
    assert db.session.get_one(ServiceLink, (ids["food"], ids["bus"])).kind == "requires"
    assert shown(ids, "food")[:2] == ["bus", "tax"]


def test_a_removed_link_is_not_put_back_over_one_of_the_content(office):
    ids, staff = office
    pair = ids["food"], ids["bus"]
    do(steering.save_link, *pair, "requires", None, actor=staff["editor"])
    removed = do(steering.remove_link, *pair, actor=staff["editor"])
    with transaction():
        save_links(ids["food"], [Link(ids["bus"], "alternative")])
    with pytest.raises(Refused, match="not as this change left it"):
        undo(removed, staff["editor"])
    assert db.session.get_one(ServiceLink, pair).origin == "starter"


def test_a_service_can_be_excluded_on_either_side(office):
    ids, staff = office
    do(steering.exclude, ids["rent"], as_source=False, as_target=True, actor=staff["editor"])
    assert "rent" not in shown(ids, "food")
    assert shown(ids, "rent") != []
    both_sides = do(steering.exclude, ids["rent"], as_source=True, as_target=True, actor=staff["editor"])
    assert shown(ids, "rent") == []
    undo(both_sides, staff["second"])
    assert shown(ids, "rent") != []
    do(steering.exclude, ids["rent"], as_source=False, as_target=False, actor=staff["editor"])
    assert shown(ids, "food") == FOOD
    assert verbs() == ["exclude", "exclude", "undo exclude", "include"]


def test_a_pin_is_shown_only_where_it_is_offered(office):
    ids, staff = office
    do(steering.pin, ids["tax"], ids["local"], actor=staff["editor"])
    do(steering.pin, ids["tax"], ids["gone"], actor=staff["editor"])
    assert shown(ids, "tax") == []
    assert shown(ids, "tax", place_by_key("US-MD")) == ["local"]
    assert shown(ids, "tax", place_by_key("US-VA")) == []


def test_what_cannot_be_linked(office):
    ids, staff = office
    with pytest.raises(Refused, match="beside itself"):
        do(steering.pin, ids["food"], ids["food"], actor=staff["editor"])
    with pytest.raises(NotFound):
        do(steering.block, ids["food"], 9_999, actor=staff["editor"])
    with pytest.raises(NotFound):
        undo("no-such-change", staff["editor"])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RelatedChange)) == 0


def test_settings_hold_at_once_and_are_undone(office):
    ids, staff = office
    visits(ids, "food", "tax")
    publish_all()
    assert "tax" in shown(ids, "food")
    off = do(steering.switch_curated_only, True, actor=staff["editor"])
    assert shown(ids, "food") == FOOD
    assert do(steering.switch_curated_only, True, actor=staff["editor"]) is None
    undo(off, staff["second"])
    assert "tax" in shown(ids, "food")
    beta = do(steering.set_beta, 0.4, actor=staff["editor"])
    db.session.rollback()
    assert setting_now().beta == 0.4
    do(steering.set_beta, 0.1, actor=staff["second"])
    with pytest.raises(Refused, match="Sam Second"):
        undo(beta, staff["editor"])
    with pytest.raises(ValueError, match=r"0\.6"):
        do(steering.set_beta, 0.6, actor=staff["editor"])
    assert verbs() == ["switch learning off", "undo switch learning off", "set balance", "set balance"]


def test_a_trial_compares_two_different_ways_and_runs_alone(office):
    _, staff = office
    started = do(steering.start_trial, beta=0.4, actor=staff["editor"])
    db.session.rollback()
    assert (trial_now().beta, trial_now().curated_only) == (0.4, False)
    with pytest.raises(Refused, match="Stop it first"):
        do(steering.start_trial, beta=None, actor=staff["editor"])
    stopped = do(steering.stop_trial, actor=staff["editor"])
    db.session.rollback()
    assert (trial_now(), state().trial_since) == (None, None)
    assert do(steering.stop_trial, actor=staff["editor"]) is None
    with pytest.raises(Refused, match="same lists"):
        do(steering.start_trial, beta=0.25, actor=staff["editor"])
    undo(stopped, staff["second"])
    assert (state().trial, state().trial_since is not None) == ({"beta": 0.4}, True)
    undo(started, staff["second"])
    do(steering.start_trial, beta=None, actor=staff["editor"])
    assert state().trial == {"curated_only": True}


def test_publishing_now_has_the_limit_of_the_night_and_can_be_taken_back(office):
    ids, staff = office
    visits(ids, "food", "tax", times=9)
    with pytest.raises(Refused, match="fewer than 10 new visits"):
        do(steering.publish_now, actor=staff["editor"])
    assert (state().snapshot_id, verbs()) == (None, [])
    visits(ids, "food", "tax")
    do(steering.publish_now, actor=staff["editor"])
    first = state().snapshot_id
    assert "tax" in shown(ids, "food")
    visits(ids, "food", "bus")
    second = do(steering.publish_now, actor=staff["editor"])
    assert "bus" in shown(ids, "food")
    undo(second, staff["second"])
    assert state().snapshot_id == first
    assert "bus" not in shown(ids, "food")
    assert verbs() == ["publish", "publish", "undo publish"]


def test_going_back_holds_until_the_next_snapshot(office):
    ids, staff = office
    visits(ids, "food", "tax")
    publish_all()
    first = state().snapshot_id
    visits(ids, "food", "bus")
    publish_all()
    back = do(steering.go_back, first, actor=staff["editor"])
    assert "bus" not in shown(ids, "food")
    assert do(steering.go_back, first, actor=staff["editor"]) is None
    with pytest.raises(NotFound):
        do(steering.go_back, 9_999, actor=staff["editor"])
    visits(ids, "rent", "bus")
    publish_all()
    assert "bus" in shown(ids, "food")
    with pytest.raises(Refused, match="not as this change left it"):
        undo(back, staff["editor"])
    assert verbs() == ["go back"]


def test_a_snapshot_that_is_not_kept_cannot_come_back(office):
    ids, staff = office
    visits(ids, "food", "tax")
    publish_all()
    visits(ids, "food", "bus")
    published = do(steering.publish_now, actor=staff["editor"])
    with transaction():
        db.session.execute(sa.text("DELETE FROM related_snapshot WHERE id < (SELECT max(id) FROM related_snapshot)"))
    with pytest.raises(Refused, match="not kept any more"):
        undo(published, staff["editor"])


def test_what_an_editor_wrote_is_not_in_the_audit(office):
    ids, staff = office
    do(steering.save_link, ids["food"], ids["bus"], "requires", both("quokka"), actor=staff["editor"])
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.kind == "related"))
    assert (set(entry.note), entry.staff_id) == ({"target"}, staff["editor"].id)
    assert "quokka" not in str(entry.note)


SERVICE = st.sampled_from(SLUGS)
STEP = st.one_of(
    st.tuples(st.sampled_from(("pin", "unpin", "block", "unblock", "up", "down", "link", "remove")), SERVICE, SERVICE),
    st.tuples(st.just("exclude"), SERVICE, st.sampled_from(("source", "target", "both", "neither"))),
    st.tuples(st.just("undo"), st.integers(0, 30), st.just(None)),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Services with links, journeys and what visits teach, and an editor."""
    site = make_app(tmp_path_factory.mktemp("desk"))
    with site.app_context():
        ids = make_services()
        staff = editors(site)
        for pair in (("food", "tax"), ("rent", "bus"), ("food", "local"), ("tax", "gone"), ("bus", "shelter")):
            visits(ids, *pair)
            visits(ids, *pair, region="US-MD")
        publish_all()
        yield ids, staff["editor"]
    close(site)


def tables():
    """All that editors can change."""
    db.session.rollback()
    state = sa.select(RelatedState.beta, RelatedState.curated_only, RelatedState.snapshot_id)
    return [
        sorted(map(str, db.session.execute(query).all()))
        for query in (
            sa.select(*RelatedVerdict.__table__.c),
            sa.select(*ServiceLink.__table__.c),
            sa.select(*RelatedExclusion.__table__.c),
            state,
        )
    ]


def take(step, ids, made, actor):
    """Take one step; what cannot be done is left."""
    name, one, other = step
    if name == "undo":
        if made:
            undo(made[one % len(made)], actor)
        return None
    if name == "exclude":
        sides = {"as_source": other in ("source", "both"), "as_target": other in ("target", "both")}
        return do(steering.exclude, ids[one], actor=actor, **sides)
    arguments = {"up": (-1,), "down": (1,), "link": ("requires", None)}.get(name, ())
    names = {"up": "move_pin", "down": "move_pin", "link": "save_link", "remove": "remove_link"}
    return do(getattr(steering, names.get(name, name)), ids[one], ids[other], *arguments, actor=actor)


def check_lists(ids):
    """No list has what may not be in it."""
    db.session.rollback()
    blocked = {
        (row.source_id, row.target_id)
        for row in db.session.scalars(sa.select(RelatedVerdict).where(RelatedVerdict.verdict == "blocked"))
    }
    excluded = db.session.scalars(sa.select(RelatedExclusion)).all()
    no_list = {row.service_id for row in excluded if row.as_source}
    in_none = {row.service_id for row in excluded if row.as_target}
    for place in (None, place_by_key("US-MD"), place_by_key("US-VA")):
        for source in ids.values():
            suggested = suggestions(Asked((source,), place=place))
            found = [one.target for one in suggested]
            assert len(found) == len(set(found)) <= 5
            assert source not in found
            assert ids["gone"] not in found
            assert not in_none & set(found)
            assert not any((source, target) in blocked for target in found)
            assert not found or source not in no_list
            assert ids["local"] not in found or (place is not None and place.key == "US-MD")
            for one in suggested:
                if ids["shelter"] in (source, one.target):
                    assert {term.reason.kind for term in one.terms} <= {"pinned", *LINK_KINDS}
            pins = [
                row.target_id
                for row in db.session.scalars(
                    sa.select(RelatedVerdict)
                    .where(RelatedVerdict.source_id == source, RelatedVerdict.verdict == "pinned")
                    .order_by(RelatedVerdict.position)
                )
            ]
            shown_pins = [target for target in pins if target in found]
            assert found[: len(shown_pins)] == shown_pins


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=10))
def test_whatever_editors_do_nothing_forbidden_is_shown_and_undoing_all_gives_the_beginning_back(desk, steps):
    ids, editor = desk
    beginning = tables()
    made = []
    for step in steps:
        try:
            uid = take(step, ids, made, editor)
        except Refused:
            continue
        if uid is not None:
            made.append(uid)
        check_lists(ids)
    db.session.rollback()
    left = sa.select(RelatedChange.uid).where(RelatedChange.undone_at.is_(None)).order_by(RelatedChange.id.desc())
    for uid in db.session.scalars(left).all():
        undo(uid, editor)
    assert tables() == beginning
