"""What somebody's words mean, for machines. The words come in the body, and nothing of them is kept or noted.

The route takes no cookie, so that no form token is needed, and no write lock.
"""

from typing import Any

from flask import Response, jsonify

from ...database import reads_only
from ...eligibility.understood import understood_facts
from ...errors import problem
from ...extensions import csrf, limiter
from ...intents import queries as intents
from ...intents.queries import EmergencyHelp
from ...intents.understanding.rules import Finding
from ...security import AudienceBlueprint
from .. import bodies
from ..links import landing_address

blueprint = AudienceBlueprint("api_understanding", __name__, audience="machine", url_prefix="/api/v1")
csrf.exempt(blueprint)
UNDERSTANDING_LIMIT = "600 per minute"


@blueprint.post("/understandings")
@reads_only
@limiter.limit(UNDERSTANDING_LIMIT)
def understanding() -> Response:
    body = bodies.text_body(bodies.json_body())
    findings = intents.understand(body.text)
    rows, profiles = intents.intents_by_slug(body.lang), {row.slug: row for row in intents.profile_rows(body.lang)}
    landing = landing_address(body.lang)
    folders = {"life_event": "life-events", "need": "needs"}
    response = jsonify(
        emergencies=[_emergency(one) for one in intents.emergencies(body.text, body.lang)],
        intents=[
            _named(one, body.text, row.title, f"{landing}{folders[row.kind]}/{row.slug}")
            for one in findings
            if one.kind == "intent" and (row := rows.get(one.key))
        ],
        profiles=[
            _named(one, body.text, profile.title, f"{landing}for/{profile.slug}")
            for one in findings
            if one.kind == "profile" and (profile := profiles.get(one.key))
        ],
        facts=[
            {
                "fact": fact.key,
                "answer": fact.value,
                "question": fact.question,
                "confidence": fact.confidence,
                "sensitive": fact.sensitive,
                "words": list(fact.words),
            }
            for fact in understood_facts(findings, body.text, body.lang)
        ],
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(bodies.Refused)
def refuse(error: bodies.Refused) -> Response:
    return problem(422, "Invalid body", "Nothing was looked at.", errors=error.errors)


def _named(one: Finding, text: str, title: str, url: str) -> dict[str, Any]:
    return {
        "slug": one.key,
        "title": title,
        "url": url,
        "confidence": one.confidence,
        "sensitive": one.sensitive,
        "words": list(one.evidence(text)),
    }


def _emergency(help_: EmergencyHelp) -> dict[str, Any]:
    return {
        "slug": help_.slug,
        "title": help_.title,
        "text": help_.text,
        "phones": [contact.phone for contact in help_.contacts if contact.phone],
    }
