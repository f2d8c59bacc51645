"""Articles, for other channels."""

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional, Regexp

from ...caching import public_page
from ...errors import Moved, problem
from ...i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE
from ...security import AudienceBlueprint
from ..articles import Unknown, article_document, article_list
from ..links import landing_address

blueprint = AudienceBlueprint("api_articles", __name__, audience="machine", url_prefix="/api/v1")
_SLUG = r"[a-z0-9-]{1,80}\Z"


class ArticleQuery(Form):
    """Parameters of one article."""

    lang = StringField(validators=[AnyOf(CONTENT_LANGUAGES)])


class ArticlesQuery(ArticleQuery):
    """Parameters of a list of articles."""

    intent = StringField(validators=[Optional(), Regexp(_SLUG)])
    service = StringField(validators=[Optional(), Regexp(_SLUG)])
    limit = IntegerField(validators=[InputRequired(), NumberRange(1, 100)])
    after = StringField(validators=[Optional(), Regexp(r"[a-f0-9-]{36}\Z")])


@blueprint.get("/articles")
@public_page
def articles() -> Response:
    form = ArticlesQuery(MultiDict({"lang": DEFAULT_LANGUAGE, "limit": "20", **request.args.to_dict()}))
    if not form.validate():
        return problem(400, "Invalid parameters", errors=form.errors)
    lang = form.lang.data or DEFAULT_LANGUAGE
    try:
        page = article_list(
            lang,
            landing_address(lang),
            limit=form.limit.data or 0,
            after=form.after.data or "",
            service=form.service.data or "",
            intent=form.intent.data or "",
        )
    except Unknown as unknown:
        return problem(400, "Invalid parameters", errors={unknown.field: ["There is none of this name"]})
    return jsonify(articles=page.articles, next=page.next)


@blueprint.get("/articles/<key>")
@public_page
def article(key: str) -> BaseResponse:
    form = ArticleQuery(MultiDict({"lang": DEFAULT_LANGUAGE, **request.args.to_dict()}))
    if not form.validate():
        return problem(400, "Invalid parameters", errors=form.errors)
    lang = form.lang.data or DEFAULT_LANGUAGE
    try:
        return jsonify(article_document(key, lang, landing_address(lang)))
    except Moved as moved:
        return redirect(url_for("api_articles.article", key=moved.slug, lang=lang), 301)
