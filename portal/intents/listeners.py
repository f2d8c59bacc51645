"""What follows from a change of content.

What rules say of a service is brought up to date inside the transaction, the search index after the commit.
"""

import datetime
from collections import defaultdict
from typing import Any

from .. import jobs
from ..caching import today
from ..catalogue.events import AgencyChanged, ServiceChanged, ServiceTermsChanged
from ..catalogue.queries import services_changed_since, services_of_agency
from ..events import listens_to
from ..knowledge.events import ArticleChanged
from ..knowledge.queries import articles_of_services
from ..search.events import WordsChanged
from ..search.operations import update_index
from .classification import BATCH, apply_rules
from .events import ArticleIntentsChanged, IntentChanged, ServiceProfilesChanged, ServicesClassified
from .queries import articles_of_intent

UPDATE_INDEX = "search.update"
LOOK_BACK = datetime.timedelta(days=60)


@listens_to(ServiceChanged)
def index_service(fact: ServiceChanged) -> None:
    _index_services([fact.service_id])


@listens_to(ServiceProfilesChanged)
def index_service_profiles(fact: ServiceProfilesChanged) -> None:
    _index_services([fact.service_id])


@listens_to(AgencyChanged)
def index_agency(fact: AgencyChanged) -> None:
    _index_services(services_of_agency(fact.agency_id))


@listens_to(ArticleChanged)
def index_article(fact: ArticleChanged) -> None:
    _index_later("article", [fact.article_id])


@listens_to(ArticleIntentsChanged)
def index_article_intents(fact: ArticleIntentsChanged) -> None:
    _index_later("article", [fact.article_id])


@listens_to(IntentChanged)
def index_intent(fact: IntentChanged) -> None:
    _index_later("intent", [fact.intent_id])
    _index_later("article", articles_of_intent(fact.intent_id))
    _index_services(sorted(fact.service_ids))


@listens_to(WordsChanged)
def index_words(fact: WordsChanged) -> None:
    _index_later(fact.kind, [fact.record_id])


@listens_to(ServicesClassified)
def index_classified(fact: ServicesClassified) -> None:
    _index_services(sorted(fact.service_ids))


@listens_to(ServiceTermsChanged)
def classify_by_new_terms(fact: ServiceTermsChanged) -> None:
    apply_rules([fact.service_id])


@listens_to(ServiceProfilesChanged)
def classify_beside_new_profiles(fact: ServiceProfilesChanged) -> None:
    """Editorial profiles end those by rule, and let them return when they go."""
    apply_rules([fact.service_id])


@listens_to(IntentChanged)
def classify_beside_new_journey(fact: IntentChanged) -> None:
    """A place in a journey ends the intents by rule, and lets them return when it goes."""
    ids = sorted(fact.service_ids)
    for start in range(0, len(ids), BATCH):
        apply_rules(ids[start : start + BATCH])


@jobs.handles(UPDATE_INDEX)
def update_search_index(payloads: list[dict[str, Any]]) -> None:
    """Index what the rows name, each record once however many rows name it."""
    ids: dict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        ids[payload["kind"]].update(payload["ids"])
    for kind, wanted in ids.items():
        update_index(kind, sorted(wanted))


@jobs.every_day
def index_what_opens_or_closes() -> None:
    """A service whose validity began or ended enters or leaves the index by itself, even if no worker ran for weeks."""
    _index_services(services_changed_since(today() - LOOK_BACK))


def _index_services(ids: list[int]) -> None:
    """Index services, and the articles about them, which are found by the same choices."""
    _index_later("service", ids)
    _index_later("article", articles_of_services(ids))


def _index_later(kind: str, ids: list[int]) -> None:
    if ids:
        jobs.enqueue(UPDATE_INDEX, {"kind": kind, "ids": ids})
