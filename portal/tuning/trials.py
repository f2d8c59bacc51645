"""What a change set would do, before it goes live: measured by the worker, over the judged queries and its own."""

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from .. import jobs
from ..database import transaction
from ..extensions import db
from ..judgements import JudgedQuery, read_judgements
from ..search import SearchIndex, search_index
from ..search.adjustments import Key
from ..search.documents import PUBLIC, Document, has_source, list_all_documents, list_documents, with_words
from ..search.index import MODELS
from ..search.judging import first_place
from ..search.models import SearchChanges, SearchTuning
from ..search.queries import search
from ..search.tuned import Placed, Tuned, adjusted, tuned
from .operations import TRY, note_test

DEPTH = 3
# So many queries that came out better or worse are named.
NAMED = 50
Proposed = Mapping[tuple[str, str], Sequence[Placed]]


@jobs.handles(TRY)
def try_change_sets(payloads: list[dict[str, Any]]) -> None:
    """Test the change sets that the rows name, unless they have changed since."""
    for payload in payloads:
        changes = db.session.scalar(sa.select(SearchChanges).where(SearchChanges.uid == payload["uid"]))
        if changes is None or changes.edition != payload["edition"]:
            continue
        published = db.session.scalar(sa.select(SearchTuning.published).where(SearchTuning.id == 1)) or 0
        report = report_on(changes.items)
        with transaction():
            note_test(payload["uid"], payload["edition"], published, report)


def report_on(items: Sequence[Mapping[str, Any]], judged: Sequence[JudgedQuery] | None = None) -> dict[str, Any]:
    """What the items would change: shares of judged queries, in per cent, and single queries, before and after.

    Queries are named where they are for tuning; of those kept for checking only the figures are told.
    """
    state = tuned()
    if judged is None:
        sets = read_judgements()
        judged = (*sets.keywords, *sets.situations)
    # What changes in one language changes nothing in another.
    langs = {item["lang"] for item in items}
    judged = [one for one in judged if one.best and one.lang in langs]
    proposed: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for item in items:
        if item["do"] != "words":
            proposed[item["lang"], item["key"]].append(Placed(item["do"], (item["kind"], item["record_id"])))
    words = [item for item in items if item["do"] == "words"]
    if not words:
        index = search_index()
        before = _outcomes(judged, items, index, state, {})
        return _report(judged, items, before, _outcomes(judged, items, index, state, proposed))
    with tempfile.TemporaryDirectory() as folder:
        config = current_app.config
        index = SearchIndex(
            Path(folder),
            config["SEARCH_ENGINE"],
            by_meaning=config["SEARCH_MEANING"],
            models=Path(config["SEARCH_FOLDER"]) / MODELS,
        )
        try:
            index.engine.rebuild(one for one in list_all_documents(PUBLIC) if one.lang in langs)
            before = _outcomes(judged, items, index, state, {})
            for kind, ids in _by_kind(words).items():
                index.engine.update(kind, ids, _documents(kind, ids, words))
            return _report(judged, items, before, _outcomes(judged, items, index, state, proposed))
        finally:
            index.close()


def _by_kind(words: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for item in words:
        if has_source(PUBLIC, item["kind"]):
            found[item["kind"]].add(item["record_id"])
    return {kind: sorted(ids) for kind, ids in found.items()}


def _documents(kind: str, ids: Sequence[int], words: Sequence[Mapping[str, Any]]) -> list[Document]:
    return [
        with_words(
            document,
            [
                item["query"]
                for item in words
                if (item["kind"], item["record_id"], item["lang"]) == (kind, document.id, document.lang)
            ],
        )
        for document in list_documents(PUBLIC, kind, ids)
    ]


def _outcomes(
    judged: Sequence[JudgedQuery],
    items: Sequence[Mapping[str, Any]],
    index: SearchIndex,
    state: Tuned,
    proposed: Proposed,
) -> dict[tuple[str, str], list[tuple[Key, str, str]]]:
    """The first results of each query as (key, slug, title), by language and text."""
    queries = dict.fromkeys((one.lang, one.text) for one in judged)
    queries |= dict.fromkeys((item["lang"], item["query"]) for item in items)
    return {
        (lang, text): [
            ((hit.kind, hit.id), hit.stored.get("slug", ""), hit.title)
            for hit in search(
                text, lang=lang, limit=DEPTH, adjustments=adjusted(text, lang, state, proposed), index=index
            ).hits
        ]
        for lang, text in queries
    }


def _report(
    judged: Sequence[JudgedQuery],
    items: Sequence[Mapping[str, Any]],
    before: Mapping[tuple[str, str], list[tuple[Key, str, str]]],
    after: Mapping[tuple[str, str], list[tuple[Key, str, str]]],
) -> dict[str, Any]:
    ranks = [(one, _rank(one, before[one.lang, one.text]), _rank(one, after[one.lang, one.text])) for one in judged]
    figures = {}
    for split in sorted({one.split for one in judged}):
        own = [(was, is_now) for one, was, is_now in ranks if one.split == split]
        figures[split] = {
            "queries": len(own),
            **{
                f"{when}_{depth}": round(100 * sum(pair[at] <= depth for pair in own) / len(own), 1)
                for at, when in enumerate(("before", "after"))
                for depth in (1, DEPTH)
            },
        }
    moved = [
        (is_now - was, {"text": one.text, "lang": one.lang, "was": was, "now": is_now})
        for one, was, is_now in ranks
        if one.split == "tune"
    ]
    own_queries = dict.fromkeys((item["lang"], item["query"]) for item in items)
    return {
        "figures": figures,
        "better": [one for by, one in moved if by < 0][:NAMED],
        "worse": [one for by, one in moved if by > 0][:NAMED],
        "unnamed": {
            "better": sum(is_now < was for one, was, is_now in ranks if one.split != "tune"),
            "worse": sum(is_now > was for one, was, is_now in ranks if one.split != "tune"),
        },
        "own": [
            {
                "lang": lang,
                "query": query,
                "before": [title for _, _, title in before[lang, query]],
                "after": [title for _, _, title in after[lang, query]],
            }
            for lang, query in own_queries
        ],
    }


def _rank(one: JudgedQuery, hits: Sequence[tuple[Key, str, str]]) -> int:
    """Where the first right answer is; one more than was looked at where there is none."""
    return first_place([(kind, slug) for (kind, _), slug, _ in hits], one.best) or DEPTH + 1
