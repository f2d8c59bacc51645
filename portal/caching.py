"""What makes public pages cacheable: a version that moves with the content, ETags, and values kept for one version."""

import datetime
import functools
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, has_request_context, make_response, request
from sqlalchemy.orm import Mapped, mapped_column

from .extensions import Model, db

P = ParamSpec("P")
R = TypeVar("R")


class ContentVersion(Model):
    """One row: a number that grows with every change of what the public sees."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    # Which edition of the starter content was loaded last, so that it is loaded again only when its files change.
    starter_content: Mapped[str | None]


@dataclass(frozen=True)
class KeptPage:
    """A finished answer: the name of its state, its body as it is sent, and its headers."""

    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class PageStore:
    """Finished pages of one process by address, up to so many bytes of bodies; the longest unused go first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: str, etag: str) -> KeptPage | None:
        """The page, if it is of the state that ``etag`` names."""
        with self._lock:
            page = self._pages.get(address)
            if page is None or page.etag != etag:
                return None
            self._pages.move_to_end(address)
            return page

    def put(self, address: str, page: KeptPage) -> None:
        """Keep a page in place of an older one. One that is larger than the store is not kept."""
        if len(page.body) > self.capacity:
            return
        with self._lock:
            self._drop(address)
            self._pages[address] = page
            self.size += len(page.body)
            while self.size > self.capacity:
                self._drop(next(iter(self._pages)))

    def _drop(self, address: str) -> None:
        page = self._pages.pop(address, None)
        if page is not None:
            self.size -= len(page.body)


_SELECT = sa.select(ContentVersion.number).where(ContentVersion.id == 1)
_ADVANCE = sa.update(ContentVersion).where(ContentVersion.id == 1).values(number=ContentVersion.number + 1)


def init_app(app: Flask) -> None:
    app.extensions["page_store"] = PageStore(app.config["PAGES_KEPT"] * 1_000_000)
    app.after_request(_no_store_by_default)
    app.after_request(_keep_page)


def advance_content_version() -> None:
    """Say, in the running transaction, that public content changes. Operations on content call it."""
    db.session.execute(_ADVANCE)


def starter_content() -> str | None:
    """The edition of the starter content that was loaded last; None for none."""
    return db.session.scalar(sa.select(ContentVersion.starter_content).where(ContentVersion.id == 1))


def note_starter_content(edition: str) -> None:
    """Say which edition of the starter content is loaded, in the running transaction."""
    db.session.execute(sa.update(ContentVersion).where(ContentVersion.id == 1).values(starter_content=edition))


def content_version() -> int:
    """The version of the content. A request reads it once, so that all it shows is of one version."""
    if not has_request_context():
        return db.session.execute(_SELECT).scalar_one_or_none() or 0
    if "content_version" not in g:
        g.content_version = db.session.execute(_SELECT).scalar_one_or_none() or 0
    number: int = g.content_version
    return number


def today() -> datetime.date:
    """The date by which content opens and closes (UTC)."""
    return datetime.datetime.now(datetime.UTC).date()


def public_page(view: Callable[P, Any]) -> Callable[P, Response]:
    """A page that is the same for everyone: caches may keep it, and an unchanged one is answered without being made.

    The ETag names the release, the content version, the day and the address, the language included.
    """

    @functools.wraps(view)
    def cached(*args: P.args, **kwargs: P.kwargs) -> Response:
        address = zlib.crc32(request.url.encode())
        etag = f"{current_app.config['RELEASE']}-{content_version()}-{today():%y%m%d}-{address:08x}"
        if not request.if_none_match.star_tag and request.if_none_match.contains_weak(etag):
            response = current_app.response_class(status=304)
        elif (kept := _pages().get(_address(), etag)) is not None:
            return current_app.response_class(kept.body, headers=list(kept.headers))
        else:
            response = make_response(view(*args, **kwargs))
            g.etag_of_page = etag
        if response.status_code in (200, 304):
            seconds = current_app.config["CACHE_SECONDS"]
            response.headers["Cache-Control"] = f"public, max-age={seconds}, stale-while-revalidate={10 * seconds}"
            response.set_etag(etag, weak=True)
        return response

    return cached


def kept_for_version(make: Callable[P, R]) -> Callable[P, R]:
    """Keep the results of a function in this process until the content version or the day changes.

    Only for functions of hashable arguments whose result depends on content and day alone, and few distinct calls.
    """

    @functools.wraps(make)
    def look_up(*args: P.args, **kwargs: P.kwargs) -> R:
        kept: dict[Any, tuple[tuple[Any, ...], R]] = current_app.extensions.setdefault("kept_for_version", {})
        key = (make, args, tuple(sorted(kwargs.items())))
        version = (content_version(), today())
        found = kept.get(key)
        if found is None or found[0] != version:
            found = kept[key] = (version, make(*args, **kwargs))
        return found[1]

    return look_up


def _pages() -> PageStore:
    store: PageStore = current_app.extensions["page_store"]
    return store


def _address() -> str:
    """What an answer that is the same for everyone depends on, besides the content."""
    return f"{'gzip' if request.accept_encodings['gzip'] > 0 else ''} {request.url}"


def _keep_page(response: Response) -> Response:
    """Keep the page of a public view as it is sent. What follows a question mark somebody typed: it is not kept."""
    if "etag_of_page" in g and response.status_code == 200 and not request.query_string and not current_app.debug:
        page = KeptPage(g.etag_of_page, response.get_data(), tuple(response.headers.items()))
        _pages().put(_address(), page)
    return response


def _no_store_by_default(response: Response) -> Response:
    if "Cache-Control" not in response.headers and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
