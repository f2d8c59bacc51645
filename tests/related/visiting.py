"""A portal with lists of related services, and somebody who visits it with a browser."""

import re
from html import unescape

import sqlalchemy as sa

from portal.catalogue.operations import save_service
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db
from portal.intents.operations import save_bundle, save_intent
from portal.knowledge.operations import save_article
from portal.related import store
from portal.related.models import RelatedUse, RunningVisit
from portal.related.operations.links import save_links
from portal.related.rules.ranking import Link
from portal.related.visits import COOKIE, idle_time
from tests.eligibility.checking import Visitor
from tests.eligibility.checking import furnish as furnish_checks
from tests.support import article_record, intent_record, service_record

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# More services of one journey than a list has room for.
MOVING = ("gym", "keys", "mail", "meter", "parking", "removal")
LINKS = {
    "pension": ("bus", "food", "advice", "local"),
    "food": ("school", "bus", "for-all"),
    "school": ("food", "bus"),
    "bus": ("pension",),
    "shelter": ("food", "bus"),
    "for-all": ("bus", "school"),
}


def furnish() -> None:
    """The portal of the checks with more services, links between them, a sensitive one and an article."""
    furnish_checks()
    with transaction():
        for slug in ("bus", "school", *MOVING):
            save_service(service_record(slug, eligibility={}))
        save_service(service_record("shelter", eligibility={}, sensitive=True))
        journey = intent_record("moving", ("bus", "school", *MOVING), position=2)
        save_intent(journey)
        ids = ids_by_slug()
        save_bundle(journey, service_ids=ids)
        for source, targets in LINKS.items():
            save_links(ids[source], [Link(ids[target], "often_together") for target in targets])
        save_article(article_record(), service_ids=[ids["pension"]])


def ids_by_slug() -> dict[str, int]:
    slugs = ["pension", "food", "veterans-care", "local", "advice", "for-all", "bus", "school", "shelter", "walk-in"]
    return service_ids_by_slug([*slugs, *MOVING])


class Guest(Visitor):
    """Somebody with a browser that shows images, and with script where ``own`` or a beacon is asked for."""

    def __init__(self, app, lang="en", **headers):
        super().__init__(app, lang)
        self.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
        for name, value in headers.items():
            self.client.environ_base[f"HTTP_{name}"] = value

    def agree(self):
        return self.open("/visit").submit("/visit", answer="yes")

    def look_at(self, path):
        """Open a page and the image at its end."""
        self.open(path)
        dot = re.search(r'<img class="pt-dot"\s+src="([^"]+)"', self.page)
        if dot:
            answer = self.client.get(unescape(dot[1]))
            assert (answer.status_code, answer.mimetype) == (200, "image/gif")
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
        return self

    def fetch(self, address):
        """What the script fetches for a page; gives the answer."""
        return self.client.get(f"/{self.lang}/related/{address}")

    def follow(self, page, number):
        """What the script tells when a link of a list on a page is followed."""
        data = {"list": list_of(page), "position": number}
        return self.client.post(f"/{self.lang}/related/followed", data=data).status_code

    def hide(self, page, number, **fields):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        data = {"csrf_token": token, "list": list_of(page), "position": number} | fields
        return self.client.post(f"/{self.lang}/visit/not-relevant", data=data)

    @property
    def key(self):
        cookie = self.client.get_cookie(COOKIE)
        return cookie.value if cookie else None

    @property
    def visit(self):
        """What is noted of this visit."""
        with self.app.app_context():
            return store.load(self.key, idle_time())

    @property
    def noted(self):
        """The signals by slug, in order."""
        with self.app.app_context():
            names = {number: slug for slug, number in ids_by_slug().items()}
        return [(names[service], signal) for service, signal in self.visit.seen.items()]


def list_of(page):
    found = re.search(r'data-list="([^"]+)"', page)
    return found[1] if found else ""


def shown(page):
    """The slugs of the list on a page, in order."""
    found = re.search(r"<ul[^>]*data-list=.*?</ul>", page, re.S)
    return re.findall(r"/services/([a-z-]+)", found[0]) if found else []


def reasons(page):
    """Why each service of the list is there, by slug."""
    found = re.search(r"<ul[^>]*data-list=.*?</ul>", page, re.S)[0]
    whys = re.findall(r"pt-muted\"><span[^>]*>([^<]+)<", found)
    return dict(zip(shown(page), map(unescape, whys), strict=True))


def uses(app):
    """The figures: (arm, place, source, target, shown, followed, not relevant), by slugs."""
    with app.app_context():
        app.extensions["counters"]["uses of related services"].write()
        names = {number: slug for slug, number in ids_by_slug().items()}
        table = RelatedUse.__table__.c
        rows = db.session.execute(sa.select(*table)).all()
        return sorted(
            (row.arm, row.place, names[row.source_id], names[row.target_id], row.shown, row.followed, row.not_relevant)
            for row in rows
        )


def visits_kept(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(RunningVisit))
