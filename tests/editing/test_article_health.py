"""Which articles to work on: exact scores, reasons in words, and the pages of editors and reviewers."""

import datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal.caching import today
from portal.database import transaction
from portal.editing.article_health.queries import article_health, health_page
from portal.editing.article_health.rules import Figures, health_of, upper_bound
from portal.editing.models import Link, LinkUse
from portal.extensions import db
from portal.knowledge.models import Article, ArticleUse
from portal.knowledge.operations import raise_flag, record_use, save_article
from portal.readability import grade
from tests.conftest import close, make_app
from tests.editing.support import Browser, check_staff_page, make_content, people
from tests.staff import make_staff
from tests.support import article_record, both

HARD = "Notwithstanding considerations regarding administrative responsibilities, determinations follow."
NAMES = {"en": "English", "es": "Spanish"}


@pytest.mark.parametrize(
    ("successes", "total", "bound"),
    [(0, 0, 1.0), (0, 1, 0.7935), (0, 10, 0.2775), (3, 20, 0.3604), (50, 100, 0.5962), (100, 100, 1.0)],
)
def test_the_upper_bound_of_a_rate(successes, total, bound):
    assert round(upper_bound(successes, total), 4) == bound


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_bound_is_above_the_rate_and_more_answers_narrow_it(one, other):
    total = one + other
    if total:
        assert one / total - 1e-12 <= upper_bound(one, total) <= 1.0
        assert upper_bound(10 * one, 10 * total) <= upper_bound(one, total) + 1e-12


@pytest.mark.parametrize(
    ("figures", "score", "problems"),
    [
        ({}, 100, []),
        # One voice, or the wish of two in three, proves nothing.
        ({"not_helped": 1}, 100, []),
        ({"helped": 20, "not_helped": 10}, 100, []),
        ({"helped": 3, "not_helped": 17}, 79, [("helped", 21, "It helped 3 of 20 who said; at best 36% of all")]),
        ({"helped": 0, "not_helped": 200}, 61, [("helped", 39, "It helped 0 of 200 who said; at best 2% of all")]),
        ({"looked_up": 5}, 100, []),
        ({"looked_up": 100, "given": 2}, 89, [
            ("given", 11, "Opened 100 times at the desk, given as an answer 2 times")
        ]),
        ({"looked_up": 10, "given": 40}, 100, []),
        ({"days_since_checked": 365}, 100, []),
        ({"days_since_checked": 366}, 90, [("review", 10, "Last checked 366 days ago")]),
        ({"days_since_checked": 365 + 180}, 80, [("review", 20, "Last checked 545 days ago")]),
        ({"days_since_checked": 4000}, 75, [("review", 25, "Last checked 4000 days ago")]),
        # A day of review counts instead of the age.
        ({"days_since_checked": 4000, "overdue": -3}, 100, []),
        ({"days_since_checked": 10, "overdue": 12}, 90, [("review", 10, "Its review is 12 days overdue")]),
        ({"missing": ("es",)}, 90, [("language", 10, "Not all of it is in Spanish")]),
        ({"grades": {"en": 8.0, "es": 7.9}}, 100, []),
        ({"grades": {"en": 8.0, "es": 10.2}}, 93, [("grade", 7, "Reads at grade 10.2 in Spanish; 8 is the aim")]),
        ({"grades": {"en": 19.0}}, 85, [("grade", 15, "Reads at grade 19.0 in English; 8 is the aim")]),
        ({"dead_links": 1}, 85, [("links", 15, "1 link is dead")]),
        ({"dead_links": 9}, 75, [("links", 25, "9 links are dead")]),
        ({"flags": ("unclear",)}, 80, [("flagged", 20, "1 flag is open")]),
        ({"flags": ("unclear", "wrong")}, 65, [("flagged", 35, "2 flags are open")]),
        ({"flags": ("wrong",) * 9}, 60, [("flagged", 40, "9 flags are open")]),
    ],
)  # fmt: skip
def test_what_weighs_how_much(figures, score, problems):
    health = health_of(Figures(**figures), NAMES)
    assert health.score == score
    assert [(one.kind, one.points, one.why) for one in health.problems] == problems


def test_problems_add_up_and_the_heaviest_comes_first():
    health = health_of(Figures(missing=("es",), dead_links=2, flags=("wrong",), days_since_checked=400), NAMES)
    assert [one.kind for one in health.problems] == ["flagged", "links", "review", "language"]
    assert health.score == 100 - 30 - 20 - 10 - 10
    everything = Figures(
        not_helped=500, looked_up=500, days_since_checked=4000, missing=("en", "es"), dead_links=9,
        grades={"en": 20.0}, flags=("wrong",) * 9,
    )  # fmt: skip
    assert health_of(everything, NAMES).score == 0


def test_what_more_people_meet_is_more_urgent():
    found = [health_of(Figures(views=views, missing=("es",)), NAMES).urgency for views in (0, 9, 99, 9_999)]
    assert found == [10.0, 20.0, 30.0, 50.0]
    assert health_of(Figures(views=10**6), NAMES).urgency == 0.0
    assert health_of(Figures(views=3, looked_up=3, given=3, missing=("es",)), NAMES).urgency == 20.0


def make_articles():
    """A sound article, and one with everything that can be wrong."""
    record = article_record(
        "ill", title={"en": "Ill"}, text={"en": HARD, "es": "Sí."}, checked="2020-01-01", owner="Others"
    )
    with transaction():
        save_article(article_record("sound", text=both("Call us. We can help.")), service_ids=[])
        save_article(record, service_ids=[])
        link = Link(url="https://example.gov/gone", failures=3)
        db.session.add(link)
        db.session.flush()
        db.session.add(LinkUse(link_id=link.id, kind="article", record_id=article_id("ill")))
        record_use(article_id("ill"), "viewed", channel="web", lang="en", number=90)
        record_use(article_id("ill"), "viewed", channel="desk", lang="en", number=7)
        record_use(article_id("ill"), "linked", channel="phone", lang="en")
        record_use(article_id("ill"), "sent", channel="chat", lang="es")
        record_use(article_id("ill"), "not_helped", channel="web", lang="en", number=19)
        record_use(article_id("ill"), "helped", channel="phone", lang="es")
        db.session.add(
            ArticleUse(
                article_id=article_id("ill"), used_on=today() - datetime.timedelta(days=90), kind="helped",
                channel="web", lang="en", count=1000,
            )
        )  # fmt: skip


def article_id(slug):
    return db.session.scalars(sa.select(Article.id).where(Article.slug == slug)).one()


def test_figures_come_from_uses_flags_links_texts_and_dates(app):
    make_articles()
    db.session.rollback()
    sol = make_staff(app, "specialist")
    with transaction():
        raise_flag(article_id("ill"), "wrong", "It is wrong.", actor=sol)
    ill, sound = article_health()
    assert ill.figures == Figures(
        views=90,
        looked_up=7,
        given=2,
        helped=1,
        not_helped=19,
        days_since_checked=(today() - datetime.date(2020, 1, 1)).days,
        overdue=None,
        grades={"en": grade(f"Summary of ill.\n\n{HARD}", "en"), "es": grade("Summary of ill. (es)\n\nSí.", "es")},
        missing=("es",),
        dead_links=1,
        flags=("wrong",),
    )
    kinds = ["flagged", "helped", "review", "grade", "links", "language"]
    assert [one.kind for one in ill.health.problems] == kinds
    assert (sound.title, sound.health.score, sound.health.urgency) == ("Title of sound", 100, 0.0)


def test_a_page_of_health_can_be_narrowed(site_sqlite):
    make_articles()
    everything = health_page()
    assert [row.title for row in everything.rows] == ["Ill"]
    assert everything.owners == ["Editors", "Others"]
    assert everything.counts == dict.fromkeys(("helped", "review", "links", "grade", "language"), 1)
    assert health_page(problem="links", owner="Others", status="validated").total == 1
    for choice in ({"problem": "flagged"}, {"owner": "Editors"}, {"status": "not_validated"}, {"problem": "x"}):
        assert health_page(**choice).rows == []
    assert health_page(page=99).page == 1


def test_the_number_of_queries_does_not_grow(site_sqlite, count_queries):
    make_articles()
    template = dict(db.session.execute(sa.select(Article.__table__).where(Article.slug == "ill")).mappings().one())
    template.pop("id")
    numbers = []
    for total in (20, 2_000):
        with transaction():
            rows = [template | {"uid": f"{total}-{n}", "slug": f"a-{total}-{n}"} for n in range(total)]
            db.session.execute(sa.insert(Article), rows)
            db.session.execute(sa.text("UPDATE content_version SET number = number + 1"))
        with count_queries() as count:
            page = health_page(page=2)
        numbers.append(count.number)
        assert page.total > total
    # The version, the texts, the articles, their uses, flags and links; and that a transaction begins.
    assert numbers[0] == numbers[1] <= 7


@pytest.fixture
def office(tmp_path):
    app = make_app(tmp_path)
    with app.app_context():
        make_content()
        make_articles()
        staff = people(app) | {"specialist": make_staff(app, "specialist", name="Sol Specialist")}
        with transaction():
            flag = raise_flag(article_id("ill"), "unclear", "Nobody understands it.", actor=staff["specialist"])
    yield app, staff, flag
    close(app)


@pytest.mark.promise("S4")
def test_who_sees_health_and_flags(office):
    app, staff, flag = office
    allowed = {"editor", "second", "reviewer", "administrator"}
    for role, person in staff.items():
        browser = Browser(app, person)
        for path in ("/admin/knowledge/health", "/admin/knowledge/flags"):
            assert browser.get(path).status_code == (200 if role in allowed else 403), (role, path)
        posted = browser.post(f"/admin/knowledge/flags/{flag}").status_code
        assert posted == (422 if role in allowed else 403)
        home = browser.get("/admin/").text
        assert ("Health of articles" in home, "Flagged articles" in home) == ((role in allowed,) * 2)


def test_the_page_of_health_says_why(office):
    app, staff, _ = office
    browser = Browser(app, staff["editor"])
    page = browser.get("/admin/knowledge/health")
    check_staff_page(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    for words in ("It helped 1 of 20 who said", "1 link is dead", "1 flag is open", "Not all of it is in Spanish"):
        assert words in page.text
    assert "helped 1 of 20" in page.text
    narrowed = browser.get("/admin/knowledge/health?problem=flagged&owner=Others&status=validated&page=3")
    check_staff_page(narrowed.text)
    assert ">Ill</a>" in narrowed.text
    assert "0 articles need work" in browser.get("/admin/knowledge/health?owner=Nobody").text


def test_a_flag_is_settled_and_stays_in_the_history(office):
    app, staff, flag = office
    browser = Browser(app, staff["reviewer"])
    at = "/admin/knowledge/flags"
    page = browser.get(at)
    check_staff_page(page.text)
    assert "Nobody understands it." in page.text
    refused = browser.post(f"{at}/{flag}", page=at, settlement=" ")
    assert refused.status_code == 422
    check_staff_page(refused.text)
    assert "Say in a few words what was done" in refused.text
    assert browser.post(f"{at}/{flag}", page=at, settlement="Shorter sentences.").status_code == 303
    assert "No flag is open." in browser.get(at).text
    assert browser.post(f"{at}/{flag}", settlement="Again").location == at
    assert "Somebody has settled it already." in browser.get(at).text
    assert browser.post(f"{at}/none", settlement="Again").status_code == 404
    for path in ("/admin/articles/ill", "/admin/articles/ill/history"):
        shown = browser.get(path)
        check_staff_page(shown.text)
        assert "Settled by Rita Reviewer" in shown.text
        assert "Shorter sentences." in shown.text
