"""From a result that somebody follows to the order of later answers, and back."""

import datetime
import re

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.caching import today
from portal.database import transaction
from portal.extensions import db, limiter
from portal.knowledge.models import ArticleUse
from portal.knowledge.operations import save_article
from portal.search.models import LearnedFactor, ResultUse, SearchTuning
from portal.search.tuned import EVERYWHERE, adjustments_for, key_hash, tuned
from portal.tuning import operations, queries
from portal.tuning.operations import forget_searches
from tests.editing.support import Browser, check_staff_page, record_id
from tests.support import article_record
from tests.test_pages import check_page

from .support import found, office, visit

QUERY = "title"


def token_of(page):
    document = check_page(page.text, "en")
    (results,) = [one for one in document.iter("ol") if "data-token" in one.attrib]
    return results.attrib["data-token"]


def follow(app, token, position, address):
    db.session.rollback()
    return (
        app.test_client()
        .post(
            "/search/followed",
            data={"token": token, "position": position},
            headers={"User-Agent": "Mozilla/5.0"},
            environ_base={"REMOTE_ADDR": address},
            buffered=True,
        )
        .status_code
    )


def uses():
    db.session.rollback()
    return {
        (row.kind, row.record_id): (row.position, row.shown, row.followed)
        for row in db.session.scalars(sa.select(ResultUse))
    }


def next_day():
    """Let another day's step be possible."""
    with transaction():
        db.session.execute(sa.update(SearchTuning).values(learned_on=None))


def learn(days=1):
    for _ in range(days):
        next_day()
        with transaction():
            count = operations.learn(3)
    return count


def factors():
    db.session.rollback()
    return {
        (row.kind, row.record_id): row.factor
        for row in db.session.scalars(sa.select(LearnedFactor).where(LearnedFactor.key_hash != EVERYWHERE))
    }


def followed_often(app, times=60):
    """Everybody follows the second result; gives what came first and second."""
    first, second, *_ = found(QUERY)
    token = token_of(visit(app, QUERY, "192.0.2.1"))
    for number in range(times):
        assert follow(app, token, 2, f"198.51.{number // 250}.{number % 250}") == 204
    return first, second


def test_what_is_followed_is_counted_without_anybody(app):
    office(app)
    results = found(QUERY)
    token = token_of(visit(app, QUERY, "192.0.2.1"))
    assert follow(app, token, 2, "192.0.2.1") == 204
    assert follow(app, token, 2, "192.0.2.2") == 204
    counted = uses()
    assert counted[results[0]] == (1, 2, 0)
    assert counted[results[1]] == (2, 2, 2)
    assert sorted(counted) == sorted(results)
    assert set(ResultUse.__table__.c.keys()) == {
        *("key_hash", "kind", "record_id", "position", "day", "lang", "shown", "followed")
    }
    assert not re.search("title|servic", token)


def test_the_same_address_counts_once_a_day(site_sqlite):
    office(site_sqlite)
    token = token_of(visit(site_sqlite, QUERY, "192.0.2.1"))
    assert [follow(site_sqlite, token, 2, "192.0.2.1") for _ in range(3)] == [204, 204, 204]
    assert uses()[found(QUERY)[1]] == (2, 1, 1)


def test_only_what_was_shown_is_counted_and_not_without_limit(site_sqlite):
    office(site_sqlite)
    limiter.reset()
    token = token_of(visit(site_sqlite, QUERY, "192.0.2.1"))
    head, _, rest = token.partition(".")
    for position in ("0", "99", "-1", "x", "", "1" * 50):
        assert follow(site_sqlite, token, position, "192.0.2.1") == 400, position
    for other in ("", "x", "a.b.c", "x" * 5000, f"{head[:-2]}AA.{rest}", head):
        assert follow(site_sqlite, other, 1, "192.0.2.1") == 400, other
    assert uses() == {}
    answers = [follow(site_sqlite, token, 1, "203.0.113.7") for _ in range(301)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {204}


def test_the_order_moves_slowly_and_is_bounded(app):
    office(app)
    first, second = followed_often(app)
    learn()
    assert (factors()[first], factors()[second]) == (0.95, 1.05)
    learn(30)
    assert factors()[first] == pytest.approx(0.8)
    assert factors()[second] == pytest.approx(1.25)
    assert all(0.8 <= factor <= 1.25 for factor in factors().values())
    db.session.rollback()
    (row,) = [row for row in queries.factor_rows() if (row.record.kind, row.record.id) == second]
    assert (row.seen, row.query, row.lang) == (60, None, "en")


def test_a_day_moves_it_once_however_often_it_is_done(site_sqlite):
    office(site_sqlite)
    followed_often(site_sqlite, 30)
    with transaction():
        assert operations.learn(3) > 0
    before = factors()
    with transaction():
        assert operations.learn(3) is None
    assert factors() == before
    next_day()
    jobs.start_day()
    assert factors() != before
    runner = site_sqlite.test_cli_runner()
    assert "learned today" in runner.invoke(args=["search", "learn"]).output


def test_what_few_followed_teaches_nothing(site_sqlite):
    office(site_sqlite)
    followed_often(site_sqlite, 2)
    assert learn() == 0
    assert factors() == {}


def test_old_use_is_forgotten_and_factors_go_back_to_one(app):
    office(app)
    followed_often(app)
    learn(3)
    assert factors()
    with transaction():
        db.session.execute(sa.update(ResultUse).values(day=today() - datetime.timedelta(days=91)))
    with transaction():
        forget_searches(3)
    assert uses() == {}
    learn(6)
    assert factors() == {}


def test_little_use_is_deleted_after_a_month(app):
    office(app)
    followed_often(app, 2)
    with transaction():
        db.session.execute(sa.update(ResultUse).values(day=today() - datetime.timedelta(days=31)))
    with transaction():
        forget_searches(3)
    assert uses() == {}


def test_one_factor_can_be_reset_and_stays_so(app):
    staff = office(app)
    first, second = followed_often(app)
    learn(3)
    before = factors()
    with transaction():
        operations.reset_factor(key_hash(QUERY, "en"), second, actor=staff["editor"])
    learn(2)
    assert factors()[second] == 1.0
    assert factors()[first] < before[first]


def test_all_can_be_forgotten_and_learning_switched_off(app):
    staff = office(app)
    before = found(QUERY)
    followed_often(app)
    learn(30)
    editor = Browser(app, staff["editor"])
    page = editor.get("/admin/search/learned").text
    check_staff_page(page)
    assert "× 1.25" in page
    assert "whose words nobody knows" in page
    assert "Learned from use: × 1.25" in editor.post("/admin/search/", q=QUERY, lang="en").text

    editor.post("/admin/search/learned/switch/off")
    page = editor.get("/admin/search/learned").text
    check_staff_page(page)
    assert "Learning is off" in page
    assert found(QUERY) == before
    assert "data-token" not in visit(app, QUERY, "192.0.2.1").text
    next_day()
    with transaction():
        assert operations.learn(3) is None
    editor.post("/admin/search/learned/switch/on")
    assert "data-token" in visit(app, QUERY, "192.0.2.1").text

    assert editor.post("/admin/search/learned/reset-all").status_code == 303
    assert "Every document counts by its words alone" in editor.get("/admin/search/learned").text
    assert (factors(), uses(), found(QUERY)) == ({}, {}, before)


def _use(article_id, kind, count):
    return ArticleUse(article_id=article_id, used_on=today(), kind=kind, channel="web", lang="en", count=count)


def test_what_helped_more_than_others_comes_up_in_every_search(app):
    editor = Browser(app, office(app)["editor"])
    first = record_id("article", "article")
    with transaction():
        save_article(article_record("second"), service_ids=[])
    second = record_id("article", "second")
    with transaction():
        for article, helped, not_helped in ((first, 5, 45), (second, 45, 5)):
            db.session.add(_use(article, "helped", helped))
            db.session.add(_use(article, "not_helped", not_helped))
    assert learn() == 2
    db.session.rollback()
    rows = {row.record.id: row for row in queries.factor_rows()}
    assert (rows[first].factor, rows[second].factor) == (0.95, 1.05)
    assert rows[second].is_everywhere
    page = editor.get("/admin/search/learned").text
    check_staff_page(page)
    assert "For every search: helped 45 times, 25.0 were to be expected" in " ".join(page.split())
    assert adjustments_for("anything", "en").learned == {("article", first): 0.95, ("article", second): 1.05}


def test_a_request_reads_what_was_tuned_once(app, count_queries):
    office(app)
    adjustments_for(QUERY, "en")
    with app.test_request_context("/en/search"), count_queries() as count:
        adjustments_for(QUERY, "en")
        assert tuned() is tuned()
    assert count.number == 1
