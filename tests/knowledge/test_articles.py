"""The public page of an article, its statuses and reviews, and templates of new ones."""

import datetime
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.caching import today
from portal.editing import kinds
from portal.editing.article_templates import hints_left, templates
from portal.editing.articles import likely_pairs
from portal.extensions import db
from portal.knowledge.duplicates import LIKENESS, Candidate, likely_duplicates
from portal.knowledge.models import STATUSES
from portal.knowledge.statuses import MEANINGS, STEPS, next_review, with_next_review
from tests.editing.support import Browser, check_staff_page, inputs, record_id
from tests.knowledge.support import add_article, article
from tests.test_pages import check_page

PARTS = {
    "who": {"en": "People who **lost** a card.", "es": "Quien perdió la tarjeta."},
    "steps": [{"en": "Call us.", "es": "Llame."}, {"en": "Wait <b>here</b>."}],
}


@pytest.fixture
def page(office, staff):
    with office.app_context():
        add_article("rich", services=["service"], intents=["intent"], **PARTS)
    return lambda path: office.test_client().get(path)


# The public page


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_the_page_has_its_parts_in_every_language(page, lang):
    html = page(f"/{lang}/articles/rich").text
    check_page(html, lang)
    order = [html.index(f'id="{name}"') for name in ("who", "answer", "steps", "services")]
    assert order == sorted(order)
    assert "Wait &lt;b&gt;here&lt;/b&gt;." in html
    # The number of a step stays at the side where the reader's language begins.
    fallback = '<li><span lang="en" dir="ltr">Wait' if lang != "en" else "<li><span>Wait"
    assert fallback in html


def test_a_short_article_has_no_empty_headings(page):
    html = page("/en/articles/article").text
    for name in ("who", "answer", "steps", "files"):
        assert f'id="{name}"' not in html


def test_machines_read_it_as_a_question_with_its_answer(page):
    html = page("/es/articles/rich").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    (question,) = data["mainEntity"]
    assert (data["@type"], data["inLanguage"], question["@type"]) == ("FAQPage", "es", "Question")
    assert question["name"] == "Title of rich (es)"
    assert question["audience"]["audienceType"] == "Quien perdió la tarjeta."
    assert question["acceptedAnswer"]["text"] == (
        "<p>Summary of rich. (es)</p>\n<p>The answer is <strong>yes</strong>. (es)</p>\n"
        "<ol><li>Llame.</li><li>Wait &lt;b&gt;here&lt;/b&gt;.</li></ol>"
    )


def test_a_page_takes_as_many_queries_with_many_parts_as_with_few(office, staff, count_queries):
    def queries(slug):
        with office.app_context(), count_queries() as count:
            assert office.test_client().get(f"/en/articles/{slug}").status_code == 200
        return count.number

    with office.app_context():
        add_article("few", services=["service"], intents=["intent"], steps=[{"en": "One"}])
        add_article("many", services=["service"], intents=["intent"], steps=[{"en": f"Step {n}"} for n in range(30)])
    # What is kept for a version of the content is read by the first page.
    queries("article")
    assert queries("few") == queries("many")


# Statuses and reviews


def test_every_status_has_a_meaning_and_a_way_on():
    assert tuple(MEANINGS) == STATUSES
    assert set(STEPS) == set(STATUSES)
    for status, steps in STEPS.items():
        assert steps
        assert all(step.to in STATUSES and step.to != status for step in steps)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_the_next_review_is_a_year_later(day):
    found = next_review(day)
    assert (found.year, found.month) == (day.year + 1, day.month)
    assert found.day == day.day or (day.month, day.day, found.day) == (2, 29, 28)


@pytest.mark.parametrize(
    ("before", "after", "review_by"),
    [
        ({}, {"status": "validated"}, "2027-11-30"),
        ({"status": "not_validated"}, {"status": "validated"}, "2027-11-30"),
        ({"status": "not_validated"}, {"status": "validated", "review_by": "2026-11-30"}, "2027-11-30"),
        ({"status": "not_validated"}, {"status": "validated", "review_by": "2026-12-24"}, "2026-12-24"),
        ({"status": "validated", "checked": "a"}, {"status": "validated", "checked": "b"}, "2027-11-30"),
        (
            {"status": "validated", "checked": "a", "review_by": "2026-11-01"},
            {"status": "validated", "checked": "b", "review_by": "2026-11-01"},
            "2027-11-30",
        ),
        (
            {"status": "validated", "checked": "a", "review_by": "2026-11-01"},
            {"status": "validated", "checked": "b", "review_by": "2027-02-01"},
            "2027-02-01",
        ),
        ({"status": "validated", "checked": "a"}, {"status": "validated", "checked": "a"}, None),
        ({"status": "validated"}, {"status": "archived"}, None),
    ],
)
def test_validating_sets_the_next_review_unless_somebody_chose_another(before, after, review_by):
    assert with_next_review(before, after, datetime.date(2026, 11, 30)).get("review_by") == review_by


def test_an_article_goes_through_its_statuses_with_a_second_person(office, staff):
    edith, rita = Browser(office, staff["editor"]), Browser(office, staff["reviewer"])
    with office.app_context():
        add_article("young", status="work_in_progress", checked="2026-01-01")
        key = record_id("article", "young")
    for wanted, words, public in (
        ("not_validated", "Let staff use it", 404),
        ("validated", "Validate", 200),
        ("archived", "Archive", 410),
        ("not_validated", "Bring it back for staff", 404),
    ):
        page = edith.get("/admin/articles/young").text
        check_staff_page(page)
        assert f">{words}</button>" in page
        at = re.search(r'action="(/admin/knowledge/[^/]+/status)"', page)[1]
        draft = edith.post(at, to=wanted).location
        assert edith.post(f"{draft}/approve", edition="2", when="now").status_code == 403
        assert edith.post(f"{draft}/send", draft).status_code == 303
        assert rita.post(f"{draft}/approve", draft).status_code == 303
        assert office.test_client().get("/en/articles/young").status_code == public
        with office.app_context():
            assert kinds.export("article", key)["status"] == wanted
    with office.app_context():
        found = article("young")
    assert (found["checked"], found["review_by"]) == (today().isoformat(), next_review(today()).isoformat())


def test_a_way_that_is_not_there_is_refused(office, staff):
    edith = Browser(office, staff["editor"])
    answer = edith.post("/admin/knowledge/article/status", to="work_in_progress")
    assert answer.status_code == 303
    assert "It has another status by now" in edith.get(answer.location).text
    assert edith.post("/admin/knowledge/article/status", to="<>").status_code == 422
    assert edith.post("/admin/knowledge/no-such/status", to="archived").status_code == 404


def test_still_right_moves_the_day_of_review(office, staff):
    edith, rita = Browser(office, staff["editor"]), Browser(office, staff["reviewer"])
    with office.app_context():
        add_article("due", review_by="2026-01-31", checked="2025-01-31")
    for path in ("/admin/work/due-articles", "/admin/articles?due=now"):
        page = edith.get(path).text
        check_staff_page(page)
        assert "Title of due" in page
        assert "Title of article" not in page
    draft = edith.post("/admin/knowledge/due/checked").location
    assert edith.post(f"{draft}/send", draft).status_code == 303
    assert rita.post(f"{draft}/approve", draft).status_code == 303
    assert "Title of due" not in edith.get("/admin/work/due-articles").text
    with office.app_context():
        assert article("due")["review_by"] == next_review(today()).isoformat()


def test_the_list_is_narrowed_by_readers_and_owner(office, staff):
    edith = Browser(office, staff["editor"])
    with office.app_context():
        add_article("inner", audience="staff", owner="Desk")
    for query in ("audience=staff", "owner=Desk", "status=validated&audience=staff"):
        page = edith.get(f"/admin/articles?{query}").text
        check_staff_page(page)
        assert ("Title of inner" in page, "Title of article<" in page) == (True, False), query
        assert "For staff alone" in page
    assert "Title of inner" in edith.get("/admin/articles?audience=nobody&due=never").text
    check_staff_page(edith.get("/admin/knowledge/").text)


def test_who_may_see_where_the_articles_are_kept(office, staff):
    wanted = {"editor": 200, "reviewer": 200, "administrator": 200, "agency": 403}
    for path in ("/admin/knowledge/", "/admin/knowledge/duplicates", "/admin/knowledge/article/files"):
        assert {role: Browser(office, staff[role]).get(path).status_code for role in wanted} == wanted
    for path, data in (
        ("/admin/knowledge/article/status", {"to": "archived"}),
        ("/admin/knowledge/article/checked", {}),
    ):
        for role, status in (("reviewer", 403), ("agency", 403), ("administrator", 303)):
            assert Browser(office, staff[role]).post(path, **data).status_code == status, (path, role)


# Templates


@pytest.mark.parametrize("key", ["question", "how-to", "problem", "staff-procedure"])
def test_a_template_begins_a_draft_that_is_not_published_with_its_hints(office, staff, key):
    edith = Browser(office, staff["editor"])
    page = edith.get(f"/admin/articles/new?template={key}").text
    check_staff_page(page)
    assert inputs(page, "/admin/articles/new")["template"] == key
    answer = edith.post("/admin/articles/new", title="New one", slug="new-one", template=key)
    draft = answer.location.removesuffix("/edit")
    form = edith.get(f"{draft}/edit").text
    check_staff_page(form)
    typed = inputs(form, f"{draft}/edit")
    assert typed["summary.en"].strip().startswith("[[")
    assert typed["summary.es"].strip().startswith("[[")
    assert typed["audience"] == ("staff" if key == "staff-procedure" else "public")
    refused = edith.post(f"{draft}/send", draft, note="Too soon")
    assert (refused.status_code, "A hint of the template is still here" in refused.text) == (422, True)
    whole = typed | {name: "Text." for name, text in typed.items() if text.strip().startswith("[[")}
    whole |= {"checked": "2026-11-30", "do": "save"}
    assert edith.client.post(f"{draft}/edit", data=whole).status_code == 303
    assert edith.post(f"{draft}/send", draft, note="Ready").status_code == 303
    assert Browser(office, staff["reviewer"]).post(f"{draft}/approve", draft).status_code == 303
    public = office.test_client().get("/en/articles/new-one").status_code
    assert public == (404 if key == "staff-procedure" else 200)


def test_templates_have_hints_in_both_languages():
    assert list(templates()) == ["question", "how-to", "problem", "staff-procedure"]
    for one in templates().values():
        paths = [path for path, _ in hints_left(one.values)]
        assert paths
        assert {path for path in paths if path.endswith(".en")} == {
            path.removesuffix("es") + "en" for path in paths if path.endswith(".es")
        }


# Likely duplicates


def candidate(number, title, phrases=(), text="", audience="public"):
    return Candidate(number, audience, {"en": title}, {"en": list(phrases)}, {"en": text})


FIELD = [
    candidate(
        10, "Can I get SNAP if I have a job?", ["food stamps with a job"], "Many people who work get food stamps."
    ),
    candidate(11, "Does Medicare pay for glasses?", ["medicare eyes"], "Medicare pays for glasses after surgery only."),
    candidate(12, "How do I replace a lost green card?", ["green card lost"], "File form I-90 with USCIS."),
    candidate(13, "Who helps me pay for a funeral?", ["burial costs"], "Some states pay for a burial."),
]


def test_one_question_in_other_words_is_proposed_and_neighbours_are_not():
    twin = candidate(
        20, "Can I get food stamps while I have a job?", ["snap with a job"], "If you work you may get SNAP."
    )
    pairs = likely_duplicates([*FIELD, twin], ["en"])
    assert [(pair.first, pair.second) for pair in pairs] == [(10, 20)]
    assert pairs[0].likeness >= LIKENESS
    assert "job" in pairs[0].terms


def test_the_same_title_is_always_proposed_and_never_across_readers():
    same = candidate(20, "WHO helps me pay for a funeral", text="Quite another text.")
    inner = candidate(21, "Who helps me pay for a funeral?", audience="staff")
    pairs = likely_duplicates([*FIELD, same, inner], ["en"])
    assert [(pair.first, pair.second) for pair in pairs] == [(13, 20)]


def test_pairs_that_are_kept_apart_are_left_out():
    same = candidate(20, FIELD[0].title["en"])
    assert likely_duplicates([*FIELD, same], ["en"], apart=[(10, 20)]) == []


WORD = st.sampled_from(["card", "lost", "food", "rent", "job", "tax", "help", "child"])
ANY = st.lists(
    st.builds(
        lambda title, phrases, text: (" ".join(title), [" ".join(one) for one in phrases], " ".join(text)),
        st.lists(WORD, min_size=1, max_size=4),
        st.lists(st.lists(WORD, min_size=1, max_size=3), max_size=2),
        st.lists(WORD, max_size=8),
    ),
    max_size=8,
)


@given(ANY, st.randoms())
def test_the_order_of_articles_changes_nothing_and_each_pair_stands_once(texts, random):
    articles = [candidate(number, *one) for number, one in enumerate(texts)]
    pairs = likely_duplicates(articles, ["en"])
    shuffled = list(articles)
    random.shuffle(shuffled)
    assert likely_duplicates(shuffled, ["en"]) == pairs
    keys = [(pair.first, pair.second) for pair in pairs]
    assert len(keys) == len(set(keys))
    assert all(first < second for first, second in keys)
    assert all(LIKENESS <= pair.likeness <= 1.0001 for pair in pairs)


def test_the_starter_content_proposes_few(starter):
    with starter.app_context():
        found = likely_pairs()
        db.session.rollback()
    assert 1 <= len(found) <= 8
