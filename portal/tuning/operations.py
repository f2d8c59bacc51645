"""Writes of what people do about the search. All but the daily ones are audited.

The audit can never be removed, so it never holds what was typed.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from .. import events, jobs
from ..caching import today
from ..errors import NotFound, PortalError
from ..extensions import db
from ..i18n import CONTENT_LANGUAGES, LANGUAGES
from ..identity.operations import record_audit
from ..identity.rules import Staff
from ..knowledge.models import ArticleUse
from ..search.adjustments import Key, query_key
from ..search.documents import INDEXES, has_source, list_documents
from ..search.events import WordsChanged
from ..search.models import (
    AddedWords,
    FailedSearch,
    FailedSearchDay,
    LearnedFactor,
    Placement,
    ResultUse,
    SearchChanges,
    SearchTuning,
    now,
)
from ..search.tuned import EVERYWHERE, key_hash
from ..search.words import folded
from . import learning
from .rules import KINDS, Do, clean, same_item

TRY = "search.try"
# What stays below the threshold, and words that were removed, are deleted after so many days.
KEPT_DAYS = 30
# What failed and was seen by staff is forgotten so long after it last failed.
FORGOTTEN_DAYS = 365
MOST_ITEMS = 50


class Refused(PortalError):
    """It cannot be done; the message is for whoever wanted it."""


# Added words


def add_words(
    kind: str, record_id: int, lang: str, text: str, *, actor: Staff, failed: str | None = None
) -> AddedWords | None:
    """Add words of a citizen to a record; they count as soon as the index is updated.

    Personal data is taken out. The same words twice are one; None where the record has them already. ``failed``, the
    hash of a failed search, is settled by it; so is one of the very same words. Raises Refused and NotFound.
    """
    words = clean(text)
    check_words(kind, record_id, lang, words)
    row = _words_row(kind, record_id, lang, words)
    is_new = row is None or row.removed_at is not None
    if row is None:
        row = AddedWords(kind=kind, record_id=record_id, lang=lang, text=words, folded=folded(words))
        db.session.add(row)
    if is_new:
        row.added_by, row.added_at = actor.id, now()
        row.removed_by = row.removed_at = None
        db.session.flush()
        record_audit("add words", "words", row.uid, actor=actor, note={"record": f"{kind} {record_id}", "lang": lang})
        events.record(WordsChanged(kind, record_id))
    for hashed in {failed, key_hash(text, lang), key_hash(words, lang)}:
        if hashed:
            _settle(hashed, "words", actor, words=row)
    return row if is_new else None


def check_words(kind: str, record_id: int, lang: str, words: str) -> None:
    """Raise Refused for cleaned words that nobody could search for, and NotFound for a record that is in no index."""
    if lang not in CONTENT_LANGUAGES or not query_key(words, lang):
        raise Refused("These words say nothing that a search could find")
    langs = languages_of(kind, record_id)
    if not langs:
        raise NotFound(f"{kind} {record_id}")
    if lang not in langs:
        raise Refused(f"The record has no text in {LANGUAGES[lang].name}")


def languages_of(kind: str, record_id: int) -> set[str]:
    """The languages in which a record can be found; none for one that cannot."""
    return {
        document.lang
        for index in INDEXES
        if kind in KINDS and has_source(index, kind)
        for document in list_documents(index, kind, [record_id])
    }


def remove_words(uid: str, *, actor: Staff) -> AddedWords:
    """Take added words away again. What they had settled is open again. They can be put back for 30 days."""
    row = _words(uid)
    if row.removed_at is None:
        row.removed_by, row.removed_at = actor.id, now()
        settled = sa.update(FailedSearch).where(FailedSearch.words_id == row.id)
        db.session.execute(settled.values(settlement=None, settled_at=None, settled_by=None, words_id=None))
        _advance()
        record_audit("remove words", "words", row.uid, actor=actor, note={"record": f"{row.kind} {row.record_id}"})
        events.record(WordsChanged(row.kind, row.record_id))
    return row


def restore_words(uid: str, *, actor: Staff) -> AddedWords:
    """Put removed words back."""
    row = _words(uid)
    if row.removed_at is not None:
        row.removed_by = row.removed_at = None
        db.session.flush()
        record_audit("restore words", "words", row.uid, actor=actor, note={"record": f"{row.kind} {row.record_id}"})
        events.record(WordsChanged(row.kind, row.record_id))
    return row


def move_to_merged(merged: Key, kept: Key) -> None:
    """Give the words, pins and buries of a record to the one that stays; what that has already is not doubled."""
    tables: tuple[tuple[Any, tuple[str, str]], ...] = (
        (AddedWords.__table__, ("lang", "folded")),
        (Placement.__table__, ("lang", "key")),
    )
    for table, same in tables:
        of_kept = sa.select(*(table.c[name] for name in same)).where(*_is(table, kept))
        known = {tuple(row) for row in db.session.execute(of_kept)}
        for row in db.session.execute(sa.select(table).where(*_is(table, merged))).mappings().all():
            by_id = table.c.id == row["id"]
            if tuple(row[name] for name in same) in known:
                db.session.execute(sa.delete(table).where(by_id))
            else:
                db.session.execute(sa.update(table).where(by_id).values(kind=kept[0], record_id=kept[1]))
    failed: Any = FailedSearch.__table__
    db.session.execute(sa.update(failed).where(*_is(failed, merged)).values(kind=kept[0], record_id=kept[1]))
    db.session.expire_all()
    _advance(published=True)
    for key in (merged, kept):
        events.record(WordsChanged(*key))


# Change sets


def propose(
    do: Do,
    query: str,
    lang: str,
    key: Key,
    *,
    actor: Staff,
    note: str = "",
    valid_until: datetime.date | None = None,
) -> SearchChanges:
    """Put a pin, a bury or words to add into the change set of a person. A later item replaces one about the same.

    Raises Refused and NotFound.
    """
    kind, record_id = key
    words = clean(query)
    check_words(kind, record_id, lang, words)
    changes = _changes(actor, make=True)
    item = {
        "do": do,
        "lang": lang,
        "query": words,
        "key": query_key(words, lang),
        "kind": kind,
        "record_id": record_id,
        "note": clean(note),
        "valid_until": valid_until.isoformat() if valid_until and do != "words" else None,
    }
    items = [one for one in changes.items if not same_item(one, item)]
    if len(items) >= MOST_ITEMS:
        raise Refused(f"A change set has at most {MOST_ITEMS} changes. Publish this one first")
    _edit(changes, [*items, item])
    return changes


def take_out(number: int, edition: int, *, actor: Staff) -> None:
    """Take an item out of one's change set, by its place in the edition that was seen. Raises Refused, NotFound."""
    changes = _changes(actor)
    _check_edition(changes, edition)
    if not 0 <= number < len(changes.items):
        raise NotFound(str(number))
    items = [one for place, one in enumerate(changes.items) if place != number]
    if items:
        _edit(changes, items)
    else:
        db.session.delete(changes)
        db.session.flush()


def ask_for_test(edition: int, *, actor: Staff) -> None:
    """Have a change set compared with what is live, by the worker. Raises Refused, NotFound."""
    changes = _changes(actor)
    _check_edition(changes, edition)
    changes.asked_edition = edition
    changes.report = changes.tested_at = changes.tested_published = None
    db.session.flush()
    jobs.enqueue(TRY, {"uid": changes.uid, "edition": edition})


def note_test(uid: str, edition: int, published: int, report: dict[str, Any]) -> None:
    """Keep what the test of a change set showed, unless the set has changed since."""
    changes = db.session.scalar(sa.select(SearchChanges).where(SearchChanges.uid == uid).with_for_update())
    if changes is not None and changes.edition == edition:
        changes.report, changes.tested_published, changes.tested_at = report, published, now()
        db.session.flush()


def publish(edition: int, *, actor: Staff) -> int:
    """Let one's change set go live as it was tested; returns how many changes that were.

    Raises Refused without a test of this edition, and where others published since the test. NotFound without a set.
    """
    changes = _changes(actor)
    _check_edition(changes, edition)
    if changes.report is None or changes.tested_published is None:
        raise Refused("Test the changes first")
    moved = db.session.execute(
        sa.update(SearchTuning)
        .where(SearchTuning.id == _tuning().id, SearchTuning.published == changes.tested_published)
        .values(published=SearchTuning.published + 1, version=SearchTuning.version + 1)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("Somebody else published meanwhile. Test the changes again")
    for item in changes.items:
        if item["do"] == "words":
            add_words(item["kind"], item["record_id"], item["lang"], item["query"], actor=actor)
        else:
            _place(item, actor)
    count = len(changes.items)
    db.session.delete(changes)
    db.session.flush()
    record_audit("publish", "search", changes.uid, actor=actor, note={"changes": count})
    return count


def drop(*, actor: Staff) -> None:
    """Forget one's change set."""
    db.session.delete(_changes(actor))
    db.session.flush()


def remove_placement(uid: str, *, actor: Staff) -> Placement:
    """Let a document be where it comes by itself again. Change sets that were tested have to be tested again."""
    row = db.session.scalar(sa.select(Placement).where(Placement.uid == uid).with_for_update())
    if row is None:
        raise NotFound(uid)
    db.session.delete(row)
    _advance(published=True)
    note = {"record": f"{row.kind} {row.record_id}", "lang": row.lang}
    record_audit(f"remove {row.place}", "search", row.uid, actor=actor, note=note)
    return row


# Failed searches


def settle_as_not_ours(hashed: str, *, actor: Staff) -> None:
    """Say that a failed search is about nothing that this portal has."""
    _settle(hashed, "not_ours", actor)


def reopen(hashed: str, *, actor: Staff) -> None:
    """Put a settled search back on the list."""
    row = db.session.get(FailedSearch, hashed, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(hashed)
    row.settlement = row.settled_at = row.settled_by = row.words_id = row.kind = row.record_id = None
    _advance()
    record_audit("reopen", "search", hashed, actor=actor)


def forget_searches(least: int) -> None:
    """Delete what is older than it may be; ``least`` as for ``learn``. Harmless to repeat."""
    day = today()
    old, ancient = day - datetime.timedelta(days=KEPT_DAYS), day - datetime.timedelta(days=FORGOTTEN_DAYS)
    unread = sa.select(FailedSearch.key_hash).where(FailedSearch.text.is_(None))
    for statement in (
        sa.delete(FailedSearchDay).where(FailedSearchDay.key_hash.in_(unread), FailedSearchDay.day < old),
        sa.delete(FailedSearch).where(FailedSearch.text.is_(None), FailedSearch.last_on < old),
        sa.delete(FailedSearch).where(FailedSearch.last_on < ancient),
        sa.delete(AddedWords).where(AddedWords.removed_at < datetime.datetime.combine(old, datetime.time())),
        sa.delete(ResultUse).where(ResultUse.day < day - datetime.timedelta(days=learning.WINDOW_DAYS)),
        sa.delete(ResultUse).where(ResultUse.day < old, ResultUse.key_hash.not_in(_followed_enough(least))),
        sa.delete(Placement).where(Placement.valid_until < old),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()


# Learning


def learn(least: int) -> int | None:
    """Move what is learned by one day's step; returns how many factors are not 1 now.

    None where learning is switched off, or was done today: so it is harmless to repeat, and nothing moves faster.
    ``least``: what was followed less often says nothing.
    """
    row, day = _tuning(), today()
    if not row.learning or row.learned_on == day:
        return None
    row.learned_on = day
    known = {
        (one.key_hash, one.kind, one.record_id): one
        for one in db.session.scalars(sa.select(LearnedFactor).with_for_update())
    }
    counts_from = {key: one.counts_from for key, one in known.items() if one.counts_from}
    evidence, langs = _evidence(day, counts_from, least)
    forgotten = day - datetime.timedelta(days=learning.WINDOW_DAYS)
    for where in sorted({*known, *evidence}):
        found, one = evidence.get(where, learning.NOTHING), known.get(where)
        target = round(found.target, 4)
        factor = learning.moved(one.factor if one else 1.0, target)
        if one is None and factor != 1.0:
            hashed, kind, record_id = where
            one = LearnedFactor(key_hash=hashed, kind=kind, record_id=record_id, lang=langs.get(hashed, ""), since=day)
            db.session.add(one)
        if one is not None:
            if one.counts_from and one.counts_from < forgotten:
                one.counts_from = None
            if factor == target == 1.0 and one.counts_from is None:
                db.session.delete(one)
                continue
            if one.factor != factor:
                one.changed_on = day
            one.factor, one.target, one.seen, one.expected = factor, target, found.seen, round(found.expected, 2)
    db.session.flush()
    _advance()
    return db.session.scalar(sa.select(sa.func.count()).select_from(LearnedFactor).where(LearnedFactor.factor != 1.0))


def reset_factor(hashed: str, key: Key, *, actor: Staff) -> None:
    """Set one factor back to 1; what was seen until today does not count any more."""
    kind, record_id = key
    row = db.session.get(LearnedFactor, (hashed, kind, record_id), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(hashed)
    _reset(row)
    _advance()
    record_audit("reset factor", "search", hashed or "everywhere", actor=actor, note={"record": f"{kind} {record_id}"})


def reset_all(*, actor: Staff) -> int:
    """Set every factor back to 1 and forget the use they come from; returns how many were not 1."""
    rows = db.session.scalars(sa.select(LearnedFactor).with_for_update()).all()
    moved = sum(row.factor != 1.0 for row in rows)
    for row in rows:
        if row.key_hash == EVERYWHERE:
            _reset(row)
        else:
            db.session.delete(row)
    db.session.execute(sa.delete(ResultUse))
    _advance()
    record_audit("reset all factors", "search", "learned", actor=actor, note={"factors": moved})
    return moved


def switch_learning(on: bool, *, actor: Staff) -> None:
    """Let what was learned count and use be counted, or neither."""
    row = _tuning()
    if row.learning != on:
        row.learning = on
        _advance()
        record_audit("switch learning on" if on else "switch learning off", "search", "learned", actor=actor)


def _evidence(
    day: datetime.date, counts_from: dict[tuple[str, str, int], datetime.date], least: int
) -> tuple[dict[tuple[str, str, int], learning.Evidence], dict[str, str]]:
    """What use says of documents by query, and what people said of articles, for every query."""
    since = day - datetime.timedelta(days=learning.WINDOW_DAYS)
    uses: dict[str, list[tuple[datetime.date, Key, learning.Use]]] = defaultdict(list)
    langs: dict[str, str] = {}
    columns = ResultUse.__table__.c
    for row in db.session.execute(
        sa.select(*columns).where(columns.day >= since, columns.key_hash.in_(_followed_enough(least)))
    ):
        langs[row.key_hash] = row.lang
        use = learning.Use(row.position, row.shown, row.followed)
        uses[row.key_hash].append((row.day, (row.kind, row.record_id), use))
    shares = learning.shares_by_position(use for own in uses.values() for _, _, use in own)
    found = {
        (hashed, *key): evidence
        for hashed, own in uses.items()
        for key, evidence in learning.evidence_of_query(_by_document(own, since), shares).items()
    }
    for (hashed, kind, id), reset_until in counts_from.items():
        # Of what was reset only later use counts, and of the others all of theirs.
        later = learning.evidence_of_query(_by_document(uses.get(hashed, ()), reset_until), shares)
        found[hashed, kind, id] = later.get((kind, id), learning.NOTHING)
    helped: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in db.session.execute(
        sa.select(ArticleUse.article_id, ArticleUse.used_on, ArticleUse.kind, ArticleUse.count).where(
            ArticleUse.used_on >= since, ArticleUse.kind.in_(("helped", "not_helped"))
        )
    ):
        begins = counts_from.get((EVERYWHERE, "article", row.article_id))
        if begins is None or row.used_on >= begins:
            helped[row.article_id][row.kind == "not_helped"] += row.count
    enough = {id: (yes, no) for id, (yes, no) in helped.items() if yes + no >= least}
    for id, evidence in learning.evidence_of_helping(enough).items():
        found[EVERYWHERE, "article", id] = evidence
    return found, langs


def _by_document(
    uses: Iterable[tuple[datetime.date, Key, learning.Use]], since: datetime.date
) -> dict[Key, list[learning.Use]]:
    found: dict[Key, list[learning.Use]] = defaultdict(list)
    for day, key, use in uses:
        if day >= since:
            found[key].append(use)
    return found


def _followed_enough(least: int) -> sa.Select[Any]:
    query = sa.select(ResultUse.key_hash).group_by(ResultUse.key_hash)
    return query.having(sa.func.sum(ResultUse.followed) >= least)


def _reset(row: LearnedFactor) -> None:
    row.factor = row.target = 1.0
    row.seen = row.expected = 0.0
    row.changed_on, row.counts_from = today(), today() + datetime.timedelta(days=1)


def _tuning() -> SearchTuning:
    """The one row, locked."""
    row = db.session.get(SearchTuning, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = SearchTuning(id=1, version=0, published=0, learning=True)
        db.session.add(row)
        db.session.flush()
    return row


def _advance(*, published: bool = False) -> None:
    row = _tuning()
    row.version += 1
    row.published += published
    db.session.flush()


def _words(uid: str) -> AddedWords:
    row = db.session.scalar(sa.select(AddedWords).where(AddedWords.uid == uid).with_for_update())
    if row is None:
        raise NotFound(uid)
    return row


def _words_row(kind: str, record_id: int, lang: str, words: str) -> AddedWords | None:
    # Two who add the same words to a record wait for each other here.
    _tuning()
    return db.session.scalar(
        sa.select(AddedWords).where(
            AddedWords.kind == kind,
            AddedWords.record_id == record_id,
            AddedWords.lang == lang,
            AddedWords.folded == folded(words),
        )
    )


def _is(table: Any, key: Key) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.kind == key[0], table.c.record_id == key[1]


def _settle(hashed: str, settlement: str, actor: Staff, words: AddedWords | None = None) -> None:
    row = db.session.get(FailedSearch, hashed, with_for_update=True, populate_existing=True)
    if row is None or row.text is None:
        if settlement == "not_ours":
            raise NotFound(hashed)
        return
    if row.settlement == "words" and row.words_id is not None:
        return
    row.settlement, row.settled_by, row.settled_at = settlement, actor.id, now()
    row.words_id = words.id if words else None
    row.kind, row.record_id = (words.kind, words.record_id) if words else (None, None)
    _advance()
    record_audit("settle", "search", hashed, actor=actor, note={"as": settlement})


def _changes(actor: Staff, *, make: bool = False) -> SearchChanges:
    query = sa.select(SearchChanges).where(SearchChanges.author_id == actor.id).with_for_update()
    changes = db.session.scalar(query.execution_options(populate_existing=True))
    if changes is None:
        if not make:
            raise NotFound("a change set")
        changes = SearchChanges(author_id=actor.id, items=[], edition=0)
        db.session.add(changes)
        db.session.flush()
    return changes


def _edit(changes: SearchChanges, items: list[dict[str, Any]]) -> None:
    changes.items = items
    changes.edition += 1
    changes.asked_edition = changes.report = changes.tested_at = changes.tested_published = None
    db.session.flush()


def _check_edition(changes: SearchChanges, edition: int) -> None:
    if changes.edition != edition:
        raise Refused("The changes are not those that you saw. Look at them again")


def _place(item: dict[str, Any], actor: Staff) -> None:
    row = db.session.scalar(
        sa.select(Placement).where(
            Placement.lang == item["lang"],
            Placement.key == item["key"],
            Placement.kind == item["kind"],
            Placement.record_id == item["record_id"],
        )
    )
    if row is None:
        row = Placement(lang=item["lang"], key=item["key"], kind=item["kind"], record_id=item["record_id"])
        db.session.add(row)
    last = sa.select(sa.func.coalesce(sa.func.max(Placement.position), 0)).where(
        Placement.lang == item["lang"], Placement.key == item["key"]
    )
    with db.session.no_autoflush:
        row.position = (db.session.scalar(last) or 0) + 1
    row.query, row.place, row.note = item["query"], item["do"], item["note"]
    row.valid_until = datetime.date.fromisoformat(item["valid_until"]) if item["valid_until"] else None
    row.author_id, row.published_at = actor.id, now()
    db.session.flush()
    note = {"record": f"{row.kind} {row.record_id}", "lang": row.lang}
    record_audit(row.place, "search", row.uid, actor=actor, note=note)
