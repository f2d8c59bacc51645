"""Five situations that lead the way, as people go: in one search, or in three clicks; with scripts and without."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from .chromium import set_window
from .test_accessibility import wait_for_suggestions

# What is typed, the intent it should lead to, and services of several agencies that must be there.
SITUATIONS = {
    "job": (
        {"en": "I lost my job and have two small children", "es": "Perdí mi trabajo y tengo dos niños pequeños"},
        "life-events/losing-a-job",
        {"unemployment-insurance", "snap", "medicaid"},
    ),
    "funeral": (
        {
            "en": "my husband died and I cannot pay for the funeral",
            "es": "mi esposo murió y no puedo pagar el funeral",
        },
        "needs/pay-for-a-funeral",
        {"lump-sum-death-payment", "va-burial-allowance", "tribal-burial-assistance"},
    ),
    "army": (
        {"en": "I am leaving the army", "es": "Voy a dejar el ejército"},
        "life-events/leaving-the-military",
        {"transition-assistance", "va-health-care", "thrift-savings-plan"},
    ),
    "65": (
        {"en": "I am turning 65", "es": "Voy a cumplir 65 años"},
        "life-events/turning-65",
        {"medicare", "retirement-benefits", "ssi"},
    ),
    "flood": (
        {"en": "a flood destroyed our home", "es": "una inundación destruyó nuestra casa"},
        "life-events/disaster",
        {"disaster-assistance", "disaster-loans", "disaster-unemployment"},
    ),
}
FIRST_CLICK = {"life-events": "Something happened", "needs": "I need something"}


def services_on(browser):
    links = browser.find_elements(By.CSS_SELECTOR, "main a[href*='/services/']")
    return {link.get_attribute("href").rsplit("/", 1)[1] for link in links}


def search_for(browser, address, lang, words):
    browser.get(f"{address}/{lang}/")
    box = browser.find_element(By.ID, "search")
    box.send_keys(words)
    box.submit()
    WebDriverWait(browser, 10).until(lambda one: "/search?" in one.current_url)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_one_search_leads_to_the_journey(request, address, name, lang, script):
    """The journey is among the first results of one search, and holds services of several agencies."""
    browser = request.getfixturevalue("browser" if script else "plain_browser")
    words, intent, services = SITUATIONS[name]
    search_for(browser, address, lang, words[lang])
    results = [link.get_attribute("href") for link in browser.find_elements(By.CSS_SELECTOR, ".pt-results h3 a")]
    wanted = f"{address}/{lang}/{intent}"
    assert wanted in results[:5], results
    browser.find_element(By.CSS_SELECTOR, f".pt-results a[href='/{lang}/{intent}']").click()
    assert browser.current_url == wanted
    assert services <= services_on(browser)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", SITUATIONS)
def test_three_clicks_lead_to_each_service(plain_browser, address, name, lang):
    """From the front page: the intent, then the service. Two clicks, without a script."""
    _, intent, services = SITUATIONS[name]
    for service in sorted(services):
        plain_browser.get(f"{address}/{lang}/")
        plain_browser.find_element(By.CSS_SELECTOR, f"main a[href='/{lang}/{intent}']").click()
        plain_browser.find_element(By.CSS_SELECTOR, f"main a[href='/{lang}/services/{service}']").click()
        assert plain_browser.current_url == f"{address}/{lang}/services/{service}"


@pytest.mark.browser
def test_a_misspelt_search_says_what_it_searched_for_and_offers_the_original(plain_browser, address):
    search_for(plain_browser, address, "en", "unemploiment benefits")
    assert "unemployment benefits" in plain_browser.find_element(By.CSS_SELECTOR, ".pt-notice strong").text
    plain_browser.find_element(By.CSS_SELECTOR, ".pt-notice a").click()
    assert "exact=1" in plain_browser.current_url
    assert plain_browser.find_elements(By.CSS_SELECTOR, ".pt-notice strong") == []


@pytest.mark.browser
def test_no_result_leads_to_intents_and_contact(plain_browser, address):
    search_for(plain_browser, address, "en", "zzqqxx wwkkpp")
    links = {
        link.get_attribute("href").removeprefix(address)
        for link in plain_browser.find_elements(By.CSS_SELECTOR, "main a[href]")
    }
    assert {"/en/life-events", "/en/needs"} <= links
    assert any(link.startswith("/en/contact") for link in links)


@pytest.mark.browser
def test_facets_narrow_without_a_script(plain_browser, address):
    search_for(plain_browser, address, "en", "food")
    plain_browser.find_element(By.CSS_SELECTOR, "select[name=profile] option[value=seniors]").click()
    plain_browser.find_element(By.CSS_SELECTOR, ".pt-filters button").click()
    WebDriverWait(plain_browser, 10).until(lambda one: "profile=" in one.current_url)
    assert "profile=seniors" in plain_browser.current_url
    assert plain_browser.find_element(By.CSS_SELECTOR, "select[name=profile] option:checked").text.startswith("Older")
    assert plain_browser.find_elements(By.CSS_SELECTOR, ".pt-results a[href='/en/services/senior-food-box']")


@pytest.mark.browser
def test_danger_comes_first(plain_browser, address):
    search_for(plain_browser, address, "es", "mi esposo me pega y no tenemos comida")
    first = plain_browser.find_element(By.CSS_SELECTOR, "main .govuk-main-wrapper > *")
    assert "pt-emergency" in first.get_attribute("class")
    assert first.find_elements(By.CSS_SELECTOR, "a[href^='tel:']")


@pytest.mark.browser
def test_suggestions_by_keyboard(browser, address):
    browser.get(f"{address}/en/")
    box = browser.find_element(By.ID, "search")
    box.send_keys("lost my j")
    wait_for_suggestions(browser)
    assert box.get_attribute("aria-expanded") == "true"
    box.send_keys(Keys.ARROW_DOWN)
    chosen = browser.find_element(By.ID, box.get_attribute("aria-activedescendant"))
    assert chosen.get_attribute("aria-selected") == "true"
    box.send_keys(Keys.ENTER)
    assert browser.current_url != f"{address}/en/"


@pytest.mark.browser
def test_escape_closes_suggestions_and_keeps_the_words(browser, address):
    browser.get(f"{address}/en/")
    box = browser.find_element(By.ID, "search")
    box.send_keys("lost my j")
    wait_for_suggestions(browser)
    box.send_keys(Keys.ESCAPE)
    assert (box.get_attribute("aria-expanded"), box.get_attribute("value")) == ("false", "lost my j")


@pytest.mark.browser
def test_the_same_page_in_the_other_language(plain_browser, address):
    plain_browser.get(f"{address}/en/services/snap")
    plain_browser.find_element(By.CSS_SELECTOR, "header a[hreflang=es]").click()
    assert plain_browser.current_url == f"{address}/es/services/snap"
    assert plain_browser.find_element(By.TAG_NAME, "h1").text.startswith("Ayuda mensual")


@pytest.mark.browser
def test_a_profile_narrows_a_journey(plain_browser, address):
    plain_browser.get(f"{address}/en/life-events/death-of-a-loved-one")
    before = len(services_on(plain_browser))
    plain_browser.find_element(By.CSS_SELECTOR, ".pt-chips a[href$='/for/veterans/death-of-a-loved-one']").click()
    assert plain_browser.current_url == f"{address}/en/for/veterans/death-of-a-loved-one"
    assert 0 < len(services_on(plain_browser)) <= before


@pytest.mark.browser
def test_feedback_without_a_script(plain_browser, address):
    plain_browser.get(f"{address}/en/articles/can-i-get-unemployment-if-i-quit")
    plain_browser.find_elements(By.CSS_SELECTOR, ".pt-useful a")[1].click()
    form = plain_browser.find_element(By.CSS_SELECTOR, "main form")
    assert form.find_element(By.CSS_SELECTOR, "input[value=no]").is_selected()


@pytest.mark.browser
def test_exit_button_on_a_sensitive_page(browser, address):
    browser.get(f"{address}/en/needs/get-safe-from-violence")
    button = browser.find_element(By.CSS_SELECTOR, ".govuk-exit-this-page a, a.govuk-exit-this-page__button")
    assert button.get_attribute("href") == f"{address}/exit"
    browser.get(f"{address}/en/life-events/losing-a-job")
    assert browser.find_elements(By.CSS_SELECTOR, ".govuk-exit-this-page") == []


@pytest.mark.browser
def test_pages_read_from_right_to_left(browser, address):
    set_window(browser, 1280, 900)
    browser.get(f"{address}/ar/")
    mark = browser.find_element(By.CSS_SELECTOR, ".pt-home").rect
    assert mark["x"] > 640
    assert browser.execute_script("return getComputedStyle(document.querySelector('main')).direction") == "rtl"


@pytest.mark.browser
def test_browser_reports_no_error(browser, address):
    """No script fails and nothing breaks the Content-Security-Policy on any kind of page."""
    browser.get_log("browser")
    for path in (
        "/",
        "/life-events/losing-a-job",
        "/services/snap",
        "/search?q=food",
        "/about/design",
        "/feedback?page=/en/",
    ):
        browser.get(f"{address}/en{path}")
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == [], path
