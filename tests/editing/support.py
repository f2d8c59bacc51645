"""People, records and requests for the tests of the editors' side."""

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.catalogue.models import Agency, ImportConflict, Source, SourceRecord
from portal.catalogue.operations import save_agency, save_service
from portal.database import transaction
from portal.editing import kinds, operations, queries
from portal.editing.models import Draft, now
from portal.extensions import Model, db
from portal.identity.rules import Staff
from portal.intents.operations import save_article_intents, save_bundle, save_intent, save_profile
from portal.knowledge.operations import save_article
from portal.knowledge.queries import article_ids_by_slug
from tests.staff import make_staff, signed_in_client
from tests.support import agency_record, article_record, intent_record, profile_record, service_record
from tests.test_pages import check_page, parsed


def forget_everything() -> None:
    """Empty every table of content and of the editors."""
    kept = {
        "staff_member",
        "staff_agency",
        "staff_session",
        "audit_entry",
        "content_version",
        "alembic_version",
        "related_state",
    }
    with transaction():
        db.session.execute(sa.update(Agency).values(parent_id=None))
        for table in reversed(Model.metadata.sorted_tables):
            if table.name not in kept:
                db.session.execute(sa.delete(table))


def make_content() -> None:
    """Two agencies, a service of each, and one record of every other kind."""
    with transaction():
        save_agency(agency_record())
        save_agency(agency_record("other-agency"))
        save_profile(profile_record())
        save_service(service_record())
        save_service(service_record("other", agency="other-agency"))
        ids = {slug: kinds.record_id_by_slug("service", slug) for slug in ("service", "other")}
        save_intent(intent_record())
        save_bundle(intent_record(), service_ids=ids)
        save_article(article_record(), service_ids=[ids["service"]])
        save_article_intents(article_ids_by_slug(["article"])["article"], ["intent"])


def record_id(kind: str, slug: str) -> int:
    found = kinds.record_id_by_slug(kind, slug)
    assert found is not None
    return found


def agency_id(slug: str) -> int:
    return record_id("agency", slug)


def people(app: Flask) -> dict[str, Staff]:
    """One person for each role, and a second editor."""
    agency = agency_id("agency")
    # Accounts are made in a session of their own, which a lock of this one would keep waiting.
    db.session.rollback()
    return {
        "editor": make_staff(app, "editor", name="Edith Editor"),
        "second": make_staff(app, "editor", name="Sam Second"),
        "reviewer": make_staff(app, "reviewer", name="Rita Reviewer"),
        "agency": make_staff(app, "agency_editor", name="Ada Agency", agency_ids=[agency]),
        "administrator": make_staff(app, "administrator", name="Max Admin"),
    }


def begin(kind: str, slug: str, actor: Staff, /, **units: Any) -> str:
    """A draft of a record with some units changed (``title_en`` for title.en); gives its uid."""
    with transaction():
        draft = operations.start_draft(kind, record_id(kind, slug), actor=actor)
        write(draft, actor, **units)
        return draft.uid


def write(draft: Draft, actor: Staff, /, **units: Any) -> None:
    wanted = {re.sub(r"_(en|es)$", r".\1", name): value for name, value in units.items()}
    values = operations.with_units(draft.values, wanted)
    operations.save_draft(draft, values, edition=draft.edition, actor=actor)


def send(uid: str, actor: Staff) -> None:
    with transaction():
        draft = queries.draft_by_uid(uid)
        operations.send_to_review(draft, "A better text", edition=draft.edition, actor=actor)


def approve(uid: str, actor: Staff, at: Any = None) -> bool:
    with transaction():
        draft = queries.draft_by_uid(uid)
        return operations.approve(draft, edition=draft.edition, at=at, actor=actor)


def publish(uid: str, author: Staff, reviewer: Staff) -> bool:
    send(uid, author)
    return approve(uid, reviewer)


def state_of(uid: str) -> Draft:
    db.session.rollback()
    return db.session.scalars(sa.select(Draft).where(Draft.uid == uid)).one()


def make_conflict() -> int:
    """A title that an editor and a source changed differently; gives the id of the conflict."""
    service_id = record_id("service", "service")
    with transaction():
        source = Source(key="nyc", format="hsds", title="NYC programs", publisher="NYC", licence="CC0", url=None)
        db.session.add(source)
        db.session.flush()
        origin = SourceRecord(
            source_id=source.id,
            kind="service",
            identifier="N-1",
            record_id=service_id,
            values={"title": {"en": "Theirs"}, "owner": "Editors"},
            digest="x",
            changed_at=now(),
            seen_at=now(),
        )
        db.session.add(origin)
        db.session.flush()
        conflict = ImportConflict(
            source_record_id=origin.id,
            field="title.en",
            base="Old",
            ours="Title of service",
            theirs="Theirs",
            noticed_at=now(),
        )
        db.session.add(conflict)
        db.session.flush()
        return conflict.id


class Browser:
    """A signed-in browser that fills in forms as a person does: from the page it was given."""

    def __init__(self, app: Flask, staff: Staff) -> None:
        self.client: FlaskClient = signed_in_client(app, staff)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, page: str | None = None, **data: Any) -> Any:
        """Post a form with the inputs of ``page`` (an address), changed as told (``title__en`` for title.en)."""
        form: dict[str, Any] = {}
        if page:
            form = inputs(self.client.get(page).text, path)
        form.setdefault("csrf_token", self.token())
        form |= {name.replace("__", "."): value for name, value in data.items()}
        return self.client.post(path, data=form)

    def token(self) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get("/admin/").text)[1]


def inputs(html: str, action: str) -> dict[str, str]:
    """What a browser would send of the form that posts to ``action``."""
    for form in parsed(html).iter("form"):
        if form.attrib.get("action", "").partition("?")[0] == action and form.attrib.get("method") == "post":
            return _inputs(form)
    raise AssertionError(f"no form posts to {action}")


def check_staff_page(html: str) -> None:
    """The promises of every page, for those of staff: they have a title of their own."""
    check_page(html.replace(" – Portico editors</title>", " – Portico</title>"), "en")


def _inputs(form: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in form.iter():
        name = one.attrib.get("name") if isinstance(one.tag, str) else None
        if not name:
            continue
        if one.tag == "textarea":
            found[name] = one.text or ""
        elif one.tag == "select":
            options = list(one.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            found[name] = chosen[0].attrib.get("value", "") if chosen else ""
        elif one.tag == "input" and (
            one.attrib.get("type") not in ("checkbox", "radio", "submit") or "checked" in one.attrib
        ):
            found[name] = one.attrib.get("value", "")
    return found
