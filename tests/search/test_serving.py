"""An edit on its way to people: two page workers and a job worker are processes of their own, as in service."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bench import servers
from bench.instances import ROOT, clean_environment
from portal.catalogue.operations import save_agency, save_service
from portal.database import transaction
from portal.search.index import ENGINES
from portal.search.operations import rebuild_index

from ..conftest import close, make_app
from ..support import agency_record, both, service_record

# Generous: bench prints how long it takes. That each worker has answered among so many is all but certain.
LIMIT_SECONDS = 60
IN_A_ROW = 30


@pytest.fixture(params=sorted(ENGINES))
def edited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with one service, to edit from outside."""
    app = make_app(tmp_path, search_engine=request.param)
    with app.app_context():
        with transaction():
            save_agency(agency_record())
            save_service(service_record())
        rebuild_index()
    yield app
    close(app)


def test_an_edit_is_found_by_every_page_worker(edited: Flask, tmp_path: Path) -> None:
    environment = {
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_SEARCH_ENGINE": edited.config["SEARCH_ENGINE"],
        "PORTAL_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    with servers.portico(tmp_path, "portico", extra=environment) as pages:

        def total(word: str) -> int:
            status, body, _ = pages.get(f"/api/v1/search?q={word}&lang=en")
            assert status == 200
            found: int = json.loads(body)["total"]
            return found

        assert [total("zyxwv") for _ in range(IN_A_ROW)] == [0] * IN_A_ROW
        worker = subprocess.Popen(command, cwd=ROOT, env=clean_environment(environment), start_new_session=True)
        try:
            with edited.app_context(), transaction():
                save_service(service_record(title=both("Zyxwv")))
            until = time.monotonic() + LIMIT_SECONDS
            found = 0
            while found < IN_A_ROW and time.monotonic() < until:
                found = found + 1 if total("zyxwv") else 0
            assert found == IN_A_ROW
        finally:
            servers.stop(worker)
