"""Lists of related services in a browser: as everyone sees them, and as a visit has them, with and without script."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

from portal.database import transaction
from portal.extensions import db, limiter
from portal.related import store
from portal.related.models import RelatedUse, RunningVisit
from portal.related.visits import COOKIE, YES_COOKIE, idle_time
from tests.conftest import close, make_app
from tests.related.visiting import FIREFOX, furnish, ids_by_slug, uses
from tests.support import needs

from .chromium import chromium, is_installed, set_scheme, set_window
from .server import serving
from .test_accessibility import violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    needs(is_installed(), "Debian's chromium and chromium-driver")
    app = make_app(tmp_path_factory.mktemp("related"), visit_limit=1000)
    with app.app_context():
        furnish()
    with serving(app) as address:
        yield app, address
    close(app)


@contextmanager
def guest(portal, *, script=True):
    """A new browser that says it is an ordinary one, and a portal in which nothing has been noted."""
    app, address = portal
    uses(app)
    with app.app_context(), transaction():
        db.session.execute(sa.delete(RunningVisit))
        db.session.execute(sa.delete(RelatedUse))
        limiter.reset()
    # Nothing is explored here.
    app.extensions["related_dice"].seed(1)
    with chromium(script=script) as browser:
        browser.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": FIREFOX})
        yield browser, address, app


def agree(browser, address):
    browser.get(f"{address}/en/visit")
    yes = browser.find_element(By.CSS_SELECTOR, "button[value=yes]")
    yes.click()
    WebDriverWait(browser, 10).until(staleness_of(yes))
    assert browser.get_cookie(COOKIE)["httpOnly"]
    assert browser.get_cookie(YES_COOKIE)["value"] == "1"


def links(browser):
    return browser.execute_script("return [...document.querySelectorAll('[data-list] a')].map(one => one.textContent)")


def wait_for_own_list(browser):
    WebDriverWait(browser, 10).until(lambda one: one.find_elements(By.CSS_SELECTOR, "[data-related] form"))


def noted(app, browser):
    """The signals by slug of the visit that the browser has the key of."""
    with app.app_context():
        names = {number: slug for slug, number in ids_by_slug().items()}
        seen = store.load(browser.get_cookie(COOKIE)["value"], idle_time()).seen
        return {names[service]: signal for service, signal in seen.items()}


def test_without_a_yes_the_page_stays_as_it_is(portal):
    with guest(portal) as (browser, address, app):
        browser.get(f"{address}/en/services/pension")
        assert links(browser) == ["Title of food", "Title of bus", "Title of advice"]
        assert "Decide if yours may be" in browser.find_element(By.CSS_SELECTOR, "[data-related]").text
        asked = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
        assert not [one for one in asked if one.endswith("/en/related/service/pension")]
        assert browser.get_cookies() == []
        browser.find_element(By.LINK_TEXT, "Title of bus").click()
        WebDriverWait(browser, 10).until(lambda _: [one for one in uses(app) if one[3] == "bus" and one[5] == 1])
        assert browser.current_url == f"{address}/en/services/bus"


def test_in_a_visit_the_list_is_its_own_and_a_service_can_be_hidden_by_keyboard(portal):
    with guest(portal) as (browser, address, app):
        agree(browser, address)
        browser.get(f"{address}/en/services/school")
        wait_for_own_list(browser)
        browser.get(f"{address}/en/services/pension")
        wait_for_own_list(browser)
        before = links(browser)
        assert "Title of school" not in before
        assert len(before) == 5
        button = browser.find_element(By.CSS_SELECTOR, "[data-related] form button")
        assert " ".join(button.accessible_name.split()) == f"Not relevant : {before[0]}"
        assert min(button.size.values()) >= 24
        button.send_keys(Keys.ENTER)
        WebDriverWait(browser, 10).until(lambda one: before[0] not in links(one))
        assert browser.current_url == f"{address}/en/services/pension"
        assert browser.switch_to.active_element.get_attribute("id") == "related-services"
        assert sum(one[-1] for one in uses(app) if one[2:4] == ("pension", "bus")) == 1
        assert noted(app, browser) == {"school": "viewed", "pension": "viewed"}


def test_following_our_list_and_applying_are_told(portal):
    with guest(portal) as (browser, address, app):
        agree(browser, address)
        browser.get(f"{address}/en/services/pension")
        wait_for_own_list(browser)
        browser.find_element(By.LINK_TEXT, "Title of bus").click()
        WebDriverWait(browser, 10).until(lambda _: noted(app, browser).get("bus") == "followed")
        # The other site is none of this test.
        browser.execute_script(
            "document.querySelector('[aria-labelledby=how] a[rel=external]')"
            ".addEventListener('click', event => event.preventDefault())"
        )
        browser.find_element(By.CSS_SELECTOR, "[aria-labelledby=how] a[rel=external]").click()
        WebDriverWait(browser, 10).until(lambda _: noted(app, browser)["bus"] == "applied")


def test_a_browser_that_asks_for_privacy_tells_nothing(portal):
    with guest(portal) as (browser, address, app):
        browser.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument",
            {"source": "Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})"},
        )
        agree(browser, address)
        browser.get(f"{address}/en/services/pension")
        assert not browser.find_elements(By.CSS_SELECTOR, "[data-related] form")
        browser.find_element(By.LINK_TEXT, "Title of bus").click()
        assert browser.current_url == f"{address}/en/services/bus"
        assert [one for one in uses(app) if one[5]] == []


def test_without_script_views_are_noted_and_the_page_of_the_visit_has_the_list(portal):
    with guest(portal, script=False) as (browser, address, app):
        agree(browser, address)
        browser.get(f"{address}/en/services/pension")
        assert noted(app, browser) == {"pension": "viewed"}
        assert links(browser) == ["Title of food", "Title of bus", "Title of advice"]
        browser.get(f"{address}/en/visit")
        before = links(browser)
        hide = browser.find_element(By.CSS_SELECTOR, "[data-related] form button")
        hide.click()
        WebDriverWait(browser, 10).until(staleness_of(hide))
        assert browser.current_url == f"{address}/en/visit"
        assert before[0] not in links(browser)
        forget = browser.find_element(By.CSS_SELECTOR, "button.govuk-button--warning")
        forget.click()
        WebDriverWait(browser, 10).until(staleness_of(forget))
        assert "May we count your visit?" in browser.find_element(By.TAG_NAME, "main").text
        assert browser.get_cookie(COOKIE) is None
        assert browser.get_cookie(YES_COOKIE) is None


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_in_any_state(portal, lang):
    with guest(portal) as (browser, address, _app):
        states = [(1280, "light"), (390, "dark"), (320, "light")]

        def check(path, ready=None):
            for width, scheme in states:
                set_window(browser, width, 900)
                set_scheme(browser, scheme)
                browser.get(f"{address}/{lang}{path}")
                if ready:
                    ready(browser)
                assert violations(browser) == [], (path, width, scheme)
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width

        check("/visit?from=/en/services/food")
        check("/life-events/growing-old")
        check("/contact?from=/en/services/food")
        agree(browser, address)
        check("/visit")
        check("/services/school", wait_for_own_list)
        check("/services/pension", wait_for_own_list)
        check("/visit")
        browser.find_element(By.ID, "where").send_keys("Baltimore" + Keys.ENTER)
        WebDriverWait(browser, 10).until(lambda one: one.find_elements(By.CSS_SELECTOR, "button[name=place]"))
        assert violations(browser) == []
