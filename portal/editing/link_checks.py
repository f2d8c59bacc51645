"""The link check: a little each day, one address at a time. Off unless PORTAL_CHECK_LINKS says otherwise."""

import datetime
import time
from typing import Any

import sqlalchemy as sa
from flask import current_app

from .. import jobs
from ..caching import today
from ..catalogue.models import Agency, Channel, Service
from ..database import transaction
from ..extensions import db
from ..knowledge.models import Article
from .links import Answer, Pacer, addresses_in, ask
from .models import Link, LinkUse, now

CHECK = "editing.check_link"
LINKS_A_DAY = 1_500
# Each address about once in so many days.
AGAIN_AFTER_DAYS = 7
# A claim on the outbox lasts a minute: what is not asked by then is asked later.
BUDGET_SECONDS = 20
_MAX_ADDRESS = 2_000

_pacer = Pacer()


def plan_link_checks() -> None:
    """Every day: note which records name which addresses, and spread the checks that are due over the day."""
    if not current_app.config["CHECK_LINKS"]:
        return
    collect_links()
    waiting = sa.select(jobs.OutboxRow.id).where(jobs.OutboxRow.task == CHECK).limit(1)
    if db.session.scalar(waiting) is not None:
        return
    morning = datetime.datetime.combine(today(), datetime.time())
    done = sa.select(sa.func.count()).select_from(Link).where(Link.checked_at >= morning)
    left = LINKS_A_DAY - db.session.execute(done).scalar_one()
    if left <= 0:
        return
    before = now() - datetime.timedelta(days=AGAIN_AFTER_DAYS)
    # A failure is asked about again the next day, so that three days decide.
    due = sa.or_(
        Link.checked_at.is_(None), Link.checked_at < before, sa.and_(Link.failures > 0, Link.checked_at < morning)
    )
    ids = db.session.scalars(sa.select(Link.id).where(due).order_by(Link.checked_at, Link.id).limit(left)).all()
    step = datetime.timedelta(days=1) / LINKS_A_DAY
    for number, link_id in enumerate(ids):
        jobs.enqueue(CHECK, {"link": link_id}, at=now() + number * step)


@jobs.handles(CHECK)
def check_links(payloads: list[dict[str, Any]]) -> None:
    """Ask for each address and note what came of it."""
    if not current_app.config["CHECK_LINKS"]:
        return
    began = time.monotonic()
    for number, payload in enumerate(payloads):
        if time.monotonic() - began > BUDGET_SECONDS:
            with transaction():
                for minute, later in enumerate(payloads[number:], start=1):
                    jobs.enqueue(CHECK, later, at=now() + datetime.timedelta(minutes=minute))
            return
        check_link(payload["link"])


def check_link(link_id: int, *, pacer: Pacer | None = None, allow_loopback: bool = False) -> None:
    """Ask for one address. The database waits for nobody meanwhile."""
    url = db.session.scalar(sa.select(Link.url).where(Link.id == link_id))
    db.session.rollback()
    if url is None:
        return
    answer = ask(url, agent=user_agent(), pacer=pacer or _pacer, allow_loopback=allow_loopback)
    with transaction():
        note_answer(link_id, answer)


def note_answer(link_id: int, answer: Answer) -> None:
    """Keep what came of asking; several failures on one day count once."""
    link = db.session.get(Link, link_id)
    if link is None:
        return
    link.checked_at, link.status, link.reason = now(), answer.status, answer.reason
    if answer.is_good:
        link.failures, link.failed_on = 0, None
    elif link.failed_on != today():
        link.failures, link.failed_on = link.failures + 1, today()
    db.session.flush()


def user_agent() -> str:
    """Who asks, with an address where those who are asked can find out more."""
    return f"Portico link check (+{current_app.config['PUBLIC_URL'] or 'no public address'})"


def collect_links() -> None:
    """Make the links and their uses those of the records that are not withdrawn."""
    wanted: set[tuple[str, str, int]] = set()
    service = (Service.url, Service.contacts, Service.sources, Service.legal_basis)
    texts = (Service.who, Service.benefit, Service.how, Service.appeal)
    told = (Article.text, Article.who, Article.staff_text, Article.steps)
    offered = Service.status != "withdrawn"
    for kind, query in (
        ("service", sa.select(Service.id, *service, *texts).where(offered)),
        ("service", sa.select(Channel.service_id, Channel.url, Channel.text).join(Service).where(offered)),
        (
            "article",
            sa.select(Article.id, Article.sources, *told).where(Article.status != "archived"),
        ),
        ("agency", sa.select(Agency.id, Agency.url, Agency.contacts)),
    ):
        for record_id, *values in db.session.execute(query):
            wanted |= {(url, kind, record_id) for url in addresses_in(values) if len(url) <= _MAX_ADDRESS}
    known = {row.url: row.id for row in db.session.execute(sa.select(Link.url, Link.id))}
    named = {url for url, _, _ in wanted}
    gone = sorted(known.keys() - named)
    for start in range(0, len(gone), 500):
        db.session.execute(sa.delete(Link).where(Link.url.in_(gone[start : start + 500])))
    fresh = [Link(url=url) for url in sorted(named - known.keys())]
    db.session.add_all(fresh)
    db.session.flush()
    known |= {link.url: link.id for link in fresh}
    uses = {(known[url], kind, record_id) for url, kind, record_id in wanted}
    rows = db.session.execute(sa.select(LinkUse.link_id, LinkUse.kind, LinkUse.record_id))
    have = {(row.link_id, row.kind, row.record_id) for row in rows}
    for link_id, kind, record_id in have - uses:
        db.session.execute(
            sa.delete(LinkUse).where(LinkUse.link_id == link_id, LinkUse.kind == kind, LinkUse.record_id == record_id)
        )
    db.session.add_all(LinkUse(link_id=one, kind=kind, record_id=record) for one, kind, record in sorted(uses - have))
    db.session.flush()
