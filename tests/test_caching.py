"""Finished pages that a process keeps."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from portal.caching import KeptPage, PageStore, advance_content_version
from portal.database import transaction

from .conftest import close, make_app

CALLS = st.lists(st.tuples(st.sampled_from(["get", "put"]), st.integers(0, 5), st.integers(0, 1), st.integers(0, 12)))


def page(etag: str, size: int) -> KeptPage:
    return KeptPage(etag, b"x" * size, ())


@given(CALLS)
def test_a_store_never_grows_beyond_its_capacity_and_never_gives_another_state(calls):
    store, last = PageStore(20), {}
    for call, number, state, size in calls:
        address, etag = f"/{number}", f"state {state}"
        if call == "put":
            last[address] = page(etag, size)
            store.put(address, last[address])
        else:
            found = store.get(address, etag)
            assert found is None or (found == last[address] and found.etag == etag)
        assert store.size == sum(len(kept.body) for kept in store._pages.values()) <= 20


def test_the_longest_unused_page_goes_first():
    store = PageStore(10)
    store.put("/a", page("1", 4))
    store.put("/b", page("1", 4))
    store.get("/a", "1")
    store.put("/c", page("1", 4))
    assert [store.get(address, "1") is not None for address in ("/a", "/b", "/c")] == [True, False, True]


def test_a_page_larger_than_the_store_is_not_kept():
    store = PageStore(3)
    store.put("/a", page("1", 4))
    assert store.get("/a", "1") is None
    assert store.size == 0


def test_a_kept_page_is_the_made_page(starter):
    client = starter.test_client()
    path = "/en/life-events"
    made, kept = client.get(path), client.get(path)
    assert kept.data == made.data
    assert dict(kept.headers) == dict(made.headers)
    small = client.get(path, headers={"Accept-Encoding": "gzip"})
    again = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == again.headers["Content-Encoding"] == "gzip"
    assert small.data == again.data != made.data


def test_a_change_of_content_is_seen_at_once_and_queries_are_not_kept(tmp_path: Path):
    app = make_app(tmp_path)
    store = app.extensions["page_store"]
    client = app.test_client()
    first = client.get("/en/").headers["ETag"]
    assert len(store._pages) == 1
    with app.app_context(), transaction():
        advance_content_version()
    assert client.get("/en/").headers["ETag"] != first
    client.get("/en/?my+name=is+Ana")
    assert list(store._pages) == [" http://localhost/en/"]
    close(app)


def test_nothing_is_kept_where_the_setting_says_so(tmp_path: Path):
    app = make_app(tmp_path, pages_kept=0)
    client = app.test_client()
    client.get("/en/")
    assert client.get("/en/").status_code == 200
    assert app.extensions["page_store"].size == 0
    close(app)
