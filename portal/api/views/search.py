"""Search, and the description of the API."""

from flask import Response, jsonify, request
from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from ...errors import problem
from ...i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE
from ...search.queries import search as search_documents
from ...search.tuned import adjustments_for
from ...security import AudienceBlueprint
from ...tuning.recording import note_search
from ..links import landing_address
from ..openapi import DOCUMENT

blueprint = AudienceBlueprint("api", __name__, audience="machine", url_prefix="/api/v1")
KINDS = ("service", "intent", "article")


class SearchQuery(Form):
    """Parameters of a search."""

    q = StringField(validators=[InputRequired(), Length(max=500)])
    lang = StringField(validators=[AnyOf(CONTENT_LANGUAGES)])
    kind = StringField(validators=[Optional(), AnyOf(KINDS)])
    limit = IntegerField(validators=[InputRequired(), NumberRange(1, 50)])


@blueprint.get("/search")
def search() -> Response:
    form = SearchQuery(MultiDict({"lang": "en", "limit": "10", **request.args.to_dict()}))
    if not form.validate():
        return problem(400, "Invalid parameters", errors=form.errors)
    lang = form.lang.data or DEFAULT_LANGUAGE
    q = form.q.data or ""
    results = search_documents(
        q,
        lang=lang,
        kinds=(form.kind.data,) if form.kind.data else (),
        limit=form.limit.data or 0,
        adjustments=adjustments_for(q, lang),
    )
    if not form.kind.data:
        note_search(q, lang, found=results.total > 0)
    landing = landing_address(lang)
    return jsonify(
        results=[
            {
                "kind": hit.kind,
                "id": hit.stored["uid"],
                "slug": hit.stored["slug"],
                "title": hit.title,
                "summary": hit.summary,
                "url": landing + hit.stored["url"],
                "score": round(hit.score, 4),
            }
            for hit in results.hits
        ],
        total=results.total,
    )


@blueprint.get("/openapi.json")
def openapi() -> Response:
    return jsonify(DOCUMENT)
