"""Merging articles: nothing is lost, every address leads somewhere, and of two who cross each other one wins."""

import datetime
import re
import threading

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.database import transaction
from portal.editing import operations, queries
from portal.editing.merging import with_taken_over
from portal.editing.operations import Refused
from portal.extensions import db
from portal.identity.models import AuditEntry
from portal.knowledge.models import ArticleAttachment, ArticleFlag, ArticleUse
from tests.editing.support import Browser, approve, check_staff_page, publish, record_id, send, state_of
from tests.knowledge.support import add_article, article, outside
from tests.staff import make_staff
from tests.support import article_record

DAY = datetime.date(2026, 11, 1)


@pytest.fixture
def two(office, staff):
    """Two articles that say the same, in an application context."""
    with office.app_context():
        add_article(
            "stays",
            services=["service"],
            also_asked_as={"en": ["one"], "es": ["uno"]},
            situations={"en": ["I am one."]},
        )
        add_article(
            "goes",
            old_slugs=["gone-before"],
            services=["service", "other"],
            intents=["intent"],
            sensitive=True,
            also_asked_as={"en": ["one", "two"], "es": ["dos"]},
            situations={"en": ["I am two."], "es": ["Soy dos."]},
        )
        yield staff


def fetch(office, path):
    return outside(office.test_client().get, path)


def merge(merged, stays, actor):
    with transaction():
        return operations.start_merge(record_id("article", merged), record_id("article", stays), actor=actor).uid


def test_how_people_ask_and_what_it_is_about_are_taken_over(office, two):
    uid = merge("goes", "stays", two["editor"])
    assert article("goes")["status"] == "validated"
    assert publish(uid, two["editor"], two["reviewer"])
    stays, goes = article("stays"), article("goes")
    assert stays["also_asked_as"] == {
        "en": ["one", "Title of goes", "two"],
        "es": ["uno", "Title of goes (es)", "dos"],
    }
    assert stays["situations"] == {"en": ["I am one.", "I am two."], "es": ["Soy dos."]}
    assert (stays["services"], stays["intents"], stays["sensitive"]) == (["service", "other"], ["intent"], True)
    assert stays["text"] == article_record("stays")["text"]
    assert (goes["status"], goes["merged_into"]) == ("archived", "stays")
    last = queries.last_version("article", record_id("article", "stays"))
    assert last.note == "Takes in goes"
    assert set(last.units) == {
        *("also_asked_as.en", "also_asked_as.es", "situations.en", "situations.es"),
        *("services", "intents", "sensitive"),
    }
    note = db.session.scalars(sa.select(AuditEntry.note).where(AuditEntry.verb == "merge")).all()[-1]
    assert note == {"merged": "goes", "draft": uid}


def test_every_address_leads_to_the_article_that_stays(office, two):
    add_article("third")
    assert publish(merge("goes", "stays", two["editor"]), two["editor"], two["reviewer"])
    for lang in ("en", "es", "ar"):
        for slug in ("goes", "gone-before"):
            answer = fetch(office, f"/{lang}/articles/{slug}")
            assert (answer.status_code, answer.location) == (301, f"/{lang}/articles/stays")
    # And on, when that one is merged in turn: in one step.
    assert publish(merge("stays", "third", two["editor"]), two["editor"], two["reviewer"])
    for slug in ("goes", "gone-before", "stays"):
        assert fetch(office, f"/en/articles/{slug}").location == "/en/articles/third"
    assert fetch(office, "/en/articles/third").status_code == 200


def test_an_address_never_leads_to_what_only_staff_may_read(office, two):
    assert publish(merge("goes", "stays", two["editor"]), two["editor"], two["reviewer"])
    paths = [f"/en/articles/{slug}" for slug in ("goes", "stays", "stood-here")]
    add_article("stays", audience="staff", old_slugs=["stood-here"])
    assert [fetch(office, path).status_code for path in paths] == [410, 404, 404]
    add_article("stays", status="archived", old_slugs=["stood-here"])
    assert [fetch(office, path).status_code for path in paths] == [410, 410, 410]


def test_files_flags_and_use_move_along(office, two):
    stays, goes = record_id("article", "stays"), record_id("article", "goes")
    now = datetime.datetime(2026, 11, 1)
    with transaction():
        for article_id, kind, count in ((stays, "viewed", 3), (goes, "viewed", 4), (goes, "helped", 2)):
            db.session.add(
                ArticleUse(article_id=article_id, used_on=DAY, kind=kind, channel="web", lang="en", count=count)
            )
        db.session.add(
            ArticleFlag(article_id=goes, reason="wrong", text="No", raised_by=two["editor"].id, raised_at=now)
        )
        db.session.add(
            ArticleAttachment(
                article_id=goes,
                audience="staff",
                title={"en": "F"},
                filename="f.txt",
                media_type="text/plain",
                size=1,
                content=b"x",
                added_at=now,
            )
        )
    assert publish(merge("goes", "stays", two["editor"]), two["editor"], two["reviewer"])
    uses = db.session.execute(sa.select(ArticleUse.article_id, ArticleUse.kind, ArticleUse.count)).all()
    assert sorted(map(tuple, uses)) == [(stays, "helped", 2), (stays, "viewed", 7)]
    assert db.session.scalars(sa.select(ArticleFlag.article_id)).all() == [stays]
    assert db.session.scalars(sa.select(ArticleAttachment.article_id)).all() == [stays]


def test_undo_brings_the_article_back_as_it_was(office, two):
    before = article("goes")
    assert publish(merge("goes", "stays", two["editor"]), two["editor"], two["reviewer"])
    first = queries.version("article", record_id("article", "goes"), 1)
    with transaction():
        uid = operations.restore_version("article", record_id("article", "goes"), first, actor=two["editor"]).uid
    assert publish(uid, two["editor"], two["reviewer"])
    back = article("goes")
    assert {name: value for name, value in back.items() if name != "review_by"} == before
    assert fetch(office, "/en/articles/goes").status_code == 200
    # What the other took over stays with it until somebody goes back to its version before.
    assert "two" in article("stays")["also_asked_as"]["en"]
    earlier = queries.version("article", record_id("article", "stays"), 1)
    with transaction():
        uid = operations.restore_version("article", record_id("article", "stays"), earlier, actor=two["editor"]).uid
    assert publish(uid, two["editor"], two["reviewer"])
    assert article("stays")["also_asked_as"] == {"en": ["one"], "es": ["uno"]}


@pytest.mark.parametrize(
    ("merged", "stays", "why"),
    [
        ("goes", "goes", "itself"),
        ("goes", "old", "archived or merged"),
        ("goes", "inner", "other readers"),
    ],
)
def test_what_cannot_be_merged_is_refused_and_leaves_no_draft(office, two, merged, stays, why):
    add_article("old", status="archived")
    add_article("inner", audience="staff")
    with pytest.raises(Refused, match=why), transaction():
        operations.start_merge(record_id("article", merged), record_id("article", stays), actor=two["editor"])
    assert queries.drafts_of_author(two["editor"]) == []


def test_the_other_way_is_refused_while_one_is_proposed(office, two):
    merge("goes", "stays", two["editor"])
    with pytest.raises(Refused, match="Edith Editor proposes to merge goes into another"), transaction():
        operations.start_merge(record_id("article", "stays"), record_id("article", "goes"), actor=two["second"])


def both_ways(two):
    """Two drafts that merge in opposite directions, both waiting for approval."""
    uids = []
    for actor, merged, stays in ((two["editor"], "goes", "stays"), (two["second"], "stays", "goes")):
        with transaction():
            draft = operations.start_draft("article", record_id("article", merged), actor=actor)
            values = draft.values | {"status": "archived", "merged_into": stays}
            operations.save_draft(draft, values, edition=draft.edition, actor=actor)
            uids.append(draft.uid)
        send(uids[-1], actor)
    return uids


def require_one_way(uids, results):
    """One is merged, the other is back with its author who is told why, and every phrase is there."""
    assert sorted(results) == [False, True]
    goes, stays = article("goes"), article("stays")
    assert sorted((goes["status"], stays["status"])) == ["archived", "validated"]
    refused = state_of(uids[results.index(False)])
    assert refused.state == "open"
    assert "archived or merged itself" in refused.review_note
    left = goes if goes["status"] == "validated" else stays
    assert {"one", "two"} <= set(left["also_asked_as"]["en"])
    assert {"uno", "dos"} <= set(left["also_asked_as"]["es"])
    assert set(left["situations"]["en"]) == {"I am one.", "I am two."}
    assert set(left["services"]) == {"service", "other"}


def test_two_who_merge_in_opposite_directions_one_after_the_other(office, two):
    uids = both_ways(two)
    require_one_way(uids, [approve(uid, two["reviewer"]) for uid in uids])


@pytest.mark.parametrize("number", range(3))
def test_two_who_merge_in_opposite_directions_at_once(office, two, number):
    uids = both_ways(two)
    db.session.remove()
    gate, results = threading.Barrier(2), {}

    def work(uid):
        with office.app_context():
            with transaction():
                gate.wait()
                draft = queries.draft_by_uid(uid, lock=True)
                results[uid] = operations.approve(draft, edition=draft.edition, at=None, actor=two["reviewer"])
            db.session.remove()

    threads = [threading.Thread(target=work, args=(uid,)) for uid in uids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    require_one_way(uids, [results[uid] for uid in uids])


def test_an_edit_of_the_article_that_stays_meanwhile_is_kept(office, two):
    """Its editor and the merge changed the same phrases: the editor sees both, and nothing vanishes."""
    with transaction():
        draft = operations.start_draft("article", record_id("article", "stays"), actor=two["second"])
        values = draft.values | {"also_asked_as": {"en": ["one", "mine"], "es": ["uno"]}}
        operations.save_draft(draft, values, edition=draft.edition, actor=two["second"])
        uid = draft.uid
    assert publish(merge("goes", "stays", two["editor"]), two["editor"], two["reviewer"])
    clashes = queries.combined_with_current(state_of(uid))[2]
    assert [(one.unit, one.ours) for one in clashes] == [("also_asked_as.en", ["one", "mine"])]
    assert set(clashes[0].theirs) == {"one", "Title of goes", "two"}


def test_a_merge_that_the_other_cannot_hold_is_refused_whole(office, two):
    many = [f"phrase {number}" for number in range(119)]
    add_article("goes", also_asked_as={"en": many, "es": ["dos"]})
    uid = merge("goes", "stays", two["editor"])
    send(uid, two["editor"])
    assert not approve(uid, two["reviewer"])
    assert "stays cannot take it in" in state_of(uid).review_note
    assert article("goes")["status"] == "validated"
    assert article("stays")["also_asked_as"] == {"en": ["one"], "es": ["uno"]}


def test_through_the_pages(office, staff):
    edith, rita = Browser(office, staff["editor"]), Browser(office, staff["reviewer"])
    with office.app_context():
        add_article("goes", also_asked_as={"en": ["a phrase of it"]})
        add_article("twin", title=article("goes")["title"])
        ids = [record_id("article", slug) for slug in ("goes", "twin")]
        first, second = (queries.head_by_id("article", one).uid for one in ids)
    at = f"/admin/knowledge/duplicates/{first}/{second}"
    for path in ("/admin/knowledge/", "/admin/knowledge/duplicates", "/admin/articles/goes", at):
        check_staff_page(edith.get(path).text)
        assert (at in edith.get(path).text) == (path in ("/admin/knowledge/duplicates", at))
    answer = edith.post(at, do="into_second")
    assert answer.status_code == 303
    draft = answer.location
    shown = edith.get(draft).text
    check_staff_page(shown)
    assert "a phrase of it" in re.search(r"What twin takes over.*</section>", shown, re.DOTALL)[0]
    assert edith.post(f"{draft}/send", draft, note="One question").status_code == 303
    assert "What twin takes over" in rita.get(draft).text
    assert rita.post(f"{draft}/approve", draft).status_code == 303
    assert office.test_client().get("/en/articles/goes").location == "/en/articles/twin"
    assert at not in edith.get("/admin/knowledge/duplicates").text


def test_kept_apart_is_not_proposed_again(office, staff):
    edith = Browser(office, staff["editor"])
    with office.app_context():
        add_article("twin", title=article("article")["title"])
        ids = [record_id("article", slug) for slug in ("article", "twin")]
        first, second = (queries.head_by_id("article", one).uid for one in ids)
    at = f"/admin/knowledge/duplicates/{first}/{second}"
    sol = Browser(office, make_staff(office, "specialist"))
    assert sol.post(at, do="apart").status_code == 403
    assert "Keep them apart" not in sol.get(at).text
    assert at in edith.get("/admin/knowledge/duplicates").text
    for _ in range(2):
        assert edith.post(at, do="apart").status_code == 303
    assert at not in edith.get("/admin/knowledge/duplicates").text
    assert edith.post(at, do="something").status_code == 422
    assert edith.get(f"/admin/knowledge/duplicates/{first}/{first}").status_code == 404


PHRASES = st.dictionaries(
    st.sampled_from(["en", "es"]), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)
)
SLUGS = st.lists(st.sampled_from("stuv"), max_size=3, unique=True)
ARTICLES = st.fixed_dictionaries(
    {"slug": st.sampled_from(["x", "y"]), "title": st.fixed_dictionaries({"en": st.sampled_from("xyz")})},
    optional={"also_asked_as": PHRASES, "situations": PHRASES, "services": SLUGS, "intents": SLUGS},
)


@settings(max_examples=200)
@given(ARTICLES, ARTICLES)
def test_nothing_that_is_taken_over_is_lost_or_stands_twice(stays, merged):
    after = with_taken_over(stays, merged)
    for name in ("also_asked_as", "situations"):
        for lang in ("en", "es"):
            own = stays.get(name, {}).get(lang, [])
            taken = merged.get(name, {}).get(lang, [])
            titles = [merged["title"][lang]] if name == "also_asked_as" and lang in merged["title"] else []
            found = after.get(name, {}).get(lang, [])
            assert found[: len(own)] == own
            assert set(found) == {*own, *taken, *titles}
            assert len(found) == len(set(found))
    for name in ("services", "intents"):
        assert set(after.get(name, [])) == {*stays.get(name, []), *merged.get(name, [])}
    assert {name: after.get(name) for name in ("slug", "title")} == {name: stays[name] for name in ("slug", "title")}
    assert with_taken_over(after, merged) == after
