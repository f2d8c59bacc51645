"""Screening for machines: answers come in, results go out, and nothing is kept or noted.

Its routes take no cookie, so that no form token is needed, and no write lock, so that many run side by side.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, current_app, request

from ...caching import public_page, today
from ...database import reads_only
from ...eligibility import records
from ...eligibility.queries import rulebook
from ...eligibility.records import Record, Telling
from ...eligibility.rules.households import Household, InvalidFacts, read_household
from ...eligibility.rules.questions import next_question, remaining
from ...eligibility.rules.ruleset import Rulebook
from ...eligibility.rules.screening import Result, ResultState, explain_all, screen
from ...errors import problem
from ...extensions import csrf, limiter
from ...i18n import CONTENT_LANGUAGES, DEFAULT_LANGUAGE, require
from ...security import AudienceBlueprint
from .. import bodies
from ..links import landing_address
from ..queries import digest, published_services

blueprint = AudienceBlueprint("api_screening", __name__, audience="machine", url_prefix="/api/v1")
csrf.exempt(blueprint)

# For each address; many people may share one.
SCREENING_LIMIT = "600 per minute"
BULK_LIMIT = "60 per minute"
_NOTHING_MORE: Record = {"missing": [], "likely_from": None, "earliest": None, "change": [], "opens": None}
_IN_BRIEF = ("service", "state", "missing", "likely_from")


@dataclass(frozen=True)
class Screened:
    """A home that was looked at on a day: the services in scope, and the results of those with a rule.

    Services that it gets already have none.
    """

    home: Household
    on: datetime.date
    services: Sequence[str]
    receiving: frozenset[str]
    results: dict[str, Result]


@blueprint.post("/screenings")
@reads_only
@limiter.limit(SCREENING_LIMIT)
def screening() -> Response:
    body = bodies.screening_body(bodies.json_body(), published_services())
    book = rulebook()
    try:
        screened = _screened(book, body.answers, body.services)
    except InvalidFacts as error:
        raise bodies.Refused(_errors(error)) from None
    home, on, scope = screened.home, screened.on, list(screened.results)
    question = next_question(book, home, on, scope)
    return _json(
        {
            "on": on.isoformat(),
            "results": _detailed(book, screened, body.lang),
            "next_question": records.question_record(question, book, body.lang) if question else None,
            "remaining": records.remaining_record(remaining(book, home, on, scope)),
            "rules": digest(),
        }
    )


@blueprint.post("/screenings/bulk")
@reads_only
@limiter.limit(BULK_LIMIT)
def screenings() -> Response:
    """Each household has its screening in its place, or the reasons why its answers cannot be taken."""
    body = bodies.bulk_body(bodies.json_body(), published_services())
    book = rulebook()
    return _json({"screenings": [_of_household(book, one, body) for one in body.households], "rules": digest()})


@blueprint.get("/facts")
@public_page
def facts() -> Response:
    lang = request.args.get("lang", DEFAULT_LANGUAGE)
    if lang not in CONTENT_LANGUAGES:
        return problem(400, "Invalid parameters", errors={"lang": [f"must be one of {', '.join(CONTENT_LANGUAGES)}"]})
    found = rulebook().facts.values()
    return _json({"facts": [records.fact_record(fact, lang) for fact in found], "rules": digest()})


@blueprint.errorhandler(bodies.Refused)
def refuse(error: bodies.Refused) -> Response:
    return problem(422, "Invalid body", "Nothing was looked at.", errors=error.errors)


def _of_household(book: Rulebook, household: bodies.Answers | bodies.Errors, body: bodies.BulkBody) -> Record:
    if isinstance(household, dict):
        return {"errors": household}
    try:
        screened = _screened(book, household, body.services)
    except InvalidFacts as error:
        return {"errors": _errors(error)}
    results = _detailed(book, screened, body.lang) if body.detail else _brief(screened)
    return {"on": screened.on.isoformat(), "results": results}


def _screened(book: Rulebook, answers: bodies.Answers, services: Sequence[str] | None) -> Screened:
    """Raises InvalidFacts."""
    on = answers.on or today()
    home = read_household(answers.facts, book.facts, on)
    scope = [rule.service for rule in book.rules] if services is None else services
    asked = [service for service in scope if service not in answers.receiving]
    results = {result.service: result for result in screen(book, home, on, asked)}
    return Screened(home, on, scope, answers.receiving, results)


def _brief(screened: Screened) -> list[Record]:
    return [
        {name: record[name] for name in _IN_BRIEF}
        for record in (_result(screened, service, DEFAULT_LANGUAGE) for service in screened.services)
    ]


def _detailed(book: Rulebook, screened: Screened, lang: str) -> list[Record]:
    rules = book.on(screened.on)
    telling = Telling(book, screened.home, screened.on, lang)
    explained = explain_all(book, screened.home, screened.on, [one for one in screened.services if one in rules.rules])
    names = published_services()
    landing = landing_address(lang)
    found = []
    for service in screened.services:
        reasons: Record = {"criteria": [], "explanation": None}
        if service in explained:
            reasons = records.reasons_record(explained[service], rules.rules[service], telling)
        name = {
            "id": names[service].uid,
            "title": require(names[service].title, lang),
            "url": f"{landing}services/{service}",
        }
        found.append(_result(screened, service, lang) | name | reasons)
    return found


def _result(screened: Screened, service: str, lang: str) -> Record:
    """What can be said; of a service without a rule only its agency can tell."""
    result = screened.results.get(service)
    if result is not None:
        return records.result_record(result, lang)
    received = service in screened.receiving
    state = ResultState.ALREADY_RECEIVING if received else ResultState.ASK_A_PERSON
    return {"service": service, "state": state.value, **_NOTHING_MORE}


def _errors(error: InvalidFacts) -> bodies.Errors:
    return {f"facts.{path}": [reason] for path, reason in error.errors.items()}


def _json(record: Record) -> Response:
    """JSON in the order of the record: the order of choices means something."""
    return current_app.response_class(json.dumps(record, separators=(",", ":")), mimetype="application/json")
