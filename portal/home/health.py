"""What machines ask of a running portal: is it alive, is it ready, how is it doing."""

import sqlalchemy as sa
from flask import Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from ..caching import content_version
from ..extensions import db
from ..jobs import given_up, waiting
from ..related.queries.use import health
from ..related.rules.alarms import ALARMS, alarms
from ..related.store import now
from ..search import all_indexes
from ..security import AudienceBlueprint
from ..tuning.recording import recorder

blueprint = AudienceBlueprint("health", __name__, audience="machine")
# A row older than this means that no worker takes them.
OLDEST_WAITING_SECONDS = 600


@blueprint.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    checks = {
        "database": _database_answers(),
        "index": all(index.is_ready() for index in all_indexes()),
        "queue": _queue_moves(),
    }
    return jsonify(checks), 200 if all(checks.values()) else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    registry = CollectorRegistry()
    count, oldest = waiting()
    Gauge("portico_outbox_rows", "Effects that are still to be made", registry=registry).set(count)
    Gauge("portico_outbox_oldest_seconds", "Age of the oldest of them", registry=registry).set(oldest)
    Gauge("portico_outbox_given_up", "Effects that failed too often", registry=registry).set(len(given_up()))
    Gauge("portico_content_version", "Number of content changes so far", registry=registry).set(content_version())
    lost = Gauge("portico_search_notes_lost", "Notes of searches that this process could not write", registry=registry)
    lost.set(recorder().lost)
    wrong = Gauge("portico_related_alarms", "What is wrong with related services", ["alarm"], registry=registry)
    ringing = alarms(health(current_app.config["RELATED_LEAST"]), now())
    for one in ALARMS:
        wrong.labels(one).set(one in ringing)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        return bool(db.session.execute(sa.text("SELECT count(*) FROM content_version")).scalar())
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return False


def _queue_moves() -> bool:
    try:
        return waiting()[1] < OLDEST_WAITING_SECONDS
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return False
