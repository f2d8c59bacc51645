"""Articles for other channels: what the public reads of them, in one language, as HTML and as plain text."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..catalogue.models import Service
from ..catalogue.queries import service_rows
from ..database import read
from ..editing.models import Version
from ..i18n import Text, require
from ..intents.models import Intent, IntentArticle
from ..intents.queries import intents_of_article
from ..knowledge.models import Article, ArticleService
from ..knowledge.queries import IS_PUBLIC, ArticlePage, article_page, service_ids_of_article
from ..markup import clean_html, clean_line, plain_text

_article = Article.__table__.c
_about, _answer = ArticleService.__table__.c, IntentArticle.__table__.c
_service, _intent = Service.__table__.c, Intent.__table__.c
_ROWS = (
    sa.select(_article.id, *(_article[name] for name in ("uid", "slug", "title", "summary", "checked_on")))
    .where(IS_PUBLIC)
    .order_by(_article.id)
)
_ID_BY_UID = sa.select(_article.id).where(_article.uid == sa.bindparam("uid"))
_OF_SERVICE = sa.select(_about.article_id).where(_about.service_id == sa.bindparam("service"))
_OF_INTENT = sa.select(_answer.article_id).where(_answer.intent_id == sa.bindparam("intent"))
_SERVICE = sa.select(_service.id).where(_service.slug == sa.bindparam("slug"), _service.status == "published")
_INTENT = sa.select(_intent.id).where(_intent.slug == sa.bindparam("slug"))
_version = Version.__table__.c
_CHANGES = (
    sa.select(_version.at, _version.units)
    .where(_version.kind == "article", _version.record_id == sa.bindparam("id"))
    .order_by(_version.number.desc())
    .limit(20)
)
# Changes of these show the public nothing new.
_OF_STAFF = ("staff_text", "owner", "review_by", "also_asked_as", "situations", "status", "audience")


class Unknown(LookupError):
    """A parameter names what there is not; ``field`` is its name."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Page:
    """Some articles, and the identifier that the next ones come after; None where there are no more."""

    articles: list[dict[str, Any]]
    next: str | None


def article_list(lang: str, landing: str, *, limit: int, after: str = "", service: str = "", intent: str = "") -> Page:
    """Articles in the order in which they were added. Raises Unknown."""
    query, parameters = _ROWS.limit(limit + 1), {}
    if after:
        query = query.where(_article.id > sa.bindparam("after"))
        parameters["after"] = _one(_ID_BY_UID, "after", uid=after)
    if service:
        query = query.where(_article.id.in_(_OF_SERVICE))
        parameters["service"] = _one(_SERVICE, "service", slug=service)
    if intent:
        query = query.where(_article.id.in_(_OF_INTENT))
        parameters["intent"] = _one(_INTENT, "intent", slug=intent)
    rows = read(query, **parameters)
    found = [
        {
            "id": row.uid,
            "slug": row.slug,
            "title": (title := require(row.title, lang)),
            "summary": require(row.summary, lang),
            "lang": title.lang,
            "languages": sorted(row.title),
            "checked": row.checked_on.isoformat(),
            "url": f"{landing}articles/{row.slug}",
        }
        for row in rows[:limit]
    ]
    return Page(found, found[-1]["id"] if len(rows) > limit else None)


def article_document(key: str, lang: str, landing: str) -> dict[str, Any]:
    """An article by its identifier or slug. Raises Moved, Withdrawn or NotFound."""
    page = article_page(key, lang, by_uid=True)
    services = service_rows(ids := service_ids_of_article(page.id), lang)
    return {
        "id": page.uid,
        "slug": page.slug,
        "lang": page.title.lang,
        "languages": page.languages,
        "other_language": _other_language(page),
        "title": page.title,
        "summary": page.summary,
        "who": _both(page.who) if page.who else None,
        "answer": _both(page.text),
        "steps": [{"html": clean_line(step), "text": plain_text(step)} for step in page.steps],
        "files": [
            {
                "title": file.title,
                "type": file.media_type,
                "bytes": file.size,
                "url": f"{landing}files/{file.uid}",
            }
            for file in page.files
        ],
        "services": [
            {"slug": row.slug, "title": row.title, "url": f"{landing}services/{row.slug}"}
            for row in (services[one] for one in ids if one in services)
        ],
        "intents": [
            {
                "slug": one.slug,
                "title": one.title,
                "url": f"{landing}{'life-events' if one.kind == 'life_event' else 'needs'}/{one.slug}",
            }
            for one in intents_of_article(page.id, lang)
        ],
        "sources": [
            {name: source[name] for name in ("title", "url", "checked")} | {"edition": source.get("edition")}
            for source in page.sources
        ],
        "sensitive": page.sensitive,
        "checked": page.checked_on.isoformat(),
        "updated": _updated(page),
        "url": f"{landing}articles/{page.slug}",
    }


def _one(statement: sa.Select[Any], field: str, **parameters: str) -> int:
    found = read(statement, **parameters)
    if not found:
        raise Unknown(field)
    return int(found[0].id)


def _both(text: Text) -> dict[str, str]:
    return {"html": clean_html(text), "text": plain_text(text)}


def _other_language(page: ArticlePage) -> list[str]:
    """The parts that are not there in the language that was asked for."""
    parts: dict[str, list[Text]] = {
        "title": [page.title],
        "summary": [page.summary],
        "who": [page.who] if page.who else [],
        "answer": [page.text],
        "steps": page.steps,
        "files": [file.title for file in page.files],
    }
    return [name for name, texts in parts.items() if any(text.fallback for text in texts)]


def _updated(page: ArticlePage) -> str:
    """The day of the last change that the public can see, or of the last check where none is known."""
    for row in read(_CHANGES, id=page.id):
        if any(unit.partition(".")[0] not in _OF_STAFF for unit in row.units):
            return max(str(row.at.date()), page.checked_on.isoformat())
    return page.checked_on.isoformat()
