"""What the tests of steering share: a little content, its people, and visitors who search."""

from flask import Flask

from portal import jobs
from portal.extensions import db
from portal.search.operations import rebuild_index
from portal.search.queries import search
from portal.search.tuned import adjustments_for
from tests.editing.support import make_content, people


def office(app: Flask):
    """Content with an index, and one person of each role."""
    make_content()
    work()
    rebuild_index()
    return people(app)


def work() -> None:
    """Do what waits in the outbox."""
    while jobs.work_once():
        pass
    db.session.rollback()


def visit(app: Flask, words: str, address: str, path: str = "/en/search", agent: str = "Mozilla/5.0 Firefox/130"):
    """The page that somebody at an address gets who searches. The answer is closed, as a server does."""
    db.session.rollback()
    return app.test_client().get(
        path,
        query_string={"q": words},
        headers={"User-Agent": agent},
        environ_base={"REMOTE_ADDR": address},
        buffered=True,
    )


def found(words: str, lang: str = "en") -> list[tuple[str, int]]:
    """What a search finds now, best first."""
    db.session.rollback()
    return [(hit.kind, hit.id) for hit in search(words, lang=lang, adjustments=adjustments_for(words, lang)).hits]


def scores(words: str, lang: str = "en") -> list[tuple[str, int, float]]:
    """The same with the scores."""
    db.session.rollback()
    return [(hit.kind, hit.id, hit.score) for hit in search(words, lang=lang).hits]
