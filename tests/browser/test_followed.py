"""A browser tells which result was followed, and nothing else."""

import pytest
import sqlalchemy as sa
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from portal.extensions import db
from portal.search.models import ResultUse
from tests.conftest import close, make_app
from tests.support import needs
from tests.tuning.support import office

from .chromium import chromium, is_installed
from .server import serving

pytestmark = pytest.mark.browser


def test_following_a_result_is_counted_once_and_the_page_opens(tmp_path):
    needs(is_installed(), "Debian's chromium and chromium-driver")
    app = make_app(tmp_path)
    with app.app_context():
        office(app)

    def followed(_browser):
        with app.app_context():
            return db.session.execute(sa.select(ResultUse.position).where(ResultUse.followed == 1)).scalars().all()

    with serving(app) as address, chromium() as browser:
        browser.get(f"{address}/en/search?q=title")
        links = browser.find_elements(By.CSS_SELECTOR, ".pt-results h3 a")
        target = links[1].get_attribute("href")
        links[1].click()
        assert WebDriverWait(browser, 10).until(followed) == [2]
        assert browser.current_url == target
        assert browser.get_cookies() == []
    close(app)
