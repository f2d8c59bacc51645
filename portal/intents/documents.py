"""What the search index holds: services, intents and articles, with what each is about."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

import sqlalchemy as sa

from ..catalogue.places.rules import search_values
from ..catalogue.queries import areas_served, service_documents
from ..catalogue.rules import WHOLE_COUNTRY
from ..extensions import db
from ..i18n import CONTENT_LANGUAGES
from ..knowledge.queries import ArticleDocument, article_documents, staff_article_documents
from ..markup import plain_text
from ..search.documents import STAFF, Document, register_source
from .models import (
    BundleItem,
    Intent,
    IntentArticle,
    IntentClassification,
    Profile,
    ProfileClassification,
    ServiceProfile,
)

Values = tuple[str, ...]


def register() -> None:
    """Tell search where its documents come from."""
    register_source("service", list_services)
    register_source("intent", list_intents)
    register_source("article", list_articles)
    register_source("service", list_services, index=STAFF)
    register_source("intent", list_intents, index=STAFF)
    register_source("article", list_articles_for_staff, index=STAFF)


def list_services(ids: Collection[int] | None = None) -> Iterator[Document]:
    """Offered services; their choices are the agency, and the intents, profiles and places they belong to."""
    choices = _choices_of_services()
    for service in service_documents(ids):
        about = {**choices.get(service.id, {}), "agency": (service.agency,)}
        for lang in CONTENT_LANGUAGES:
            if lang in service.title:
                yield Document(
                    kind="service",
                    id=service.id,
                    lang=lang,
                    title=service.title[lang],
                    summary=(service.summary or {}).get(lang, ""),
                    text=_joined(service.texts, lang),
                    phrases=tuple(service.also_asked_as.get(lang, ())),
                    situations=tuple(service.situations.get(lang, ())),
                    facets=about,
                    stored={"uid": service.uid, "slug": service.slug, "url": f"services/{service.slug}"},
                )


def list_intents(ids: Collection[int] | None = None) -> Iterator[Document]:
    """Life events and needs."""
    query = sa.select(*Intent.__table__.columns).order_by(Intent.id)
    if ids is not None:
        query = query.where(Intent.id.in_(ids))
    for row in db.session.execute(query):
        folder = "life-events" if row.kind == "life_event" else "needs"
        for lang in CONTENT_LANGUAGES:
            if lang in row.title:
                synonyms = (row.synonyms or {}).get(lang, ())
                yield Document(
                    kind="intent",
                    id=row.id,
                    lang=lang,
                    title=row.title[lang],
                    summary=row.summary.get(lang, ""),
                    text=_joined([row.summary, row.first or {}], lang),
                    phrases=(*row.also_asked_as.get(lang, ()), *synonyms),
                    situations=tuple(row.situations.get(lang, ())),
                    # What to do holds everywhere; what is offered where is said of each service.
                    facets={"intent": (row.slug,), "place": (WHOLE_COUNTRY,)},
                    stored={"uid": row.uid, "slug": row.slug, "url": f"{folder}/{row.slug}"},
                )


def list_articles(ids: Collection[int] | None = None) -> Iterator[Document]:
    """Published articles; they belong to their own intents, and to the profiles and agencies of their services."""
    facets = _facets_of_articles()
    for article in article_documents(ids):
        about = facets(article)
        for lang in CONTENT_LANGUAGES:
            if lang in article.title:
                yield _article_document(article, lang, _public_texts(article), about, {})


def list_articles_for_staff(ids: Collection[int] | None = None) -> Iterator[Document]:
    """Articles that staff may answer with, with all that they may read of them. Only for the index of staff."""
    facets = _facets_of_articles()
    for article in staff_article_documents(ids):
        about = facets(article)
        stored = {"audience": article.audience, "status": article.status}
        texts = [*_public_texts(article), article.staff_text]
        for lang in CONTENT_LANGUAGES:
            if lang in article.title:
                yield _article_document(article, lang, texts, about, stored)


def _public_texts(article: ArticleDocument) -> list[dict[str, str]]:
    return [article.summary, article.who, article.text, *article.steps]


def _article_document(
    article: ArticleDocument,
    lang: str,
    texts: list[dict[str, str]],
    facets: Mapping[str, Values],
    stored: Mapping[str, str],
) -> Document:
    return Document(
        kind="article",
        id=article.id,
        lang=lang,
        title=article.title[lang],
        summary=article.summary.get(lang, ""),
        text=_joined(texts, lang),
        phrases=tuple(article.also_asked_as.get(lang, ())),
        situations=tuple(article.situations.get(lang, ())),
        facets=facets,
        stored={"uid": article.uid, "slug": article.slug, "url": f"articles/{article.slug}", **stored},
    )


def _facets_of_articles() -> Callable[[ArticleDocument], dict[str, Values]]:
    choices = _choices_of_services()
    intents: dict[int, list[str]] = defaultdict(list)
    for link in db.session.execute(
        sa.select(IntentArticle.article_id, Intent.slug).join(Intent, Intent.id == IntentArticle.intent_id)
    ):
        intents[link.article_id].append(link.slug)
    agencies = {service.id: service.agency for service in service_documents()}

    def facets(article: ArticleDocument) -> dict[str, Values]:
        return {
            "intent": tuple(sorted(intents[article.id])),
            "agency": _united({"agency": (agencies[one],)} for one in article.service_ids if one in agencies)["agency"],
            "profile": _united(choices.get(one, {}) for one in article.service_ids)["profile"],
            "place": _places_of_article([choices.get(one, {}).get("place", ()) for one in article.service_ids]),
        }

    return facets


def _choices_of_services() -> dict[int, dict[str, Values]]:
    found: dict[int, dict[str, Values]] = defaultdict(dict)
    areas: dict[tuple[frozenset[str], frozenset[str]], Values] = {}
    for service_id, named in areas_served().items():
        if named not in areas:
            areas[named] = search_values(*named)
        found[service_id]["place"] = areas[named]
    for name, query in (
        (
            "profile",
            sa.union(
                *(
                    sa.select(table.service_id, Profile.slug).join(Profile, Profile.id == table.profile_id)
                    for table in (ServiceProfile, ProfileClassification)
                )
            ).order_by("slug"),
        ),
        (
            "intent",
            sa.union(
                *(
                    sa.select(table.service_id, Intent.slug).join(Intent, Intent.id == table.intent_id)
                    for table in (BundleItem, IntentClassification)
                )
            ).order_by("slug"),
        ),
    ):
        for row in db.session.execute(query):
            found[row.service_id][name] = (*found[row.service_id].get(name, ()), row.slug)
    return found


def _places_of_article(places: list[Values]) -> Values:
    """Where any of its services is offered; everywhere without one. Excluded is only what each of them excludes."""
    if not any(places):
        return (WHOLE_COUNTRY,)
    named = {area for areas in places for area in areas if not area.startswith("-")}
    excluded = [{area for area in areas if area.startswith("-")} for areas in places if areas]
    return (*sorted(named), *sorted(set.intersection(*excluded)))


def _united(choices: Iterator[Mapping[str, Values]]) -> dict[str, Values]:
    united: dict[str, set[str]] = defaultdict(set)
    for one in choices:
        for name, values in one.items():
            united[name].update(values)
    return defaultdict(tuple, {name: tuple(sorted(values)) for name, values in united.items()})


def _joined(texts: list[dict[str, str]], lang: str) -> str:
    return "\n".join(plain_text(text[lang]) for text in texts if lang in text)
