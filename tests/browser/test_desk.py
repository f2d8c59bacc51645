"""A specialist at the desk with no mouse: searching as one types, choosing, and saying what came of it."""

import pytest
import sqlalchemy as sa
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from portal.database import transaction
from portal.extensions import db
from portal.identity.access import COOKIE
from portal.knowledge.models import ArticleUse
from portal.knowledge.operations import raise_flag, save_article
from portal.search.operations import rebuild_index
from tests.conftest import close, make_app
from tests.editing.support import make_content, record_id
from tests.staff import make_staff, signed_in_client
from tests.support import article_record, both, needs

from .chromium import chromium, is_installed, set_scheme, set_window
from .server import serving
from .test_accessibility import FOCUSED, SMALL_TARGETS, violations

pytestmark = pytest.mark.browser


class Desk:
    """A portal with articles, and someone signed in at a browser."""

    def __init__(self, app, address, browser):
        self.app, self.address, self.browser = app, address, browser

    def open(self, path):
        self.browser.get(self.address + path)

    def press(self, *keys):
        self.browser.switch_to.active_element.send_keys(*keys)

    @property
    def focused(self):
        return self.browser.switch_to.active_element

    def until(self, holds, what=""):
        return WebDriverWait(self.browser, 10).until(lambda _: holds(), what)

    def titles(self):
        script = "return [...document.querySelectorAll('.dk-results h3')].map((one) => one.innerText.trim())"
        return self.browser.execute_script(script)

    def says(self, words):
        main = f"//main[contains(normalize-space(), {words!r})]"
        self.until(lambda: self.browser.find_elements(By.XPATH, main), words)

    def uses(self):
        with self.app.app_context():
            self.app.extensions["counters"]["views"].write()
            table = ArticleUse.__table__.c
            rows = db.session.execute(sa.select(table.kind, table.channel, table.lang, table.count))
            return sorted(tuple(row) for row in rows)


@pytest.fixture(scope="module")
def _served(tmp_path_factory):
    needs(is_installed(), "Debian's chromium and chromium-driver")
    app = make_app(tmp_path_factory.mktemp("desk"))
    with app.app_context():
        make_content()
        with transaction():
            service = [record_id("service", "service")]
            heron = {"title": both("Heron number lost"), "staff_text": both("Ask for the **old** number.")}
            save_article(article_record("heron", **heron, steps=[both("Call."), both("Wait.")]), service_ids=service)
            save_article(article_record("egret", audience="staff", title=both("Heron or egret")), service_ids=[])
            save_article(article_record("stork", status="not_validated", title=both("Heron and stork")), service_ids=[])
        rebuild_index()
        db.session.rollback()
        sol = make_staff(app, "specialist", name="Sol Specialist")
        with transaction():
            raise_flag(record_id("article", "heron"), "unclear", "Which number?", actor=sol)
    with serving(app) as address:
        yield app, address, sol
    close(app)


@pytest.fixture(params=[True], ids=["script"])
def desk(_served, request):
    app, address, sol = _served
    with chromium(script=request.param) as browser:
        set_window(browser, 1280, 900)
        browser.get(f"{address}/healthz")
        browser.add_cookie({"name": COOKIE, "value": signed_in_client(app, sol).get_cookie(COOKIE).value})
        yield Desk(app, address, browser)
    with app.app_context():
        app.extensions["counters"]["views"].write()
        with transaction():
            db.session.execute(sa.delete(ArticleUse))


def test_from_the_first_letters_to_the_answer_without_a_mouse(desk):
    desk.open("/desk/knowledge")
    desk.until(lambda: desk.focused.get_attribute("id") == "words", "the box has the focus")
    desk.press("her")
    desk.until(lambda: len(desk.titles()) == 3, "results while typing")
    status = desk.browser.find_element(By.CSS_SELECTOR, "[data-find-status]")
    assert status.get_attribute("textContent") == "3 results"
    assert desk.browser.current_url == f"{desk.address}/desk/knowledge"
    first, second = desk.titles()[:2]

    desk.press(Keys.ARROW_DOWN)
    assert desk.focused.text == first
    desk.press(Keys.ARROW_DOWN)
    assert desk.focused.text == second
    desk.press(Keys.END)
    desk.press(Keys.ARROW_DOWN)
    assert desk.focused.text == desk.titles()[2]
    desk.press(Keys.HOME)
    desk.press(Keys.ARROW_UP)
    assert desk.focused.get_attribute("id") == "words"
    desk.press(Keys.ARROW_DOWN)
    desk.press(Keys.ESCAPE)
    assert desk.focused.get_attribute("id") == "words"
    desk.press("heron number")
    desk.until(lambda: desk.titles()[:1] == ["Heron number lost"], "the words that were marked are replaced")
    desk.press(Keys.ENTER)
    desk.until(lambda: desk.focused.text == "Heron number lost", "enter leads to the results")
    desk.press(Keys.ENTER)
    desk.says("Ask for the old number.")
    assert "heron+number" not in desk.browser.current_url

    desk.press("g")
    desk.says("Noted: answer given, phone.")
    desk.press("h")
    desk.says("Noted: it helped, phone.")
    desk.until(lambda: len(desk.uses()) == 3, "counted")
    desk.press("f")
    desk.until(lambda: desk.browser.find_element(By.CSS_SELECTOR, "details").get_attribute("open"), "the flag opens")
    desk.press("/")
    desk.until(lambda: desk.focused.get_attribute("id") == "words", "to the box")
    desk.press("hh")
    assert ("helped", "phone", "en", 1) in desk.uses()
    desk.press(Keys.CONTROL, "a")
    desk.press(Keys.BACKSPACE)
    desk.press(Keys.ESCAPE)
    desk.press(Keys.ESCAPE)
    desk.until(lambda: desk.titles()[:1] == ["Heron number lost"], "the results are there again")
    assert desk.browser.find_element(By.ID, "words").get_attribute("value") == "heron number"
    assert ("linked", "phone", "en", 1) in desk.uses()


def test_what_is_copied_is_noted_as_sent(desk):
    desk.open(f"/desk/knowledge/{uid(desk, 'heron')}?lang=es&channel=chat")
    desk.browser.find_element(By.CSS_SELECTOR, "[data-copy=message]").send_keys(Keys.ENTER)
    desk.says("Copied. Noted as sent.")
    assert ("sent", "chat", "es", 1) in desk.uses()


def test_single_keys_can_be_turned_off(desk):
    desk.open(f"/desk/knowledge/{uid(desk, 'heron')}")
    desk.browser.find_element(By.CSS_SELECTOR, "[data-keys] summary").send_keys(Keys.ENTER)
    desk.browser.find_element(By.ID, "single-keys").send_keys(Keys.SPACE)
    assert not desk.browser.find_element(By.CSS_SELECTOR, "[data-key=g] kbd").is_displayed()
    desk.open(f"/desk/knowledge/{uid(desk, 'heron')}")
    desk.press("g")
    desk.press("/")
    assert desk.focused.tag_name == "body"
    assert "linked" not in {use[0] for use in desk.uses()}


@pytest.mark.parametrize("desk", [False], indirect=True, ids=["no script"])
def test_all_of_it_works_without_script(desk):
    desk.open("/desk/knowledge")
    box = desk.browser.find_element(By.ID, "words")
    box.send_keys("heron number", Keys.ENTER)
    desk.says("1 result")
    desk.browser.find_element(By.LINK_TEXT, "Heron number lost").click()
    desk.says("Ask for the old number.")
    assert not desk.browser.find_elements(By.CSS_SELECTOR, "[data-copy]:not([hidden]), [data-keys]:not([hidden])")
    desk.browser.find_element(By.CSS_SELECTOR, "button[value=sent]").click()
    desk.says("Noted: page sent, phone.")
    desk.browser.find_element(By.CSS_SELECTOR, "summary[data-key=f]").click()
    desk.browser.find_element(By.CSS_SELECTOR, "input[value=wrong]").click()
    desk.browser.find_element(By.ID, "text").send_keys("The number is wrong.")
    desk.browser.find_element(By.CSS_SELECTOR, "form[action$='/flags'] button").click()
    desk.says("Flagged.")
    desk.says("The number is wrong.")
    assert desk.uses() == [("sent", "phone", "en", 1), ("viewed", "desk", "en", 3)]


@pytest.mark.parametrize("size", [(1280, "light"), (390, "dark"), (1280, "dark"), (320, "light")])
def test_the_desk_is_accessible_in_every_state(desk, size):
    width, scheme = size
    set_window(desk.browser, width, 900)
    set_scheme(desk.browser, scheme)
    article = f"/desk/knowledge/{uid(desk, 'heron')}?lang=es"
    for path in ("/desk/knowledge", article, f"/desk/knowledge/{uid(desk, 'egret')}"):
        desk.open(path)
        if path == "/desk/knowledge":
            desk.press("heron")
            desk.until(desk.titles, "results")
        for summary in desk.browser.find_elements(By.CSS_SELECTOR, "summary"):
            summary.send_keys(Keys.ENTER)
        assert violations(desk.browser) == [], path
        assert desk.browser.execute_script("return document.documentElement.scrollWidth") <= width, path
        assert desk.browser.execute_script(SMALL_TARGETS) == [], path
    desk.open(article)
    desk.browser.find_element(By.CSS_SELECTOR, "summary[data-key=f]").send_keys(Keys.ENTER)
    desk.browser.find_element(By.CSS_SELECTOR, "form[action$='/flags'] button").click()
    desk.until(lambda: desk.browser.find_elements(By.CLASS_NAME, "govuk-error-summary"), "errors")
    assert violations(desk.browser) == []


def test_everything_at_the_desk_is_reached_by_keyboard_seen_and_marked(desk):
    desk.open(f"/desk/knowledge/{uid(desk, 'heron')}")
    seen = {}
    for _ in range(80):
        desk.press(Keys.TAB)
        focused = desk.browser.execute_script(FOCUSED)
        if focused is None or focused["key"] in seen:
            break
        seen[focused["key"]] = focused
        assert focused["visible"], focused
        assert not focused["covered"], focused
        assert focused["marked"], focused
    assert len(seen) >= 25


def uid(desk, slug):
    with desk.app.app_context():
        return db.session.execute(sa.text("SELECT uid FROM article WHERE slug = :slug"), {"slug": slug}).scalar_one()
