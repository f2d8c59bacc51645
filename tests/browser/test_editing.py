"""Two editors in two browsers."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from portal.identity.access import COOKIE
from tests.conftest import close, make_app
from tests.editing.support import make_content, people
from tests.staff import signed_in_client
from tests.support import needs

from .chromium import chromium, is_installed, set_window
from .server import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path):
    """A portal with some content, its address, and its people."""
    needs(is_installed(), "Debian's chromium and chromium-driver")
    app = make_app(tmp_path)
    with app.app_context():
        make_content()
        staff = people(app)
    with serving(app) as address:
        yield app, address, staff
    close(app)


class Person:
    """Someone at a browser of their own."""

    def __init__(self, browser, app, address, staff):
        self.browser, self.address = browser, address
        set_window(browser, 1280, 900)
        browser.get(f"{address}/healthz")
        key = signed_in_client(app, staff).get_cookie(COOKIE).value
        browser.add_cookie({"name": COOKIE, "value": key})

    def open(self, path):
        self.browser.get(self.address + path)

    def type(self, input_id, text):
        WebDriverWait(self.browser, 10).until(lambda browser: browser.find_elements(By.ID, input_id), input_id)
        box = self.browser.find_element(By.ID, input_id)
        box.clear()
        box.send_keys(text)

    def sees(self, words):
        """Wait for the page that has these words."""
        main = f"//main[contains(normalize-space(), {words!r})]"
        WebDriverWait(self.browser, 10).until(lambda browser: browser.find_elements(By.XPATH, main), words)


def test_two_editors_in_two_browsers_lose_neither_text(office):
    """Both open the same service, both write the title; the second sees both texts and writes a third."""
    app, address, staff = office
    with chromium() as one, chromium(script=False) as two:
        edith, sam = Person(one, app, address, staff["editor"]), Person(two, app, address, staff["second"])
        for person in (edith, sam):
            person.open("/admin/services/service")
            find = person.browser.find_element(By.XPATH, "//form[contains(@action, '/edit')]//button")
            find.click()
        sam.sees("Edith Editor has a draft of it too")
        edith.type("title.en", "Help with rent")
        edith.type("summary.en", "Money for your rent.")
        edith.browser.find_element(By.CSS_SELECTOR, ".ed-save button[value=next]").click()
        edith.type("note", "Plain words")
        edith.browser.find_element(By.CSS_SELECTOR, "form[action$='/send'] button").click()
        edith.sees("waits for review")

        reviewing = edith.browser.current_url.removeprefix(address)
        with chromium() as three:
            rita = Person(three, app, address, staff["reviewer"])
            rita.open(reviewing)
            rita.sees("Help with rent")
            rita.browser.find_element(By.CSS_SELECTOR, "form[action$='/approve'] button").click()
            rita.sees("It is published.")

            sam.type("title.en", "Rent support")
            sam.type("who.en", "Tenants.")
            sam.browser.find_element(By.CSS_SELECTOR, ".ed-save button[value=next]").click()
            sam.type("note", "Shorter")
            sam.browser.find_element(By.CSS_SELECTOR, "form[action$='/send'] button").click()
            sam.sees("Choose between two texts")
            sam.sees("Help with rent")
            sam.sees("Rent support")
            sam.browser.find_element(By.CSS_SELECTOR, "input[value=own]").click()
            sam.type("own-title.en", "Support with rent")
            sam.browser.find_element(By.CSS_SELECTOR, "form[action$='/clashes'] button").click()
            sam.type("note", "Shorter")
            sam.browser.find_element(By.CSS_SELECTOR, "form[action$='/send'] button").click()
            sam.sees("waits for review")
            rita.open(sam.browser.current_url.removeprefix(address))
            rita.browser.find_element(By.CSS_SELECTOR, "form[action$='/approve'] button").click()
            rita.sees("It is published.")
            rita.open("/en/services/service")
            rita.sees("Support with rent")
            rita.sees("Money for your rent.")
            rita.sees("Tenants.")
            rita.open("/admin/services/service/history")
            rita.sees("Version 3")


def test_two_tabs_of_one_browser_lose_neither_text(office):
    app, address, staff = office
    with chromium() as browser:
        edith = Person(browser, app, address, staff["editor"])
        edith.open("/admin/services/service")
        browser.find_element(By.XPATH, "//form[contains(@action, '/edit')]//button").click()
        edith.sees("Draft of the service")
        path = browser.current_url.removeprefix(address)
        first = browser.current_window_handle
        browser.switch_to.new_window("tab")
        edith.open(path)
        edith.type("title.en", "From the second tab")
        browser.find_element(By.CSS_SELECTOR, ".ed-save button[value=save]").click()
        edith.sees("Your draft is saved.")
        browser.switch_to.window(first)
        edith.type("title.en", "From the first tab")
        browser.find_element(By.CSS_SELECTOR, ".ed-save button[value=save]").click()
        edith.sees("saved in another tab")
        edith.sees("From the second tab")
        assert browser.find_element(By.ID, "title.en").get_attribute("value").strip() == "From the first tab"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_window(office, width):
    app, address, staff = office
    with chromium() as browser:
        edith = Person(browser, app, address, staff["editor"])
        set_window(browser, width, 900)
        edith.open("/admin/services/service")
        browser.find_element(By.XPATH, "//form[contains(@action, '/edit')]//button").click()
        edith.sees("Draft of the service")
        draft = browser.current_url.removeprefix(address)
        for path in ("/admin/", "/admin/services", "/admin/services/service", draft, draft.removesuffix("/edit")):
            edith.open(path)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, path
