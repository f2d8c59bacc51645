"""Bringing content files into the database. Running it again changes nothing that has not changed in the files."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ...catalogue.operations import save_agency, save_parameter, save_service
from ...catalogue.queries import service_ids_by_slug
from ...database import transaction
from ...editing.kinds import by_key, by_slug
from ...eligibility.operations import save_fact
from ...intents.operations import (
    save_article_intents,
    save_bundle,
    save_emergency,
    save_intent,
    save_profile,
    save_service_profiles,
)
from ...knowledge.operations import save_article
from ...knowledge.queries import article_ids_by_slug
from ...related.operations.links import save_links
from ...related.rules.ranking import Link
from .checks import check_references
from .files import CONTENT, Content, Problem, Record, read_content
from .merge import KINDS, StarterSource


@dataclass
class Report:
    """What a load did: outcomes counted for each kind of record, and the records it refused."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def count(self, kind: str, outcome: str) -> None:
        self.outcomes.setdefault(kind, Counter())[outcome] += 1


def load_content(root: Path = CONTENT) -> Report:
    """Load every sound record below ``root`` in one transaction.

    A record with a problem is refused whole, and so is one that refers to a refused record; both are in the report.
    """
    content = read_content(root)
    _refuse_unsound(content)
    report = Report(problems=sorted(set(content.problems)))
    with transaction():
        _load(content, report)
    return report


def _load(content: Content, report: Report) -> None:
    starter = StarterSource()
    for agency in _parents_first(content.agency):
        report.count("agencies", save_agency(starter.merged("agency", agency)))
    for profile in content.profile.values():
        report.count("profiles", save_profile(starter.merged("profile", profile)))
    for parameter in content.parameter.values():
        report.count("parameters", save_parameter(by_key(starter.merged("parameter", by_slug(parameter)))))
    for fact in content.fact.values():
        report.count("facts", save_fact(by_key(starter.merged("fact", by_slug(fact)))))
    service_ids = _load_services(content, starter, report)
    _load_intents(content, starter, report, service_ids)
    _load_articles(content, starter, report, service_ids)
    for emergency in content.emergency.values():
        report.count("emergencies", save_emergency(emergency))
    for slug, record in content.related.items():
        links = [Link(service_ids[one["to"]], one["kind"], one.get("reason")) for one in record["links"]]
        report.count("related", save_links(service_ids[slug], links))
    for kind, records in content.kinds():
        for record in records.values() if kind in KINDS else ():
            starter.remember(kind, by_slug(record) if "key" in record else record)


def _load_services(content: Content, starter: StarterSource, report: Report) -> dict[str, int]:
    """Gives ids by the slugs of the files, and by those that editors gave instead."""
    services = {slug: starter.merged("service", record) for slug, record in content.service.items()}
    for service in services.values():
        report.count("services", save_service(service))
    ids = service_ids_by_slug({service["slug"] for service in services.values()})
    for service in services.values():
        save_service_profiles(
            ids[service["slug"]], service.get("profiles", []), exclusive=service.get("profiles_only", False)
        )
    return ids | {slug: ids[service["slug"]] for slug, service in services.items()}


def _load_intents(content: Content, starter: StarterSource, report: Report, service_ids: dict[str, int]) -> None:
    intents = [starter.merged("intent", record) for record in content.intent.values()]
    outcomes = [save_intent(intent) for intent in intents]
    ids = service_ids | service_ids_by_slug({item["service"] for intent in intents for item in intent["services"]})
    for intent, outcome in zip(intents, outcomes, strict=True):
        changed = save_bundle(intent, service_ids=ids)
        report.count("intents", "changed" if changed and outcome == "unchanged" else outcome)


def _load_articles(content: Content, starter: StarterSource, report: Report, service_ids: dict[str, int]) -> None:
    articles = [starter.merged("article", record) for record in content.article.values()]
    ids = service_ids | service_ids_by_slug({slug for article in articles for slug in article.get("services", [])})
    # What is merged into another needs that other first.
    for article in sorted(articles, key=lambda article: "merged_into" in article):
        linked = [ids[slug] for slug in article.get("services", [])]
        report.count("articles", save_article(article, service_ids=linked))
    article_ids = article_ids_by_slug({article["slug"] for article in articles})
    for article in articles:
        save_article_intents(article_ids[article["slug"]], article.get("intents", []))


def _refuse_unsound(content: Content) -> None:
    """Take out records with problems until the rest is sound."""
    while True:
        known = len(content.problems)
        check_references(content)
        refused = {
            (kind, problem.record)
            for problem in content.problems[known:]
            for kind, records in content.kinds()
            if problem.record in records and content.files[kind, problem.record] == problem.file
        }
        if not refused:
            return
        for kind, key in refused:
            getattr(content, kind).pop(key)


def _parents_first(agencies: dict[str, Record]) -> list[Record]:
    ordered: dict[str, Record] = {}

    def place(slug: str) -> None:
        if slug in ordered:
            return
        parent = agencies[slug].get("parent")
        if parent:
            place(parent)
        ordered[slug] = agencies[slug]

    for slug in agencies:
        place(slug)
    return list(ordered.values())
