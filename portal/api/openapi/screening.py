"""Screening."""

from ...eligibility.rules.screening import ResultState
from ..bodies import FIRST_DAY, LAST_DAY, MAX_DETAILED_HOUSEHOLDS, MAX_HOUSEHOLDS
from .parts import LANG, LANG_PARAMETER, Schema, answer, array_of, nullable, record, ref, refusal

_DAY: Schema = {"type": "string", "format": "date"}
_NO_DAY = nullable("string", format="date")
_LANG: Schema = {"type": ["string", "null"], "enum": [*LANG["enum"], None], "default": LANG["default"]}
_WORD: Schema = {"type": "string"}
_NO_WORD = nullable("string")
_NO_NUMBER = nullable("number")
_COUNT: Schema = {"type": "integer", "minimum": 0}
_PERSON: Schema = _COUNT | {"description": "0 is who answers, 1 the first of `people`"}
_VALUE: Schema = {"type": "string", "enum": ["met", "not_met", "not_known"]}
_SLUGS = array_of(_WORD)
_FACT_TYPE: Schema = {
    "type": "string",
    "enum": ["boolean", "number", "money", "age", "date", "choice", "area"],
}
_NON_ANSWERS = array_of({"type": "string", "enum": ["dont_know", "prefer_not"]})
_ASKED: dict[str, Schema] = {
    "hint": _NO_WORD,
    "why": _NO_WORD,
    "type": _FACT_TYPE,
    "unit": _NO_WORD,
    "values": {
        "description": "The choices in their order: what to send, and its text",
        "type": "object",
        "additionalProperties": _WORD,
    },
    "non_answers": _NON_ANSWERS,
}
_ON: Schema = {
    "type": ["string", "null"],
    "format": "date",
    "description": f"The day to look at, from {FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}; absent: today (UTC)",
}
_SERVICES: Schema = {
    "type": ["array", "null"],
    "items": _WORD,
    "minItems": 1,
    "description": "Services by slug; absent: all that have a rule",
}
_REFUSALS: dict[str, Schema] = {
    "400": refusal("The body is not JSON"),
    "413": refusal("The body is too large"),
    "415": refusal("The content type is not application/json"),
    "422": refusal("The body has faults; `errors` has reasons by path. Nothing was looked at"),
    "429": refusal("Too many requests from this address"),
}


def _post(operation: str, summary: str, body: str, description: str, schema: str) -> Schema:
    return {
        "post": {
            "operationId": operation,
            "summary": summary,
            "description": "Nothing of what is sent is stored or logged.",
            "requestBody": {"required": True, "content": {"application/json": {"schema": ref(body)}}},
            "responses": {"200": answer(description, ref(schema)), **_REFUSALS},
        }
    }


PATHS: dict[str, Schema] = {
    "/facts": {
        "get": {
            "operationId": "facts",
            "summary": "Everything that can be asked, and the answers that are taken",
            "parameters": [LANG_PARAMETER],
            "responses": {
                "200": answer("All facts", ref("Facts")),
                "304": {"description": "Unchanged since the ETag that was sent in If-None-Match"},
                "400": refusal("The parameters are not valid"),
            },
        }
    },
    "/screenings": _post(
        "screen",
        "Who can get what, why, and what to ask next",
        "ScreeningRequest",
        "A result for each service",
        "Screening",
    ),
    "/screenings/bulk": _post(
        "screen_many",
        "Who can get what, for many homes",
        "BulkRequest",
        "For each household its screening, or the errors of its answers, in the order that they were sent",
        "BulkScreening",
    ),
}

_NAMED_RESULT: dict[str, Schema] = {
    "service": {"type": "string", "description": "Its slug"},
    "state": {"type": "string", "enum": [state.value for state in ResultState]},
    "missing": array_of(ref("Where"), description="What can still decide it and may be asked for"),
    "likely_from": _NO_DAY | {"description": "The first day on which it is likely"},
}

SCHEMAS: dict[str, Schema] = {
    "Errors": {
        "description": "Reasons by path, such as `facts.age` or `facts.people.1.age`; the whole has the empty path",
        "type": "object",
        "additionalProperties": array_of(_WORD, minItems=1),
    },
    "Answers": {
        "description": (
            "Answers by the key of the fact, as GET /facts lists them. Numbers, money, ages and dates may be given as "
            "`from` and `to`, either left out; money with `per`; ages as years or as the date of birth; areas as a "
            "code or a list of codes. `dont_know` and `prefer_not` leave a fact open."
        ),
        "type": "object",
        "properties": {
            "people": {
                "type": ["array", "null"],
                "maxItems": 19,
                "items": {"type": "object"},
                "description": "The other people of the home, each with facts about a person; [] for nobody",
            },
            "already_receiving": _SLUGS
            | {"type": ["array", "null"], "description": "Services that somebody in the home gets already"},
        },
        "additionalProperties": True,
    },
    "ScreeningRequest": record(
        {"facts": ref("Answers"), "services": _SERVICES, "on": _ON, "lang": _LANG},
        optional=("services", "on", "lang"),
        additionalProperties=False,
    ),
    "BulkRequest": record(
        {
            "households": array_of(
                record({"facts": ref("Answers"), "on": _ON}, optional=("on",), additionalProperties=False),
                minItems=1,
                maxItems=MAX_HOUSEHOLDS,
                description=f"At most {MAX_DETAILED_HOUSEHOLDS} with `detail`",
            ),
            "services": _SERVICES,
            "detail": nullable("boolean", default=False),
            "lang": _LANG,
        },
        optional=("services", "detail", "lang"),
        additionalProperties=False,
    ),
    "Screening": record(
        {
            "on": _DAY,
            "results": array_of(ref("ScreeningResult")),
            "next_question": {"anyOf": [ref("Question"), {"type": "null"}]},
            "remaining": record({"least": _COUNT, "most": _COUNT}),
            "rules": ref("RulesDigest"),
        }
    ),
    "BulkScreening": record(
        {
            "screenings": array_of(
                {
                    "oneOf": [
                        record({"on": _DAY, "results": array_of(ref("BriefResult"))}),
                        record({"on": _DAY, "results": array_of(ref("ScreeningResult"))}),
                        record({"errors": ref("Errors")}),
                    ]
                }
            ),
            "rules": ref("RulesDigest"),
        }
    ),
    "BriefResult": record(_NAMED_RESULT, additionalProperties=False),
    "ScreeningResult": record(
        {
            **_NAMED_RESULT,
            "id": {"type": "string", "format": "uuid"},
            "title": _WORD,
            "url": {"type": "string", "format": "uri"},
            "criteria": array_of(ref("Criterion")),
            "explanation": {
                "oneOf": [ref("Explanation"), {"type": "null"}],
                "description": "None for a service without a rule",
            },
            "earliest": _NO_DAY | {"description": "The first day on which it may be likely"},
            "change": array_of(
                record({"fact": _WORD, "text": _WORD}), description="What would have to hold to make it likely"
            ),
            "opens": _NO_DAY | {"description": "When a service that is closed begins"},
        }
    ),
    "Where": record({"fact": _WORD, "person": _PERSON}),
    "Criterion": record(
        {
            "fact": _NO_WORD | {"description": "None where only the agency can tell, or everybody can have it"},
            "person": _PERSON,
            "state": _VALUE,
            "text": _WORD,
            "answer": {"description": "As it was given; null for none"},
            "source": {
                "oneOf": [record({"title": _WORD, "url": _WORD, "checked": _NO_DAY}), {"type": "null"}],
            },
            "parameter": {"oneOf": [ref("Parameter"), {"type": "null"}]},
        }
    ),
    "Parameter": record(
        {
            "key": _WORD,
            "label": _NO_WORD,
            "unit": _NO_WORD,
            "value": _NO_NUMBER | {"description": "None where nobody has said what holds on that day"},
            "each_further": _NO_NUMBER | {"description": "For each person of the home beyond the first"},
            "from": _NO_DAY,
            "citation": _NO_WORD,
            "url": _NO_WORD,
            "percent": {"type": "number", "description": "How much of it the condition asks for"},
            "size": _NO_WORD | {"description": "The fact that tells for how many people"},
            "here": _NO_NUMBER | {"description": "What it comes to for this home, in the unit of the fact"},
        }
    ),
    "Explanation": {
        "description": (
            "A node of the rule. A condition takes the state of its criterion; `some_person` has a part for each "
            "person and, while `open`, others may live in the home; not_known counts as neither met nor not met."
        ),
        "oneOf": [
            record({"kind": {"const": "condition"}, "value": _VALUE, "criterion": _COUNT}),
            record({"kind": {"enum": ["all", "any"]}, "value": _VALUE, "parts": array_of(ref("Explanation"))}),
            record(
                {"kind": {"const": "not"}, "value": _VALUE, "parts": array_of(ref("Explanation"), maxItems=1)},
            ),
            record(
                {
                    "kind": {"const": "at_least"},
                    "value": _VALUE,
                    "parts": array_of(ref("Explanation")),
                    "wanted": _COUNT,
                }
            ),
            record(
                {
                    "kind": {"const": "some_person"},
                    "value": _VALUE,
                    "parts": array_of(ref("Explanation")),
                    "open": {"type": "boolean"},
                }
            ),
        ],
    },
    "Question": record(
        {
            "fact": _WORD,
            "person": _PERSON,
            "question": _WORD,
            **_ASKED,
            "services": _COUNT | {"description": "How many services that are still open it touches"},
            "which": _SLUGS | {"description": "Those services"},
        }
    ),
    "Facts": record({"facts": array_of(ref("Fact")), "rules": ref("RulesDigest")}),
    "Fact": record(
        {
            "key": _WORD,
            "about": {"type": "string", "enum": ["person", "household", "deceased"]},
            "topic": _WORD,
            "question": _WORD,
            "question_other": _NO_WORD | {"description": "The same about another person of the home"},
            **_ASKED,
            "min": _NO_NUMBER,
            "max": _NO_NUMBER,
            "bands": array_of({"type": "number"}, description="Upper bounds of ranges to offer"),
            "sensitivity": {"type": "string", "enum": ["ordinary", "personal", "sensitive"]},
            "only_if": {
                "type": ["object", "null"],
                "description": "The condition over other facts under which the question makes sense",
                "additionalProperties": True,
            },
        }
    ),
    "RulesDigest": {
        "type": "string",
        "description": "A short name of the rules: the same answers on the same day give the same results with it",
    },
}
