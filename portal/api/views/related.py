"""Related services."""

from flask import jsonify, redirect, request, url_for
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional, Regexp

from ...caching import public_page
from ...catalogue.places.queries import place_by_key
from ...catalogue.queries import offered_service
from ...errors import Moved, problem
from ...i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE
from ...intents.queries import known_slugs
from ...related.queries.lists import CHANNELS, Asked, Related, related
from ...related.rules.ranking import SHOWN
from ...security import AudienceBlueprint
from ..links import landing_address

blueprint = AudienceBlueprint("api_related", __name__, audience="machine", url_prefix="/api/v1")
MAX_KEY = 120


class RelatedQuery(Form):
    """Parameters of a list."""

    lang = StringField(validators=[AnyOf(CONTENT_LANGUAGES)])
    place = StringField(validators=[Optional(), Regexp(rf"[A-Za-z0-9.-]{{1,{MAX_KEY}}}\Z")])
    profile = StringField(validators=[Optional(), Regexp(r"[a-z0-9-]{1,80}\Z")])
    channel = StringField(validators=[Optional(), AnyOf(CHANNELS)])
    limit = IntegerField(validators=[InputRequired(), NumberRange(1, SHOWN)])


@blueprint.get("/services/<key>/related")
@public_page
def related_services(key: str) -> BaseResponse:
    form = RelatedQuery(MultiDict({"lang": DEFAULT_LANGUAGE, "limit": str(SHOWN), **request.args.to_dict()}))
    if not form.validate():
        return problem(400, "Invalid parameters", errors=form.errors)
    place = place_by_key(form.place.data) if form.place.data else None
    unknown = [
        name
        for name, missing in (
            ("place", form.place.data and place is None),
            ("profile", form.profile.data and form.profile.data not in known_slugs()["profiles"]),
        )
        if missing
    ]
    if unknown:
        return problem(400, "Invalid parameters", errors={name: ["There is none of this name"] for name in unknown})
    try:
        service = offered_service(key)
    except Moved as moved:
        address = url_for("api_related.related_services", key=moved.slug)
        return redirect(f"{address}?{request.query_string.decode()}" if request.query_string else address, 301)
    asked = Asked(
        (service,),
        place=place,
        profile=form.profile.data or None,
        channel=form.channel.data or None,
        limit=form.limit.data or SHOWN,
    )
    lang = form.lang.data or DEFAULT_LANGUAGE
    with force_locale(lang):
        found = related(asked, lang)
    return jsonify(related=[_document(one, landing_address(lang)) for one in found])


def _document(one: Related, landing: str) -> dict[str, object]:
    service = one.service
    return {
        "id": service.uid,
        "slug": service.slug,
        "title": service.title,
        "summary": service.summary,
        "lang": service.title.lang,
        "agency": service.agency.name,
        "url": f"{landing}services/{service.slug}",
        "reason": {"kind": one.reason.kind, "text": one.why, "lang": one.why.lang},
    }
