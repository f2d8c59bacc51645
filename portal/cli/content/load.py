"""Bringing content files into the database. Running it again changes nothing that has not changed in the files."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ...catalogue.operations import save_agency, save_parameter, save_service
from ...catalogue.queries import service_ids_by_slug
from ...database import transaction
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
from .checks import check_references
from .files import CONTENT, Content, Problem, Record, read_content


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
    for agency in _parents_first(content.agency):
        report.count("agencies", save_agency(agency))
    for profile in content.profile.values():
        report.count("profiles", save_profile(profile))
    for parameter in content.parameter.values():
        report.count("parameters", save_parameter(parameter))
    for service in content.service.values():
        report.count("services", save_service(service))
    service_ids = service_ids_by_slug(content.service)
    for slug, service in content.service.items():
        save_service_profiles(
            service_ids[slug], service.get("profiles", []), exclusive=service.get("profiles_only", False)
        )
    outcomes = {slug: save_intent(intent) for slug, intent in content.intent.items()}
    for slug, intent in content.intent.items():
        changed = save_bundle(intent, service_ids=service_ids)
        report.count("intents", "changed" if changed and outcomes[slug] == "unchanged" else outcomes[slug])
    for article in content.article.values():
        linked = [service_ids[slug] for slug in article.get("services", [])]
        report.count("articles", save_article(article, service_ids=linked))
    article_ids = article_ids_by_slug(content.article)
    for slug, article in content.article.items():
        save_article_intents(article_ids[slug], article.get("intents", []))
    for emergency in content.emergency.values():
        report.count("emergencies", save_emergency(emergency))


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
