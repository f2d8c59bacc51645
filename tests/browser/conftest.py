import pytest

from tests.support import needs

from .chromium import chromium, is_installed, set_scheme, set_window
from .server import serving


@pytest.fixture(scope="session")
def address(starter):
    """Where the starter content is served."""
    with serving(starter) as at:
        yield at


@pytest.fixture(scope="session")
def _browser():
    needs(is_installed(), "Debian's chromium and chromium-driver")
    with chromium() as one:
        yield one


@pytest.fixture
def browser(_browser):
    """A browser with scripts, at desktop width, in the light scheme."""
    set_window(_browser, 1280, 900)
    set_scheme(_browser, "light")
    yield _browser
    _browser.get("about:blank")
    _browser.delete_all_cookies()


@pytest.fixture(scope="session")
def plain_browser():
    """A browser without scripts."""
    needs(is_installed(), "Debian's chromium and chromium-driver")
    with chromium(script=False) as one:
        yield one
