"""One application with content and people for the tests of articles."""

import contextlib

import pytest

from tests.conftest import close, make_app, new_postgres_database
from tests.editing.support import forget_everything, make_content, people


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request, tmp_path_factory):
    """One application for each engine; making one costs more than all that a test does with it."""
    with contextlib.ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            url = stack.enter_context(new_postgres_database(request.getfixturevalue("migrated_postgres")))
        made = make_app(tmp_path_factory.mktemp("knowledge"), url)
        yield made
        close(made)


@pytest.fixture
def staff(office):
    """The people of the office, and content as it was at the beginning."""
    with office.app_context():
        forget_everything()
        make_content()
        return people(office)
