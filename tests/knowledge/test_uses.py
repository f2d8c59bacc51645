"""How often articles are used, counted without losing any and with nobody in it; and what is said to be wrong."""

import datetime
import re
import threading

import pytest
import sqlalchemy as sa

from portal.caching import today
from portal.counters import Counters
from portal.database import transaction
from portal.extensions import db
from portal.identity.queries import audit_rows
from portal.knowledge.models import Article, ArticleFlag, ArticleUse, Feedback
from portal.knowledge.operations import (
    Settled,
    raise_flag,
    record_use,
    record_uses,
    save_article,
    settle_flag,
)
from portal.knowledge.queries import flags_of_article, open_flags, public_article_id
from portal.knowledge.rules import Use, article_of_path, is_bot
from portal.knowledge.seen import IMAGE
from tests.staff import make_staff
from tests.support import article_record

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def an_article(slug="article", **changes):
    with transaction():
        save_article(article_record(slug, **changes), service_ids=[])
    found = db.session.scalars(sa.select(Article.id).where(Article.slug == slug)).one()
    # Accounts are made in a session of their own, which a lock of this one would keep waiting.
    db.session.rollback()
    return found


def counted():
    db.session.rollback()
    table = ArticleUse.__table__.c
    rows = db.session.execute(
        sa.select(table.article_id, table.kind, table.channel, table.lang, table.count).order_by(
            table.article_id, table.kind, table.channel, table.lang
        )
    )
    return [tuple(row) for row in rows]


def test_uses_add_up_by_day_way_channel_and_language(app):
    one = an_article()
    with transaction():
        record_use(one, "helped", channel="phone", lang="es")
        record_use(one, "helped", channel="phone", lang="es", number=3)
        record_use(one, "helped", channel="chat", lang="es")
        record_use(one, "linked", channel="phone", lang="en")
    assert counted() == [
        (one, "helped", "chat", "es", 1),
        (one, "helped", "phone", "es", 4),
        (one, "linked", "phone", "en", 1),
    ]
    assert set(db.session.scalars(sa.select(ArticleUse.used_on))) == {today()}


@pytest.mark.parametrize(("kind", "channel"), [("liked", "web"), ("helped", "fax"), ("", "")])
def test_there_are_no_other_uses(site_sqlite, kind, channel):
    one = an_article()
    with pytest.raises(ValueError, match="no use"), transaction():
        record_use(one, kind, channel=channel, lang="en")
    assert counted() == []


def test_writers_at_the_same_time_lose_no_count(app):
    """Four threads, each counting the same two uses 25 times, in opposite orders."""
    one, two = an_article(), an_article("two")
    uses = [Use(one, "sent", "email", "en"), Use(two, "sent", "email", "en")]
    failed = []

    def count(turn):
        try:
            with app.app_context():
                for _ in range(25):
                    with transaction():
                        record_uses(dict.fromkeys(uses if turn % 2 else reversed(uses), 1))
                db.session.remove()
        except Exception as error:  # told by the test below
            failed.append(error)

    db.session.rollback()
    threads = [threading.Thread(target=count, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert counted() == [(one, "sent", "email", "en", 100), (two, "sent", "email", "en", 100)]


def test_the_image_of_a_page_counts_a_view(app, client):
    one = an_article()
    shown = re.search(r'<img src="([^"]+/seen)"', client.get("/en/articles/article").text)[1]
    assert shown == "/en/articles/article/seen"
    answer = client.get(shown, headers={"User-Agent": FIREFOX})
    assert (answer.status_code, answer.data, answer.mimetype) == (200, IMAGE, "image/gif")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert counted() == [(one, "viewed", "web", "en", 1)]
    for name in ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.9.1", ""):
        assert client.get(shown, headers={"User-Agent": name}).status_code == 200
    assert counted() == [(one, "viewed", "web", "en", 1)]


@pytest.mark.parametrize("changes", [{"status": "not_validated"}, {"audience": "staff"}, {"status": "archived"}])
def test_there_is_no_image_of_what_is_not_public(site_sqlite, changes):
    an_article(**changes)
    answer = site_sqlite.test_client().get("/en/articles/article/seen", headers={"User-Agent": FIREFOX})
    assert answer.status_code == 404
    assert counted() == []


def test_views_of_a_busy_page_are_written_together(site_sqlite):
    one = an_article()
    time = [100.0]
    views = Counters("views", record_uses, seconds=5.0, clock=lambda: time[0])
    use = Use(one, "viewed", "web", "en")
    views.add(use)
    assert counted() == [(one, "viewed", "web", "en", 1)]
    for _ in range(39):
        time[0] += 0.125
        views.add(use)
    assert counted() == [(one, "viewed", "web", "en", 1)]
    time[0] += 1.0
    views.add(use)
    assert counted() == [(one, "viewed", "web", "en", 41)]
    views.add(use)
    views.write()
    assert counted() == [(one, "viewed", "web", "en", 42)]


def test_views_that_cannot_be_written_wait(site_sqlite, caplog):
    one = an_article()
    views = Counters("views", record_uses, seconds=0.0)
    db.session.execute(sa.text("ALTER TABLE article_use RENAME TO away"))
    db.session.commit()
    views.add(Use(one, "viewed", "web", "es"))
    assert "views are not written yet" in caplog.text
    db.session.execute(sa.text("ALTER TABLE away RENAME TO article_use"))
    db.session.commit()
    views.add(Use(one, "viewed", "web", "es"))
    assert counted() == [(one, "viewed", "web", "es", 2)]


def test_feedback_on_an_article_counts_as_a_use(app, client):
    one = an_article()
    an_article("hidden", audience="staff")
    form = client.get("/es/feedback?page=/es/articles/article")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)[1]
    for page, useful in (
        ("/es/articles/article", "yes"),
        ("/en/articles/article", "no"),
        ("/es/articles/article", "yes"),
        ("/en/articles/hidden", "yes"),
        ("/en/articles/none", "yes"),
        ("/en/services/article", "yes"),
    ):
        sent = client.post("/es/feedback", data={"csrf_token": token, "page": page, "useful": useful, "comment": ""})
        assert sent.status_code == 303
    assert counted() == [(one, "helped", "web", "es", 2), (one, "not_helped", "web", "en", 1)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Feedback)) == 6


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/en/articles/ssdi-or-ssi", ("en", "ssdi-or-ssi")),
        ("/en/articles/", None),
        ("/en/services/snap", None),
        ("/en/articles/a/seen", None),
        ("/en/articles/A", None),
    ],
)
def test_article_of_path(path, found):
    assert article_of_path(path) == found


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        (FIREFOX, False),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", False),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", True),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", True),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", True),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130 Safari/537.36", True),
        ("facebookexternalhit/1.1", True),
        ("python-requests/2.32", True),
        ("", True),
    ],
)
def test_is_bot(name, is_one):
    assert is_bot(name) is is_one


def test_a_flag_is_open_until_someone_settles_it(app):
    one = an_article()
    sol, rita = make_staff(app, "specialist", name="Sol"), make_staff(app, "reviewer", name="Rita")
    with transaction():
        uid = raise_flag(one, "out_of_date", " The limit is $40 now. ", actor=sol)
        assert raise_flag(one, "out_of_date", "The limit is $40 now.", actor=sol) == uid
    (flag,) = open_flags()
    assert (flag.uid, flag.article_title, flag.reason, flag.text, flag.raised_by, flag.settled_at) == (
        *(uid, "Title of article", "out_of_date", "The limit is $40 now.", "Sol", None),
    )
    with transaction():
        settle_flag(uid, "Changed it.", actor=rita)
    assert open_flags() == []
    assert flags_of_article(one, settled=False) == []
    (flag,) = flags_of_article(one)
    assert (flag.settled_by, flag.settlement) == ("Rita", "Changed it.")
    with pytest.raises(Settled), transaction():
        settle_flag(uid, "Me too.", actor=sol)
    with transaction():
        assert raise_flag(one, "out_of_date", "The limit is $40 now.", actor=sol) != uid
    entries = audit_rows(kind="article", record=flag.article_uid)
    assert [(entry.verb, entry.who, entry.note) for entry in entries] == [
        ("flag", "Sol", {"reason": "out_of_date"}),
        ("settle flag", "Rita", {"reason": "out_of_date"}),
        ("flag", "Sol", {"reason": "out_of_date"}),
    ]


def test_a_flag_needs_a_known_reason(site_sqlite):
    one = an_article()
    sol = make_staff(site_sqlite, "specialist")
    with pytest.raises(ValueError, match="no reason"), transaction():
        raise_flag(one, "ugly", "", actor=sol)
    with pytest.raises(LookupError), transaction():
        settle_flag("none", "", actor=sol)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ArticleFlag)) == 0


def test_the_day_counts_by_itself(site_sqlite, monkeypatch):
    one = an_article()
    for day in (1, 2):
        monkeypatch.setattr("portal.knowledge.operations.today", lambda day=day: datetime.date(2026, 12, day))
        with transaction():
            record_use(one, "sent", channel="email", lang="en")
    assert counted() == [(one, "sent", "email", "en", 1)] * 2
    assert public_article_id("article") == one
