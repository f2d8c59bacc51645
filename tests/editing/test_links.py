"""The link check, against a real server on this machine."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from portal import jobs
from portal.database import transaction
from portal.editing import link_checks, work
from portal.editing.links import Answer, Pacer, addresses_in, ask, is_public
from portal.editing.models import Link
from portal.extensions import db
from tests.editing.support import make_content

seen = []


class Site(BaseHTTPRequestHandler):
    """Answers by path: the status that it names, or a redirect."""

    def answer(self):
        seen.append((self.command, self.path, self.headers["User-Agent"]))
        if self.path == "/to-private":
            self.redirect("http://192.168.0.1/")
        elif self.path == "/to-file":
            self.redirect("file:///etc/passwd")
        elif self.path == "/round":
            self.redirect("/round")
        elif self.path == "/moved":
            self.redirect("/200")
        elif self.path == "/get-only":
            self.send_response(405 if self.command == "HEAD" else 200)
            self.end_headers()
        else:
            self.send_response(int(self.path.strip("/")[:3] or 200))
            self.end_headers()

    do_HEAD = do_GET = answer  # noqa: N815

    def redirect(self, target):
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture(scope="module")
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


def asked(url, **options):
    seen.clear()
    return ask(url, agent="Portico link check (+https://example.org)", pacer=Pacer(pause=0), **options)


@pytest.mark.parametrize(
    ("path", "status", "good", "requests"),
    [
        ("/200", 200, True, ["HEAD"]),
        ("/moved", 200, True, ["HEAD", "HEAD"]),
        ("/get-only", 200, True, ["HEAD", "GET"]),
        ("/404", 404, False, ["HEAD", "GET"]),
        ("/410", 410, False, ["HEAD", "GET"]),
        ("/500", 500, False, ["HEAD", "GET"]),
        ("/403", 403, True, ["HEAD", "GET"]),
        ("/200?q=año nuevo", 200, True, ["HEAD"]),
    ],
)
def test_an_address_is_asked(server, path, status, good, requests):
    answer = asked(f"{server}{path}", allow_loopback=True)
    assert (answer.status, answer.is_good) == (status, good)
    assert [method for method, _, _ in seen] == requests
    assert {agent for _, _, agent in seen} == {"Portico link check (+https://example.org)"}


@pytest.mark.parametrize("path", ["/to-private", "/to-file", "/round"])
def test_a_redirect_leads_nowhere_it_should_not(server, path):
    answer = asked(f"{server}{path}", allow_loopback=True)
    assert answer.status is None
    assert not answer.is_good


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://user@8.8.8.8/",
        "http://8.8.8.8:6379/",
        "ftp://8.8.8.8/",
        "gopher://8.8.8.8/",
        "https:///nothing",
    ],
)
def test_what_is_not_public_is_never_asked(server, url):
    answer = asked(url)
    assert answer.status is None
    assert "NotPublic" in answer.reason
    assert seen == []


def test_a_server_of_this_machine_is_not_asked_without_leave(server):
    assert asked(f"{server}/200").status is None
    assert seen == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def test_one_host_is_left_in_peace_for_a_while():
    waits, at = [], [100.0]
    pacer = Pacer(pause=5, wait=waits.append, clock=lambda: at[0])
    pacer.before("a.example")
    pacer.before("b.example")
    at[0] += 2
    pacer.before("a.example")
    assert waits == [3.0]


def test_addresses_in_a_record():
    record = {
        "url": {"en": "https://a.example/x"},
        "text": "See [b](https://b.example/y), or https://c.example.",
        "n": [1],
    }
    assert sorted(addresses_in(record)) == ["https://a.example/x", "https://b.example/y", "https://c.example"]


def test_three_failures_on_different_days_make_a_link_dead(site_sqlite, monkeypatch, server):
    make_content()
    with transaction():
        link_checks.collect_links()
    link_id = db.session.scalar(sa.select(Link.id).where(Link.url == "https://example.gov/apply"))
    for day in ("2026-11-01", "2026-11-01", "2026-11-02", "2026-11-03"):
        assert work.notes("dead-links") == {}
        monkeypatch.setattr(link_checks, "today", lambda day=day: link_checks.datetime.date.fromisoformat(day))
        with transaction():
            link_checks.note_answer(link_id, Answer(404))
    assert len(work.notes("dead-links")) == 2
    with transaction():
        db.session.get(Link, link_id).url = f"{server}/200"
    link_checks.check_link(link_id, pacer=Pacer(pause=0), allow_loopback=True)
    assert work.notes("dead-links") == {}


def test_checks_are_planned_once_and_only_where_they_are_wanted(site_sqlite):
    make_content()
    with transaction():
        link_checks.plan_link_checks()
    assert db.session.scalar(sa.select(Link.id).limit(1)) is None
    site_sqlite.config["CHECK_LINKS"] = True
    for _ in range(2):
        with transaction():
            link_checks.plan_link_checks()
        links = db.session.scalar(sa.select(sa.func.count()).select_from(Link))
        rows = db.session.scalars(sa.select(jobs.OutboxRow).where(jobs.OutboxRow.task == link_checks.CHECK)).all()
        assert len(rows) == links > 3
    times = sorted(row.ready_at for row in rows)
    assert (times[1] - times[0]).total_seconds() > 50
