"""WCAG 2.2 AA: axe on every kind of page in every state, and what axe cannot see by hand."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.support import needs

from .chromium import set_scheme, set_window

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/",
    "/life-events",
    "/life-events/losing-a-job",
    "/needs/get-safe-from-violence",
    "/for",
    "/for/veterans",
    "/for/parents/losing-a-job",
    "/services?profile=seniors",
    "/services?intent=nothing-such",
    "/services/snap",
    "/articles/can-i-get-unemployment-if-i-quit",
    "/search?q=lsot+my+jbo",
    "/search?q=zzqqxx",
    "/search?q=I+want+to+kill+myself",
    "/contact?from=/en/services/snap",
    "/feedback?page=/en/services/snap&useful=no",
    "/feedback/thanks?page=/en/services/snap",
    "/about",
    "/about/accessibility",
    "/about/privacy",
    "/about/design",
    "/no-such-page",
)


def violations(browser):
    """What axe finds: rule and the elements it is about."""
    needs(AXE.exists(), "axe-core in node_modules (npm ci)")
    browser.execute_script(AXE.read_text())
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(r => done(r.violations))",
        TAGS,
    )
    return [(one["id"], [node["html"][:150] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_at_desktop_and_phone_width_light_and_dark(browser, address, lang, path):
    for width, scheme in ((1280, "light"), (390, "dark"), (1280, "dark"), (320, "light")):
        set_window(browser, width, 900)
        set_scheme(browser, scheme)
        browser.get(f"{address}/{lang}{path}")
        assert violations(browser) == [], (width, scheme)


@pytest.mark.browser
def test_axe_finds_nothing_in_the_states_of_a_form_and_of_suggestions(browser, address):
    browser.get(f"{address}/en/feedback?page=/en/&useful=nothing")
    browser.find_element(By.CSS_SELECTOR, "main form button").click()
    assert browser.find_element(By.CLASS_NAME, "govuk-error-summary")
    assert violations(browser) == []
    browser.get(f"{address}/en/")
    browser.find_element(By.ID, "search").send_keys("foo")
    wait_for_suggestions(browser)
    assert violations(browser) == []
    browser.find_element(By.ID, "search").send_keys(Keys.ARROW_DOWN)
    assert violations(browser) == []


def wait_for_suggestions(browser):
    browser.execute_async_script(
        "const done = arguments[0]; const until = Date.now() + 8000;"
        "const isOpen = () => document.querySelector('[role=listbox]:not([hidden]) > *');"
        "(function look() { if (isOpen() || Date.now() > until) done(); else setTimeout(look, 50) })()"
    )


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "es", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_at_320_pixels(browser, address, lang, path):
    """No sideways scrolling at 320 CSS pixels, which is also 1,280 pixels at 400 % zoom."""
    set_window(browser, 320, 640)
    browser.get(f"{address}/{lang}{path}")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/life-events/losing-a-job", "/services/snap", "/search?q=food"])
def test_text_at_twice_its_size_stays_on_the_page(browser, address, path):
    """200 % zoom on a desktop: half the CSS pixels, twice the scale."""
    set_window(browser, 640, 512, scale=2)
    browser.get(f"{address}/en{path}")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 640


FOCUSED = """
const el = document.activeElement;
if (!el || el === document.body) return null;
const box = el.getBoundingClientRect();
const style = getComputedStyle(el);
const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
const top = document.elementFromPoint(x, y);
return {
  name: el.tagName + ' ' + (el.textContent || el.name || '').trim().slice(0, 40),
  key: [...document.querySelectorAll('*')].indexOf(el),
  visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  covered: !(top === el || el.contains(top) || (top && top.contains(el))),
  marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.backgroundColor !== 'rgba(0, 0, 0, 0)',
};
"""


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", ["/", "/life-events/losing-a-job", "/services/snap", "/search?q=food", "/contact"])
def test_everything_is_reached_by_keyboard_seen_and_marked(browser, address, lang, path):
    """Tab from the top to the end: each stop is visible, not covered (2.4.11), marked, and none is a trap."""
    browser.get(f"{address}/{lang}{path}")
    expected = browser.execute_script(
        "return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]"
        ".filter(el => el.checkVisibility() && !el.disabled && el.tabIndex >= 0).length"
    )
    seen = {}
    for _ in range(expected + 5):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.execute_script(FOCUSED)
        if focused is None or focused["key"] in seen:
            break
        seen[focused["key"]] = focused
        assert focused["visible"], focused
        assert not focused["covered"], focused
        assert focused["marked"], focused
    assert len(seen) >= expected - 1, sorted(one["name"] for one in seen.values())


@pytest.mark.browser
def test_skip_link_leads_past_the_navigation(browser, address):
    browser.get(f"{address}/en/life-events/losing-a-job")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to main content"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.execute_script("return document.querySelector('main').contains(document.activeElement)")


SMALL_TARGETS = """
return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
  .filter(el => el.checkVisibility() && !el.closest('.govuk-skip-link, .govuk-visually-hidden'))
  .filter(el => getComputedStyle(el).display !== 'inline')
  .map(el => [el.outerHTML.slice(0, 120), el.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
  .map(([html]) => html)
"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_large_enough(browser, address, width):
    """2.5.8: 24 by 24 CSS pixels for all that is not a link in a line of text. axe judges spacing, this the size."""
    set_window(browser, width, 900)
    for path in ("/", "/life-events/losing-a-job", "/services/snap", "/search?q=food", "/about/design"):
        browser.get(f"{address}/en{path}")
        assert browser.execute_script(SMALL_TARGETS) == [], path


@pytest.mark.browser
def test_help_is_in_the_same_place_on_every_page(browser, address):
    """3.2.6: contact comes at the same place in the order of the header and of the end of the page."""
    orders = set()
    script = "return [...document.querySelectorAll(arguments[0])].map(a => a.closest('header') ? 'header' : 'band')"
    links = 'header a[href*="/contact?"]:not([hreflang]), aside a[href*="/contact?"]'
    for path in PAGES:
        browser.get(f"{address}/en{path}")
        orders.add(tuple(browser.execute_script(script, links)))
    assert orders == {("header", "band")}


@pytest.mark.browser
def test_nothing_is_asked_twice(browser, address):
    """3.3.7: what was typed stands in the box again, and the page one came from in the form."""
    browser.get(f"{address}/en/search?q=help+with+rent")
    assert browser.find_element(By.ID, "search").get_attribute("value") == "help with rent"
    browser.get(f"{address}/en/services/snap")
    browser.find_element(By.CSS_SELECTOR, ".pt-useful a").click()
    form = browser.find_element(By.CSS_SELECTOR, "main form")
    assert form.find_element(By.NAME, "page").get_attribute("value") == "/en/services/snap"
    assert form.find_element(By.CSS_SELECTOR, "input[value=yes]").is_selected()


@pytest.mark.browser
def test_every_page_stays_within_its_budget(browser, address):
    """First view: at most 60 KB compressed and 10 requests, and nothing from elsewhere."""
    for path in ("/", "/life-events/losing-a-job", "/services/snap", "/search?q=food"):
        browser.execute_cdp_cmd("Network.enable", {})
        browser.execute_cdp_cmd("Network.clearBrowserCache", {})
        browser.get(f"{address}/en{path}")
        entries = browser.execute_script(
            "return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
            ".map(e => [e.name, e.decodedBodySize])"
        )
        assert len(entries) <= 10, entries
        assert [name for name, _ in entries if not name.startswith(address)] == []
        assert sum(compressed_size(browser, name) for name, _ in entries) <= 60_000


def compressed_size(browser, url):
    return browser.execute_async_script(
        "const done = arguments[1];"
        "fetch(arguments[0]).then(r => r.blob())"
        ".then(b => new Response(b.stream().pipeThrough(new CompressionStream('gzip'))).blob())"
        ".then(b => done(b.size))",
        url,
    )
