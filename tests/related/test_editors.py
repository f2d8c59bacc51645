"""The pages on which editors look at the lists of related services and steer them."""

import datetime
import re

import pytest
import sqlalchemy as sa
from flask import g

from portal.caching import today
from portal.catalogue.models import Service
from portal.database import transaction
from portal.extensions import db
from portal.related.models import ArmDay, RelatedChange, RelatedState, RelatedUse, RunningVisit, Snapshot
from portal.related.operations import steering
from portal.related.queries.use import health
from portal.related.rules.alarms import alarms
from portal.related.store import now
from tests.conftest import close, make_app
from tests.editing.support import Browser, check_staff_page
from tests.support import both
from tests.test_pages import parsed

from .office import do, editors, make_services, publish_all, shown, visits

ADMIN = "/admin/related/"


class Desk(Browser):
    """A browser whose requests share nothing with the test, which has an application context of its own."""

    def get(self, path):
        forget()
        return super().get(path)

    def post(self, path, page=None, **data):
        data["csrf_token"] = self.token()
        forget()
        return super().post(path, page, **data)

    def token(self):
        forget()
        return super().token()


def forget():
    db.session.rollback()
    for name in list(g):
        g.pop(name)


@pytest.fixture
def office(app):
    ids = make_services()
    staff = editors(app)
    return ids, staff, Desk(app, staff["editor"])


@pytest.fixture
def small(site_sqlite):
    ids = make_services()
    staff = editors(site_sqlite)
    return ids, staff, Desk(site_sqlite, staff["editor"])


def uid_of(ids, slug):
    db.session.rollback()
    return db.session.scalar(sa.select(Service.uid).where(Service.id == ids[slug]))


def address(ids, slug):
    return f"{ADMIN}{uid_of(ids, slug)}"


def text(response, status=200):
    """What a page says, its white space as one blank."""
    assert response.status_code == status
    check_staff_page(response.text)
    (main,) = parsed(response.text).iter("main")
    return " ".join(" ".join(main.itertext()).split())


def without_times(told):
    return re.sub(r"\w+ \d+, \d{4}(, \d\d:\d\d UTC)?", "", told)


def items(response):
    """The rows of the list on the page of a service."""
    (listing,) = [one for one in parsed(response.text).iter("ol") if one.attrib.get("class", "").startswith("pt-rows")]
    return [" ".join(" ".join(one.itertext()).split()) for one in listing if one.tag == "li"]


def use(ids, source, target, shown, followed=0, not_relevant=0, place="service", days_ago=0, arm="a"):
    day = today() - datetime.timedelta(days=days_ago)
    counts = {"shown": shown, "followed": followed, "not_relevant": not_relevant}
    return RelatedUse(day=day, arm=arm, place=place, source_id=ids[source], target_id=ids[target], **counts)


def note(*rows):
    with transaction():
        db.session.add_all(rows)


def test_the_page_of_a_service_shows_where_each_link_comes_from(office):
    ids, _, browser = office
    visits(ids, "food", "tax", times=60)
    visits(ids, "food", "rent", times=24)
    publish_all()
    page = browser.get(address(ids, "food"))
    rows = {re.sub(r"^\d+\. Title of (\w+).*", r"\1", one): one for one in items(page)}
    assert list(rows) == shown(ids, "food")
    assert "They feed children. Often needed together with it: link that came with the content" in rows["school"]
    assert "Many people who looked at" in rows["tax"]
    assert "Visits: 50–199 had both, published" in rows["tax"]
    assert "Journeys: Title of intent" in rows["rent"]
    assert "Visits: 20–49 had both" in rows["rent"]
    told = text(page)
    assert "Not offered now Title of gone" in told
    assert "Not for this place or person Title of local" in told
    assert not re.search(r"\b(60|24)\b", without_times(told))


def test_a_place_and_a_language_show_the_list_as_people_there_see_it(small):
    ids, _, browser = small
    in_maryland = items(browser.get(address(ids, "food") + "?place=US-MD&lang=es"))
    assert "Title of local (es)" in " ".join(in_maryland)
    assert "They feed children. (es)" in in_maryland[0]
    moved = browser.get(address(ids, "food") + "?where=Maryland&lang=es")
    assert (moved.status_code, moved.location.endswith("?lang=es&place=US-MD")) == (303, True)
    assert "We do not know this place" in text(browser.get(address(ids, "food") + "?where=Qqqqq"))


def test_rates_and_complaints_are_told_only_of_many_and_never_exactly(small):
    ids, _, browser = small
    note(
        use(ids, "food", "school", 7, 3, 5),
        use(ids, "food", "school", 8, 3, 6, place="intent"),
        use(ids, "food", "rent", 9, 9, 9),
        use(ids, "food", "work", 500, 500, 500, days_ago=28),
    )
    told = items(browser.get(address(ids, "food")))
    assert "Followed by 40 % of those who saw it in 28 days Called not relevant 10–19 times" in told[0]
    assert "Followed" not in told[1] + told[2]
    assert "not relevant" not in told[1] + told[2]


def test_buttons_pin_order_block_and_undo_without_script(office):
    ids, staff, browser = office
    page = address(ids, "food")
    work, rent = ({"target": uid_of(ids, slug)} for slug in ("work", "rent"))
    assert browser.post(f"{page}/pin?place=US-MD", **work).location == f"{page}?place=US-MD"
    assert "It is pinned." in text(browser.get(page))
    browser.post(f"{page}/pin", **rent)
    assert shown(ids, "food") == ["work", "rent", "school"]
    browser.post(f"{page}/up", **rent)
    assert shown(ids, "food") == ["rent", "work", "school"]
    browser.post(f"{page}/down", **rent)
    rows = items(browser.get(page))
    assert "Pinned by Edith Editor" in rows[0]
    assert "Chosen by our editors" in rows[0]
    browser.post(f"{page}/block", **work)
    assert shown(ids, "food") == ["rent", "school"]
    told = text(browser.get(page))
    assert "Blocked Title of work Blocked by Edith Editor" in told
    browser.post(f"{page}/unpin", **rent)
    browser.post(f"{page}/unblock", **work)
    assert shown(ids, "food") == ["school", "rent", "work"]
    browser.post(f"{page}/unblock", **work)
    assert "Nothing had to be changed." in text(browser.get(page))
    last = db.session.scalar(sa.select(RelatedChange).order_by(RelatedChange.id.desc()))
    second = Desk(browser.client.application, staff["second"])
    assert "Unblocked “Title of work” by Edith Editor" in text(second.get(page))
    assert second.post(f"{ADMIN}changes/{last.uid}/undo", back=page).location == page
    assert "work" not in shown(ids, "food")


def test_what_somebody_changed_since_is_not_undone_and_the_page_says_who(small):
    ids, staff, browser = small
    first = do(steering.pin, ids["food"], ids["tax"], actor=staff["editor"])
    do(steering.block, ids["food"], ids["tax"], actor=staff["second"])
    page = address(ids, "food")
    refused = browser.post(f"{ADMIN}changes/{first}/undo", back=page)
    assert "That was not done Sam Second changed it since. Undo that first. Back" in text(refused, 409)
    assert f'href="{page}"' in refused.text
    assert "tax" not in shown(ids, "food")
    elsewhere = browser.post(f"{ADMIN}changes/{first}/undo", back="//evil.example")
    assert "evil" not in elsewhere.text


def test_a_link_is_added_with_a_reason_in_both_languages_and_pinned(office):
    ids, _, browser = office
    page = address(ids, "food")
    found = browser.get(f"{page}/add?q=OF+bus")
    assert "Title of bus" in text(found)
    assert "No other service" in text(browser.get(f"{page}/add?q=of+gone"))
    assert "No other service" in text(browser.get(f"{page}/add?q=of+food"))
    form = {"target": uid_of(ids, "bus"), "kind": "comes_after"}
    wrong = browser.post(f"{page}/add", **form, reason_en="It takes you there.")
    assert "Write the reason in both languages" in text(wrong, 422)
    assert browser.post(f"{page}/add", **form, reason_en="x" * 121, reason_es="y").status_code == 422
    assert browser.post(f"{page}/add", **form | {"kind": "friend"}).status_code == 422
    assert "bus" not in shown(ids, "food")
    done = browser.post(f"{page}/add", **form, reason_en=" It takes  you there. ", reason_es="Le lleva.", pinned="y")
    assert done.location == page
    assert shown(ids, "food")[0] == "bus"
    first = items(browser.get(page))[0]
    assert first.startswith("Pinned Link of an editor 1. Title of bus It takes you there. ")
    assert "A next step after it: link of an editor, by Edith Editor" in first
    browser.post(f"{page}/unpin", target=form["target"])
    browser.post(f"{page}/remove", target=form["target"])
    assert "bus" not in shown(ids, "food")


def test_a_link_that_came_with_the_content_can_only_be_blocked(small):
    ids, _, browser = small
    page = address(ids, "food")
    for path in ("add", "remove"):
        answer = browser.post(f"{page}/{path}", target=uid_of(ids, "school"), kind="requires", pinned="y")
        assert "with the content" in text(answer, 409)
    assert shown(ids, "food")[0] == "school"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RelatedChange)) == 0
    assert "Remove the link" not in browser.get(page).text


def test_excluding_a_service(small):
    ids, _, browser = small
    page = address(ids, "rent")
    browser.post(f"{page}/exclusion", as_target="y")
    assert "rent" not in shown(ids, "food")
    assert "The service is excluded: it stands in no list" in text(browser.get(page))
    assert "1 service Title of rent 2 links Excluded" in text(browser.get(f"{ADMIN}?only=excluded"))
    browser.post(f"{page}/exclusion", as_source="y")
    assert (shown(ids, "rent"), "rent" in shown(ids, "food")) == ([], True)
    assert "Nothing is shown." in text(browser.get(page))
    browser.post(f"{page}/exclusion")
    assert shown(ids, "rent") != []


def test_a_sensitive_service_has_links_of_editors_alone(small):
    ids, _, browser = small
    visits(ids, "shelter", "rent", times=100)
    publish_all()
    page = browser.get(address(ids, "shelter"))
    assert "Only links of editors lead from it and to it." in text(page)
    assert len(items(page)) == len(shown(ids, "shelter")) == 1
    assert "Sensitive" in text(browser.get(f"{ADMIN}?only=sensitive"))


def test_a_withdrawn_service_has_a_page_and_an_unknown_one_has_none(small):
    ids, _, browser = small
    assert "not offered now" in text(browser.get(address(ids, "gone")))
    assert browser.get(f"{ADMIN}no-such-service").status_code == 404
    assert browser.post(f"{address(ids, 'food')}/pin", target="no-such").status_code == 404
    assert browser.post(f"{address(ids, 'food')}/pin").status_code == 422


def test_the_index_is_searched_and_filtered(small):
    ids, _, browser = small
    visits(ids, "tax", "bus", times=60)
    publish_all()
    note(use(ids, "food", "school", 10), use(ids, "food", "rent", 9))

    def found(query):
        return set(re.findall(r'">Title of (\w+)</a>', browser.get(ADMIN + query).text))

    offered = {"food", "rent", "work", "school", "tax", "bus", "local", "shelter"}
    assert found("") == offered
    assert found("?q=title+TA") == {"tax"}
    assert found("?only=learned") == {"tax", "bus", "school", "local"}
    assert found("?only=hardly") == offered - {"school"}
    assert found("?only=sensitive") == {"shelter"}
    assert found("?only=pinned") == found("?only=blocked") == found("?only=excluded") == set()
    assert found("?only=nonsense&page=x") == offered
    assert found("?only=few") == {one for one in offered if len(shown(ids, one)) < 3}
    assert found("?only=unlisted") == offered - {one for source in offered for one in shown(ids, source)}
    assert "Seen fewer than 10 times" in text(browser.get(f"{ADMIN}?only=hardly"))


def test_the_next_snapshot_is_told_as_a_difference_and_published(office):
    ids, _, browser = office
    visits(ids, "food", "tax", times=9)
    page = text(browser.get(f"{ADMIN}next"))
    assert "Fewer than 10 new visits came in" in page
    assert "Publish now" not in page
    assert "Fewer than 10 new visits" in text(browser.get(f"{address(ids, 'food')}/next"))
    assert "fewer than 10 new visits came in" in text(browser.post(f"{ADMIN}publish"), 409)
    visits(ids, "food", "tax", times=60)
    before = shown(ids, "food")
    page = text(browser.get(f"{ADMIN}next"))
    assert "Title of food Comes: Title of tax" in page
    assert "Comes: Title of tax" in text(browser.get(f"{address(ids, 'food')}/next"))
    assert "Nothing would change." in text(browser.get(f"{address(ids, 'shelter')}/next"))
    assert shown(ids, "food") == before
    assert browser.post(f"{ADMIN}publish").location == f"{ADMIN}next"
    assert "tax" in shown(ids, "food")
    assert "50–199 new visits" in text(browser.get(f"{ADMIN}next"))


def test_going_back_to_an_earlier_snapshot(small):
    ids, _, browser = small
    visits(ids, "food", "tax")
    publish_all()
    visits(ids, "food", "bus")
    publish_all()
    (form,) = re.findall(r'action="(/admin/related/snapshots/\d+)"', browser.get(f"{ADMIN}next").text)
    browser.post(form)
    assert "bus" not in shown(ids, "food")
    assert "Went back to an earlier snapshot by Edith Editor" in text(browser.get(f"{ADMIN}changes"))
    assert browser.post(f"{ADMIN}snapshots/999").status_code == 404


def test_settings_switch_balance_and_trial(office):
    ids, _, browser = office
    visits(ids, "food", "tax")
    publish_all()
    browser.post(f"{ADMIN}settings/learning/off")
    assert "tax" not in shown(ids, "food")
    assert "Switched off." in text(browser.get(f"{ADMIN}settings"))
    assert "Only what editors chose is shown" in text(browser.get(ADMIN))
    assert "Only what editors chose is shown" in text(browser.get(address(ids, "food")))
    browser.post(f"{ADMIN}settings/learning/on")
    assert "tax" in shown(ids, "food")
    browser.post(f"{ADMIN}settings/balance", beta="0.4")
    assert re.search(r'value="0\.4"\s+selected', browser.get(f"{ADMIN}settings").text)
    assert browser.post(f"{ADMIN}settings/balance", beta="0.9").status_code == 422
    assert "same lists" in text(browser.post(f"{ADMIN}settings/trial", how="0.4"), 409)
    browser.post(f"{ADMIN}settings/trial", how="switch")
    page = text(browser.get(f"{ADMIN}settings"))
    assert "half of the visits get nothing that visits taught" in page
    as_trial = browser.get(address(ids, "food") + "?arm=b")
    assert "switched off in this half of the trial" in text(as_trial)
    assert "Title of tax" not in " ".join(items(as_trial))
    assert "Title of tax" in " ".join(items(browser.get(address(ids, "food"))))
    browser.post(f"{ADMIN}settings/trial/stop")
    assert db.session.get_one(RelatedState, 1).trial is None
    listed = text(browser.get(f"{ADMIN}changes"))
    for words in ("Set the balance to 0.4", "Started a trial", "Stopped the trial", "Switched on what visits teach"):
        assert words in listed


def test_the_report_tells_of_many_and_compares(small):
    ids, _, browser = small
    note(
        ArmDay(day=today(), arm="a", visits=100, with_click=10, searches=50),
        ArmDay(day=today(), arm="b", visits=9, with_click=9, searches=9),
        use(ids, "food", "school", 20, 5),
        use(ids, "food", "rent", 200, 10, place="intent"),
        use(ids, "rent", "school", 9, 9, place="article"),
    )
    page = text(browser.get(f"{ADMIN}report"))
    assert "As everyone 50–199 10.0 % (5.5 to 17.4) 0.50" in page
    assert "The trial" not in page
    assert "Shown in 28 days 25 % of them, at least 10 times" in page
    assert "Link: often together 25 %" in page
    assert "Journey of a life event 5 %" in page
    assert "Not in the list now too few" in page
    assert "Answer too few" in page
    assert "Life event or need 5 %" in page
    with transaction():
        db.session.execute(sa.update(ArmDay).values(day=today() - datetime.timedelta(days=40)))
    assert "Too few visits have ended." in text(browser.get(f"{ADMIN}report"))


def test_alarms_ring_for_editors_and_operators(small):
    ids, _, browser = small

    def ringing():
        db.session.rollback()
        return alarms(health(10), now())

    assert ringing() == ()
    visits(ids, "food", "tax")
    assert ringing() == ()
    with transaction():
        db.session.execute(sa.update(ArmDay).values(day=today() - datetime.timedelta(days=4)))
    assert ringing() == ("late",)
    assert "Visits have waited for more than two days." in text(browser.get(ADMIN))
    publish_all()
    assert ringing() == ()
    with transaction():
        db.session.execute(sa.update(Snapshot).values(changed=0.21, pairs={"": []}, made_at=now()))
        db.session.execute(sa.update(RelatedState).values(beta=0.25))
        steering.advance_content_version()
    assert ringing() == ("empty", "changed")
    page = text(browser.get(ADMIN))
    assert "The snapshot tells nothing" in page
    assert "More than a fifth of the links" in page
    note(RunningVisit(key_hash="x", box="", used_at=now() - datetime.timedelta(days=3)))
    assert ringing() == ("late", "empty", "changed")
    metrics = browser.client.get("/metrics").text
    assert 'portico_related_alarms{alarm="late"} 1.0' in metrics


@pytest.mark.parametrize("role", ["specialist"])
def test_nobody_else_gets_in(small, role):
    ids, staff, _ = small
    other = Desk(small[2].client.application, staff[role])
    page = address(ids, "food")
    for path in (ADMIN, page, f"{page}/add", f"{page}/next", *(f"{ADMIN}{one}" for one in PARTS)):
        assert other.get(path).status_code == 403, path
        assert small[2].client.application.test_client().get(path).status_code == 303, path
    token = small[2].token()
    for path in (f"{page}/pin", f"{page}/exclusion", f"{ADMIN}publish", f"{ADMIN}settings/learning/off"):
        assert other.client.post(path, data={"csrf_token": token, "target": "x"}).status_code in (400, 403), path
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RelatedChange)) == 0


PARTS = ("next", "settings", "report", "changes")


def test_a_reviewer_steers_too_and_sees_it_in_the_navigation(small):
    ids, staff, browser = small
    reviewer = Desk(browser.client.application, staff["reviewer"])
    assert ">Related services</a>" in reviewer.get("/admin/").text
    reviewer.post(f"{address(ids, 'food')}/pin", target=uid_of(ids, "tax"))
    assert shown(ids, "food")[0] == "tax"
    assert "Services that are shown beside it" in reviewer.get(f"/admin/services/{uid_of(ids, 'food')}").text


def test_pages_cost_the_same_number_of_queries_however_long_the_list(small, count_queries):
    ids, staff, browser = small
    page = address(ids, "food")

    def cost(path):
        browser.get(path)
        with count_queries() as count:
            assert browser.get(path).status_code == 200
        return count.number

    do(steering.save_link, ids["food"], ids["shelter"], "requires", both("Yes."), actor=staff["editor"])
    do(steering.pin, ids["food"], ids["shelter"], actor=staff["editor"])
    visits(ids, "food", "tax")
    publish_all()
    before = [cost(path) for path in (page, ADMIN)]
    for slug in ("tax", "bus", "rent", "work"):
        do(steering.save_link, ids["food"], ids[slug], "requires", both("Yes."), actor=staff["editor"])
        do(steering.pin, ids["food"], ids[slug], actor=staff["editor"])
    visits(ids, "food", "tax")
    publish_all()
    assert [cost(path) for path in (page, ADMIN)] == before


def test_pages_show_no_exact_count_of_visits(tmp_path):
    """Every page of a portal with 37 visits of two services: the number stands nowhere."""
    app = make_app(tmp_path)
    with app.app_context():
        ids = make_services()
        browser = Desk(app, editors(app)["editor"])
        visits(ids, "food", "tax", times=37)
        publish_all()
        visits(ids, "food", "tax", times=37)
        for path in (ADMIN, address(ids, "food"), f"{address(ids, 'food')}/next", *(ADMIN + one for one in PARTS)):
            assert not re.search(r"\b(37|74)\b", without_times(text(browser.get(path)))), path
    close(app)
