"""What tests of the API share."""

import pytest

from portal.extensions import limiter


@pytest.fixture(autouse=True)
def no_limits(monkeypatch, request):
    """As many requests as a test likes, unless it is marked by asking for ``limits``."""
    if "limits" not in request.fixturenames:
        monkeypatch.setattr(limiter, "enabled", False)


@pytest.fixture
def limits():
    """Requests are counted."""
    limiter.reset()
    yield
    limiter.reset()
