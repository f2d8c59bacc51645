"""Finding what is near, as people do it: on a phone and without scripts, and in each direction of writing."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import close, make_app
from tests.intents.test_places import furnish

from .chromium import set_scheme, set_window
from .server import serving
from .test_accessibility import violations

PAGES = (
    "/services",
    "/services?place=21201&order=distance",
    "/services?where=baltimore",
    "/services?where=blatimore",
    "/services/city?place=10001",
    "/search?q=local&place=21201",
)


@pytest.fixture(scope="module")
def near(tmp_path_factory):
    """Where local services are served."""
    made = make_app(tmp_path_factory.mktemp("near"))
    with made.app_context():
        furnish()
    with serving(made) as at:
        yield at
    close(made)


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "outer_side", "button_side"), [("en", "left", "right"), ("ar", "right", "left")])
def test_the_box_for_a_city_is_open_only_towards_its_button(plain_browser, near, lang, outer_side, button_side):
    plain_browser.get(f"{near}/{lang}/services")
    box = plain_browser.find_element(By.ID, "where")
    assert box.value_of_css_property(f"border-{outer_side}-width") != "0px"
    assert box.value_of_css_property(f"border-{button_side}-width") == "0px"


@pytest.mark.browser
def test_a_city_leads_by_a_choice_to_the_nearest_service(plain_browser, near):
    plain_browser.get(f"{near}/en/services")
    box = plain_browser.find_element(By.ID, "where")
    box.send_keys("Baltimore")
    box.submit()
    WebDriverWait(plain_browser, 10).until(lambda one: "where=" in one.current_url)
    plain_browser.find_element(By.PARTIAL_LINK_TEXT, "(Baltimore city)").click()
    plain_browser.find_element(By.LINK_TEXT, "Nearest first").click()
    first = plain_browser.find_element(By.CSS_SELECTOR, ".pt-service")
    assert "miles away" in first.text
    first.find_element(By.CSS_SELECTOR, "a").click()
    assert "Where to go" in plain_browser.find_element(By.TAG_NAME, "main").text
    assert plain_browser.current_url.endswith("?place=US-MD-baltimore-city.baltimore")


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_about_places_are_accessible_and_fit(browser, near, lang, path):
    for width, scheme in ((1280, "light"), (390, "dark"), (320, "light")):
        set_window(browser, width, 900)
        set_scheme(browser, scheme)
        browser.get(f"{near}/{lang}{path}")
        assert violations(browser) == [], (width, scheme)
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), width
