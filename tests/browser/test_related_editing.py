"""An editor steers a list without script, and no page has a violation of WCAG 2.2 AA."""

import pytest
from selenium.webdriver.common.by import By

from portal.catalogue.models import Service
from portal.extensions import db
from portal.related.operations import steering
from tests.conftest import close, make_app
from tests.related.office import do, editors, make_services, publish_all, visits
from tests.support import both, needs

from .chromium import chromium, is_installed, set_scheme, set_window
from .server import serving
from .test_accessibility import violations
from .test_editing import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path):
    """A portal with services that are related in every way, its address, an editor, and the page of a service."""
    needs(is_installed(), "Debian's chromium and chromium-driver")
    app = make_app(tmp_path)
    with app.app_context():
        ids = make_services()
        staff = editors(app)
        visits(ids, "food", "tax")
        publish_all()
        visits(ids, "food", "bus")
        do(steering.save_link, ids["food"], ids["work"], "requires", both("First."), actor=staff["editor"])
        do(steering.pin, ids["food"], ids["rent"], actor=staff["editor"])
        do(steering.pin, ids["food"], ids["tax"], actor=staff["editor"])
        do(steering.start_trial, beta=0.4, actor=staff["editor"])
        page = f"/admin/related/{db.session.get_one(Service, ids['food']).uid}"
        db.session.rollback()
    with serving(app) as address:
        yield app, address, staff["editor"], page
    close(app)


def test_axe_finds_nothing_on_the_pages_of_related_services(office):
    app, address, editor, page = office
    parts = ("", "next", "settings", "report", "changes", "?only=hardly")
    with chromium() as browser:
        edith = Person(browser, app, address, editor)
        for width, scheme in ((1280, "light"), (390, "dark")):
            set_window(browser, width, 900)
            set_scheme(browser, scheme)
            for path in (page, f"{page}/add?q=title", f"{page}/next", *(f"/admin/related/{one}" for one in parts)):
                edith.open(path)
                assert violations(browser) == [], (path, width)
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width, path


def test_pins_are_moved_and_undone_without_script(office):
    app, address, editor, page = office

    def order():
        return [one.text for one in browser.find_elements(By.CSS_SELECTOR, "main ol h3 a")]

    def press(selector):
        browser.find_element(By.CSS_SELECTOR, selector).click()
        edith.sees("Done")

    with chromium(script=False) as browser:
        edith = Person(browser, app, address, editor)
        edith.open(page)
        before = order()
        assert before[:2] == ["Title of rent", "Title of tax"]
        press("main ol form[action*='/up'] button")
        assert order()[:2] == ["Title of tax", "Title of rent"]
        press("main form[action*='/undo'] button")
        assert order() == before
        press("main ol form[action*='/block'] button")
        assert "Title of rent" not in order()
        assert "Title of rent" in browser.find_element(By.TAG_NAME, "main").text
