"""What follows from a change of content: the search index is brought up to date, after the commit."""

from collections import defaultdict
from typing import Any

from .. import jobs
from ..catalogue.events import AgencyChanged, ServiceChanged
from ..catalogue.queries import services_of_agency
from ..events import listens_to
from ..knowledge.events import ArticleChanged
from ..search.operations import update_index
from .events import IntentChanged, ServiceProfilesChanged

UPDATE_INDEX = "search.update"


@listens_to(ServiceChanged)
def index_service(fact: ServiceChanged) -> None:
    _index_later("service", [fact.service_id])


@listens_to(ServiceProfilesChanged)
def index_service_profiles(fact: ServiceProfilesChanged) -> None:
    _index_later("service", [fact.service_id])


@listens_to(AgencyChanged)
def index_agency(fact: AgencyChanged) -> None:
    _index_later("service", services_of_agency(fact.agency_id))


@listens_to(ArticleChanged)
def index_article(fact: ArticleChanged) -> None:
    _index_later("article", [fact.article_id])


@listens_to(IntentChanged)
def index_intent(fact: IntentChanged) -> None:
    _index_later("intent", [fact.intent_id])
    _index_later("service", sorted(fact.service_ids))


@jobs.handles(UPDATE_INDEX)
def update_search_index(payloads: list[dict[str, Any]]) -> None:
    """Index what the rows name, each record once however many rows name it."""
    ids: dict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        ids[payload["kind"]].update(payload["ids"])
    for kind, wanted in ids.items():
        update_index(kind, sorted(wanted))


def _index_later(kind: str, ids: list[int]) -> None:
    if ids:
        jobs.enqueue(UPDATE_INDEX, {"kind": kind, "ids": ids})
