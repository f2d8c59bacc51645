"""A small portal on which people check what they can get, and someone who does so."""

import re
from html import unescape

from portal.catalogue.operations import save_agency, save_parameter, save_service
from portal.catalogue.places.gazetteer import fill_gazetteer
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.eligibility.operations import save_fact
from portal.intents.operations import save_bundle, save_intent, save_profile, save_service_profiles
from portal.search.operations import rebuild_index
from tests.places import POSTCODES
from tests.support import agency_record, both, intent_record, profile_record, service_record
from tests.test_pages import check_page


def fact_record(key, kind="boolean", about="person", **more):
    return {"key": key, "about": about, "type": kind, "topic": "you", "question": both(f"What about {key}?"), **more}


def leaf(key, value=True, operator="equal", **more):
    texts = {"text": both(f"Your {key} fits"), "not_met": both(f"Your {key} does not fit")}
    return {"fact": key, "is": operator, "value": value, **texts, "source": "law", **more}


FACTS = (
    fact_record("age", "age", pin=1, min=0, max=120, question_other=both("How old is this person?")),
    fact_record("lives_in", "area", pin=2),
    fact_record(
        "household_income",
        "money",
        "household",
        unit="per_month",
        bands=[1000, 2000, 4000],
        pin=3,
        topic="money",
        why=both("Food help has a limit"),
        hint=both("Before taxes"),
        not_known=both("We do not know your income"),
    ),
    fact_record("household_size", "number", "household", unit="people", min=1, max=30, pin=4, topic="home"),
    fact_record("work_years", "number", unit="years", max=60, changeable=True, pin=5, topic="work"),
    fact_record(
        "service_status", "choice", values={"veteran": both("A veteran"), "none": both("No")}, pin=6, topic="military"
    ),
    fact_record(
        "left_on",
        "date",
        only_if={"fact": "service_status", "is": "equal", "value": "veteran"},
        topic="military",
        sensitivity="sensitive",
    ),
    fact_record("gets_food", about="household", topic="money"),
)
FOOD_LIMIT = {
    "key": "food_limit",
    "label": both("Limit of food help"),
    "unit": "dollars_per_month",
    "values": [
        {
            "from": "2026-01-01",
            "value": 1800,
            "each_further": 600,
            "citation": "7 CFR 1",
            "url": "https://example.gov/limit",
            "checked": "2026-11-01",
        }
    ],
}
SERVICES = (
    service_record(
        "pension",
        eligibility={"all": [leaf("age", 65, "at_least"), leaf("work_years", 10, "at_least")]},
        documents=[both("Birth certificate")],
    ),
    service_record(
        "food",
        eligibility=leaf("household_income", {"parameter": "food_limit", "size": "household_size"}, "at_most"),
        already={"fact": "gets_food", "is": "equal", "value": True},
        documents=[both("Pay stubs"), both("Birth certificate")],
    ),
    service_record(
        "veterans-care",
        eligibility={"all": [leaf("service_status", "veteran"), leaf("left_on", "2001-01-01", "at_least")]},
        sensitive=True,
    ),
    service_record("local", eligibility=leaf("age", 18, "at_least"), areas={"include": ["US-MD"]}),
    service_record("advice", eligibility={"ask": "agency", "text": both("The agency likes you"), "source": "law"}),
    service_record("for-all", eligibility={"open_to": "everyone", "text": both("Everyone can"), "source": "law"}),
    service_record("spring", eligibility=leaf("age", 18, "at_least"), valid_from="2999-03-01"),
    service_record(
        "child-care", eligibility={"some_person": leaf("age", 6, "less_than")}, documents=[both("Birth certificate")]
    ),
)


def furnish():
    """Fill an empty portal. The caller has an application context."""
    with transaction():
        fill_gazetteer(POSTCODES)
        save_agency(
            agency_record(contacts=[{"label": both("Help line"), "phone": "800-555-0100", "languages": ["en"]}])
        )
        save_parameter(FOOD_LIMIT)
        for fact in FACTS:
            save_fact(fact)
        for profile in ("veterans", "seniors"):
            save_profile(profile_record(profile))
        for service in SERVICES:
            save_service(service)
        veterans_care = service_ids_by_slug(["veterans-care"])["veterans-care"]
        save_service_profiles(veterans_care, ["veterans"], exclusive=False)
        record = intent_record("growing-old", services=("pension", "food"), first=both("Keep your letters."))
        save_intent(record)
        save_bundle(record, service_ids=service_ids_by_slug(["pension", "food"]))
    rebuild_index()


class Visitor:
    """Someone at a browser who reads pages and fills forms in. Each page that is shown is checked."""

    def __init__(self, app, lang="en"):
        self.app, self.lang = app, lang
        self.client = app.test_client()
        self.page = ""
        self.path = ""
        self.status = 0
        self.seen = []

    def take(self, response):
        while response.status_code == 303:
            self.seen.append(response)
            response = self.client.get(response.location)
        self.seen.append(response)
        self.page, self.status, self.path = response.text, response.status_code, response.request.path
        check_page(self.page, self.path.split("/")[1])
        return self

    def open(self, path):
        return self.take(self.client.get(f"/{self.lang}{path}"))

    def submit(self, path=None, **fields):
        """Post to a path, or to the page that is shown, with the token of the page."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        asked = re.search(r'name="asked" value="(\w+)"', self.page)
        back = re.search(r'name="back" value="(\w+)"', self.page)
        hidden = {"asked": asked and asked[1], "back": back and back[1], "csrf_token": token and token[1]}
        data = {name: value for name, value in hidden.items() if value} | fields
        return self.take(self.client.post(f"/{self.lang}{path}" if path else self.path, data=data))

    def start(self, query="", **fields):
        self.open(f"/check{query}")
        hidden = dict(
            re.findall(r'<input type="hidden" name="(service|intent|profile|place)" value="([^"]+)"', self.page)
        )
        return self.submit("/check", **(hidden | fields))

    def answer(self, **fields):
        assert "/questions/" in self.path, self.path
        return self.submit(**fields)

    @property
    def heading(self):
        return unescape(re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", self.page, re.S)[1]).strip())

    @property
    def main(self):
        text = re.sub(r"<[^>]+>", " ", self.page.split("<main")[1].split("</main>")[0])
        return " ".join(unescape(text).split())

    def section(self, name):
        """The text of a section of the results."""
        found = re.search(rf'<section[^>]*aria-labelledby="{name}">(.*?)</section>', self.page, re.S)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""

    def button(self, words):
        """Name and value of the button with some words."""
        for tag, inside in re.findall(r"<button([^>]*)>(.*?)</button>", self.page, re.S):
            if words in " ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split()):
                names = dict(re.findall(r'(\w+)="([^"]*)"', tag))
                return {names["name"]: names["value"]}
        raise AssertionError(f"no button {words!r}")
