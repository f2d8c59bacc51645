"""Search without HTTP: both engines side by side over 5,000 documents a language, and how soon an edit is found."""

import hashlib
import random
import re
import shutil
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from portal import create_app
from portal.catalogue.operations import save_service
from portal.database import transaction
from portal.search import semantic
from portal.search.documents import Document
from portal.search.index import ENGINES, MODELS, SearchIndex

from . import servers
from .instances import CACHE, ROOT, SEED, LeftOut, clean_environment, in_own_process, prepare
from .records import make_records
from .report import Line, left_out
from .words import Vocabulary

LANGUAGES = ("en", "es")
DOCUMENTS = 5_000
QUERIES = 100
SITUATION_WORDS = 24
UPDATES = 20
LIMIT_SECONDS = 900
# The bars, in milliseconds at p95. They are held against CPU time, which other work disturbs least.
BARS = {
    ("whoosh", "keywords"): 60.0,
    ("whoosh", "situations"): 100.0,
    ("tantivy", "keywords"): 10.0,
    ("tantivy", "situations"): 10.0,
    ("whoosh", "suggestions"): 15.0,
    ("tantivy", "suggestions"): 15.0,
}
# By meaning: milliseconds on the wall, because the model computes beside the words; and megabytes.
MEANING_BAR = 30.0
MEANING_MEMORY_BAR = 350.0
# Of a vector, and how many different ones there are.
FLOATS = 384
ROWS = 499
FRESH_SECONDS = 2.0
# So long answers are watched after an edit: the last one without it tells when all workers have it.
WATCHED_SECONDS = 4.0
SMALL = 100
# What decides what an index of this bench holds.
_SHAPING = ("bench/search.py", "bench/words.py", "portal/search/*.py")


def documents(lang: str) -> Iterator[Document]:
    """Made-up documents: some 300 words, six phrases, three situations, most with all of 56 places."""
    rng = random.Random(f"{SEED}-search-{lang}")
    vocabulary = Vocabulary.of(lang)
    places = tuple(f"US-{number:02}" for number in range(56))
    for id in range(DOCUMENTS):
        yield Document(
            kind=rng.choices(("service", "article", "intent"), (6, 3, 1))[0],
            id=id,
            lang=lang,
            title=vocabulary.line(rng, rng.randint(2, 6)).capitalize(),
            summary=vocabulary.sentence(rng),
            text=vocabulary.text(rng, 300),
            phrases=tuple(vocabulary.line(rng, rng.randint(2, 4)) for _ in range(6)),
            situations=tuple(vocabulary.sentence(rng, 8, 20) for _ in range(3)),
            facets={
                "agency": (f"agency-{rng.randrange(100)}",),
                "profile": tuple(sorted({f"profile-{rng.randrange(12)}" for _ in range(3)})),
                "intent": tuple(sorted({f"intent-{rng.randrange(100)}" for _ in range(2)})),
                "place": places if rng.random() < 0.8 else tuple(rng.sample(places, 2)),
            },
            stored={"slug": f"document-{id}", "url": f"documents/{id}"},
        )


def questions(lang: str) -> dict[str, list[str]]:
    """What is asked, by kind: one to four keywords, situations of 24 words, and beginnings of what others typed."""
    rng = random.Random(f"{SEED}-questions-{lang}")
    vocabulary = Vocabulary.of(lang)
    lines = [vocabulary.line(rng, rng.randint(1, 3)) for _ in range(QUERIES)]
    return {
        "keywords": [vocabulary.line(rng, rng.randint(1, 4)) for _ in range(QUERIES)],
        "situations": [vocabulary.sentence(rng, SITUATION_WORDS, SITUATION_WORDS) for _ in range(QUERIES)],
        "suggestions": [line[: rng.randint(2, len(line))] for line in lines],
    }


def run_search(rounds: int, fresh_rounds: int) -> Iterator[Line]:
    """Latency, memory and cost of both engines; then freshness, with pages and a job worker as separate processes."""
    folders: dict[str, Path] = {}
    for engine in sorted(ENGINES):
        folders[engine], seconds = _prepare(engine)
        if seconds is not None:
            yield Line(f"search/{engine} rebuild/seconds", seconds, "s")
    found = in_own_process(
        "bench.search_job",
        {"engines": {name: str(folder) for name, folder in folders.items()}, "rounds": rounds},
        seconds=LIMIT_SECONDS,
    )
    for row, times in found["times"].items():
        bar = BARS.get(tuple(row.split(" ", 1)))  # type: ignore[arg-type]
        wall, cpu = zip(*times, strict=True)
        yield Line(f"search/{row}/p50", _percentile(wall, 50), "ms")
        yield Line(f"search/{row}/p95", _percentile(wall, 95), "ms")
        yield Line(f"search/{row}/p99", _percentile(wall, 99), "ms")
        yield Line(f"search/{row}/CPU p50", _percentile(cpu, 50), "ms")
        yield Line(f"search/{row}/CPU p95", _percentile(cpu, 95), "ms", bar)
    for engine, folder in folders.items():
        used = in_own_process(
            "bench.search_job",
            {"engines": {engine: str(folder)}, "rounds": 1, "updates": UPDATES},
            seconds=LIMIT_SECONDS,
        )
        yield Line(f"search/{engine} process/private", used["private"], "MB")
        yield Line(f"search/{engine} process/without index", used["private_before"], "MB")
        yield Line(f"search/{engine} update/p50", _percentile(used["updates"], 50), "ms")
        yield Line(f"search/{engine} update/p95", _percentile(used["updates"], 95), "ms")
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        yield Line(f"search/{engine} folder/size", size / 1e6, "MB")
    yield from _with_meaning(rounds)
    for engine in sorted(ENGINES):
        try:
            seen = [_freshness(engine, turn) for turn in range(fresh_rounds)]
        except LeftOut as reason:
            yield left_out(f"search/{engine} edit", str(reason))
        else:
            yield Line(f"search/{engine} edit/found by every worker after", max(seen), "s", FRESH_SECONDS)


def _prepare(engine: str) -> tuple[Path, float | None]:
    """The index of an engine, and how long it took to make where it was not at hand."""
    digest = hashlib.sha256()
    for pattern in _SHAPING:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    folder = CACHE / f"search-{engine}"
    stamp = folder / "made-by"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return folder, None
    print(f"making an index of {DOCUMENTS:,} documents per language with {engine}; later runs find it made", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    listed = [document for lang in LANGUAGES for document in documents(lang)]
    index = SearchIndex(folder, engine)
    began = time.perf_counter()
    index.engine.rebuild(listed)
    seconds = time.perf_counter() - began
    index.close()
    stamp.write_text(digest.hexdigest())
    return folder, seconds


def _with_meaning(rounds: int) -> Iterator[Line]:
    """tantivy with search by meaning, in a process of its own with the documents of the one language that meaning has.

    Vectors are random: they cost what real ones do, which would take the model a quarter of an hour.
    """
    if not semantic.is_available():
        yield left_out("search/tantivy by meaning", "requirements-semantic.txt is not installed")
        return
    rng = random.Random(SEED)
    rows = [struct.pack(f"{FLOATS}e", *(rng.gauss(0.0, FLOATS**-0.5) for _ in range(FLOATS))) for _ in range(ROWS)]
    with TemporaryDirectory() as scratch:
        store = semantic.Store(Path(scratch) / "meaning.db", lambda _: rng.choice(rows))
        index = SearchIndex(Path(scratch), "tantivy")
        index.engine.rebuild(store.learn(documents(semantic.LANG), replaced=None))
        index.close()
        # The first process that meets the model unpacks it; the others only map it.
        semantic.unpacked(Path(scratch) / MODELS)
        found = in_own_process(
            "bench.search_job",
            {"engines": {"tantivy": scratch}, "rounds": rounds, "languages": [semantic.LANG], "by_meaning": True},
            seconds=LIMIT_SECONDS,
        )
    for kind in ("keywords", "situations"):
        wall, cpu = zip(*found["times"][f"tantivy {kind}"], strict=True)
        yield Line(f"search/tantivy {kind} by meaning/p50", _percentile(wall, 50), "ms")
        yield Line(f"search/tantivy {kind} by meaning/p95", _percentile(wall, 95), "ms", MEANING_BAR)
        yield Line(f"search/tantivy {kind} by meaning/CPU p95", _percentile(cpu, 95), "ms")
    yield Line("search/tantivy by meaning process/private", found["private"], "MB", MEANING_MEMORY_BAR)


def _freshness(engine: str, turn: int) -> float:
    """Seconds from the commit of an edit to the last answer without it, with two page workers and a job worker."""
    instance = CACHE / f"fresh-{engine}"
    shutil.rmtree(instance, ignore_errors=True)
    shutil.copytree(prepare(SMALL), instance)
    environment = {"PORTAL_INSTANCE": str(instance), "PORTAL_SEARCH_ENGINE": engine, "PORTAL_LOG_LEVEL": "WARNING"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "search", "rebuild"], cwd=ROOT, env=clean_environment(environment), check=True)
    word = "zyx" + "abcdefghij"[turn]
    with ExitStack() as stack:
        worker = subprocess.Popen(
            [*flask, "jobs", "work"], cwd=ROOT, env=clean_environment(environment), start_new_session=True
        )
        stack.callback(servers.stop, worker)
        pages = stack.enter_context(servers.portico(instance, f"portico on {engine}", extra=environment))
        # A first edit, so that the worker has started when the second one is timed.
        for change in (f"{word}first", f"{word}second"):
            record = make_records(SMALL, SEED).services[0]
            record["title"] = {lang: f"{change} {title}" for lang, title in record["title"].items()}
            application = create_app(instance=instance, search_engine=engine)
            with application.app_context(), transaction():
                save_service(record)
            seconds = _last_miss(pages, change)
    return seconds


def _last_miss(pages: servers.Server, word: str) -> float:
    began = time.monotonic()
    last = hits = 0.0
    while time.monotonic() < began + WATCHED_SECONDS or (not hits and time.monotonic() < began + 10 * WATCHED_SECONDS):
        _, body, _ = pages.get(f"/api/v1/search?q={word}&lang=en")
        if re.search(rb'"total":\s*[1-9]', body):
            hits += 1
        else:
            last, hits = time.monotonic() - began, 0.0
    if not hits:
        raise LeftOut("an edit was never found")
    return last


def _percentile(figures: Sequence[float], share: int) -> float:
    return statistics.quantiles(figures, n=100, method="inclusive")[share - 1]
