"""Related services for other channels."""

import pytest
import sqlalchemy as sa

from portal.catalogue.models import Service, ServiceSlug
from portal.database import transaction
from portal.extensions import db
from portal.intents.operations import save_profile, save_service_profiles
from tests.conftest import close, make_app
from tests.related.catalogue import count, make_services, publish_now
from tests.support import profile_record

from .schemas import checked

PATH = "/services/{key}/related"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A service with two links, one of them to a service for veterans alone, and one that visits link it to."""
    app = make_app(tmp_path_factory.mktemp("related"))
    with app.app_context():
        ids = make_services(
            "food",
            "loan",
            "pension",
            "often",
            "gone",
            links={"food": [("loan", "often_together"), ("pension", "requires")]},
            loan={"channels": [{"kind": "phone", "text": {"en": "Call."}, "phone": "800-555-0100"}]},
            pension={"areas": {"include": ["US"], "exclude": ["US-GU"]}},
        )
        count([[ids["food"], ids["often"]]] * 40)
        assert publish_now()
        with transaction():
            save_profile(profile_record("veterans"))
            save_profile(profile_record("students"))
            save_service_profiles(ids["pension"], ["veterans"], exclusive=True)
            db.session.execute(sa.update(Service).where(Service.slug == "gone").values(status="withdrawn"))
            db.session.add(ServiceSlug(slug="former", service_id=ids["food"]))
    yield app
    close(app)


def get(app, key="food", **parameters):
    return app.test_client().get(f"/api/v1/services/{key}/related", query_string=parameters)


def slugs(answer):
    return [one["slug"] for one in checked(answer, PATH, "get")["related"]]


def test_the_list_is_that_of_the_page_with_its_reasons(site):
    document = checked(get(site, lang="es"), PATH, "get")
    assert [(one["slug"], one["reason"]["kind"]) for one in document["related"]] == [
        ("pension", "requires"),
        ("often", "behaviour"),
        ("loan", "often_together"),
    ]
    first = document["related"][0]
    assert first["reason"] == {"kind": "requires", "text": "Necesita esto antes de Title of food (es)", "lang": "es"}
    assert (first["title"], first["lang"], first["url"]) == (
        "Title of pension (es)",
        "es",
        "http://localhost/es/services/pension",
    )
    page = site.test_client().get("/es/services/food").text
    places = [page.index(f"/es/services/{slug}") for slug in ("pension", "often", "loan")]
    assert places == sorted(places)


def test_a_service_goes_by_its_identifier_and_its_former_slug_too(site):
    with site.app_context():
        uid = db.session.scalar(sa.select(Service.uid).where(Service.slug == "food"))
    assert slugs(get(site, uid)) == slugs(get(site)) == ["pension", "often", "loan"]
    moved = get(site, "former", lang="es")
    assert moved.status_code == 301
    assert moved.location.endswith("/api/v1/services/food/related?lang=es")


def test_preferences_narrow_and_bring_forward(site):
    assert slugs(get(site, profile="students")) == ["often", "loan"]
    assert slugs(get(site, limit=1)) == ["pension"]
    assert slugs(get(site, channel="phone")) == ["pension", "often", "loan"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": 6}, "limit"),
        ({"limit": 0}, "limit"),
        ({"lang": "fr"}, "lang"),
        ({"channel": "fax"}, "channel"),
        ({"place": "US-XX"}, "place"),
        ({"place": "nowhere at all"}, "place"),
        ({"profile": "nobody"}, "profile"),
    ],
)
def test_bad_parameters_are_named(site, parameters, field):
    answer = get(site, **parameters)
    assert answer.status_code == 400
    assert list(checked(answer, PATH, "get")["errors"]) == [field]


def test_a_service_that_is_not_there_or_no_longer_offered(site):
    assert get(site, "nothing").status_code == 404
    assert get(site, "gone").status_code == 410


def test_an_unchanged_list_is_not_sent_again(site):
    first = get(site)
    assert "public" in first.headers["Cache-Control"]
    again = site.test_client().get("/api/v1/services/food/related", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
