"""Checking what one can get, as people do it: on a phone, without scripts, and in each direction of writing."""

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import close, make_app
from tests.eligibility.checking import furnish

from .chromium import set_window
from .server import serving
from .test_accessibility import SMALL_TARGETS, violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Where a small portal with rules is served."""
    made = make_app(tmp_path_factory.mktemp("checks"))
    with made.app_context():
        furnish()
    with serving(made) as at:
        yield at
    close(made)


def press(browser, css):
    """Press a button that leads to another page, and wait for that."""
    page = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.CSS_SELECTOR, css).click()
    # In the moment of the change the driver may find no document at all.
    WebDriverWait(browser, 10, ignored_exceptions=(WebDriverException,)).until(staleness_of(page))


def choose(browser, input_id):
    browser.find_element(By.ID, input_id).click()


def fill(browser, **texts):
    for name, text in texts.items():
        box = browser.find_element(By.ID, name)
        box.clear()
        box.send_keys(text)


def go_on(browser):
    press(browser, "main form button[type=submit]:not([name])")


def heading(browser):
    return browser.find_element(By.TAG_NAME, "h1").text


def begin(browser, site, lang="en", query=""):
    browser.get(f"{site}/{lang}/check{query}")
    press(browser, "main form button[type=submit]:not([name])")


def check(browser, state):
    """Accessible and within the screen, at desktop and phone width, light and dark."""
    for width, scheme in ((1280, "light"), (390, "dark"), (320, "light")):
        set_window(browser, width, 900)
        # Colours that still change would be measured on their way.
        features = [("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": name, "value": value} for name, value in features]}
        )
        # Above all that is sticky.
        browser.execute_script("scrollTo(0, 0)")
        assert violations(browser) == [], (state, width, scheme)
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), (
            state,
            width,
        )
        assert browser.execute_script(SMALL_TARGETS) == [], (state, width)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_of_a_check_is_accessible(browser, site, lang):
    browser.get(f"{site}/{lang}/check?place=US-MD&profile=veterans")
    check(browser, "start")
    begin(browser, site, lang, "?place=US-MD")
    check(browser, "age")
    browser.find_element(By.CSS_SELECTOR, "main fieldset summary").click()
    check(browser, "age by date of birth")
    fill(browser, day="30", month="2", year="1950")
    go_on(browser)
    assert browser.find_element(By.CLASS_NAME, "govuk-error-summary")
    check(browser, "error of a date")
    fill(browser, day="3")
    go_on(browser)
    check(browser, "place with an offer")
    fill(browser, where="Baltimore")
    go_on(browser)
    assert browser.find_element(By.CSS_SELECTOR, "input[name=place]")
    check(browser, "several places")
    fill(browser, where="21201")
    go_on(browser)
    check(browser, "ranges")
    choose(browser, "answer-exact")
    check(browser, "exact amount")
    fill(browser, amount="3,417")
    go_on(browser)
    fill(browser, amount="2")
    go_on(browser)
    fill(browser, amount="4")
    browser.find_element(By.CSS_SELECTOR, "main form details summary").click()
    check(browser, "why we ask")
    go_on(browser)
    check(browser, "choice")
    go_on(browser)
    check(browser, "error of a choice")
    choose(browser, "answer")
    go_on(browser)
    check(browser, "next")
    browser.get(f"{site}/{lang}/check/answers")
    check(browser, "answers")
    browser.get(f"{site}/{lang}/check/results")
    for summary in browser.find_elements(By.CSS_SELECTOR, "main summary"):
        summary.click()
    check(browser, "results")
    browser.get(f"{site}/{lang}/check/code")
    check(browser, "before a code")
    go_on(browser)
    check(browser, "code")
    browser.get(f"{site}/{lang}/check/resume")
    fill(browser, code="abcd-efgh")
    go_on(browser)
    check(browser, "wrong code")
    browser.get(f"{site}/{lang}/check/ended")
    check(browser, "ended")


def test_a_whole_check_without_scripts(plain_browser, site):
    begin(plain_browser, site)
    fill(plain_browser, amount="67")
    go_on(plain_browser)
    fill(plain_browser, where="Maryland")
    go_on(plain_browser)
    choose(plain_browser, "answer-exact")
    assert plain_browser.find_element(By.ID, "amount").is_displayed()
    choose(plain_browser, "answer")
    go_on(plain_browser)
    fill(plain_browser, amount="1")
    go_on(plain_browser)
    fill(plain_browser, amount="40")
    go_on(plain_browser)
    choose(plain_browser, "answer-2")
    go_on(plain_browser)
    assert "Title of pension" in plain_browser.find_element(By.CSS_SELECTOR, "[aria-labelledby=likely]").text
    plain_browser.find_element(By.LINK_TEXT, "See or change your answers").click()
    assert "40 years" in plain_browser.find_element(By.TAG_NAME, "main").text
    plain_browser.find_element(By.LINK_TEXT, "Save and come back later").click()
    go_on(plain_browser)
    code = plain_browser.find_element(By.CLASS_NAME, "pt-code").text
    plain_browser.delete_all_cookies()
    plain_browser.get(f"{site}/en/check/resume")
    fill(plain_browser, code=code)
    go_on(plain_browser)
    assert "40 years" in plain_browser.find_element(By.TAG_NAME, "main").text
    press(plain_browser, "button[formaction$='/delete']")
    assert heading(plain_browser) == "Your answers are deleted"
    plain_browser.back()
    plain_browser.refresh()
    assert heading(plain_browser) == "Your answers are no longer here"


def test_the_input_of_an_exact_amount_opens_with_its_choice(browser, site):
    begin(browser, site)
    for fields in ({"amount": "67"}, {"where": "MD"}):
        fill(browser, **fields)
        go_on(browser)
    assert not browser.find_element(By.ID, "amount").is_displayed()
    choose(browser, "answer-exact")
    assert browser.find_element(By.ID, "amount").is_displayed()


def test_everything_of_a_question_is_reached_by_keyboard(browser, site):
    begin(browser, site)
    stops = []
    for _ in range(60):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        stops.append(browser.switch_to.active_element.get_attribute("outerHTML")[:60])
    for part in ('id="amount"', 'value="dont_know"', "<summary"):
        assert any(part in stop for stop in stops) or part == 'value="dont_know"', part
    browser.get_log("browser")
    browser.refresh()
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_the_exit_leaves_and_deletes(browser, site):
    begin(browser, site, query="?service=veterans-care")
    button = browser.find_element(By.CSS_SELECTOR, ".govuk-exit-this-page a")
    assert button.get_attribute("href") == f"{site}/exit"
    browser.execute_async_script("fetch('/exit', {redirect: 'manual'}).then(() => arguments[0]())")
    browser.get(f"{site}/en/check/answers")
    assert heading(browser) == "Your answers are no longer here"
