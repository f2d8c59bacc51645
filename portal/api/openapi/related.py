"""Related services."""

from .parts import LANG_PARAMETER, Schema, answer, array_of, nullable, record, ref, refusal

_WORD: Schema = {"type": "string"}
_KINDS = [
    *("requires", "comes_after", "alternative", "often_together", "life_event", "need", "profile", "region"),
    *("pinned", "behaviour", "used", "used_here"),
]


def _parameter(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


PATHS: dict[str, Schema] = {
    "/services/{key}/related": {
        "get": {
            "operationId": "listRelatedServices",
            "summary": "What else belongs to the situation of people who need a service, best first, and why",
            "description": "What visits taught is told of many visits together and never of fewer than the portal's "
            "limit, which is five at least and ten unless set otherwise.",
            "parameters": [
                {
                    "name": "key",
                    "in": "path",
                    "required": True,
                    "schema": _WORD,
                    "description": "The lasting identifier of the service, or its slug",
                },
                LANG_PARAMETER,
                _parameter("place", _WORD, "Key of a place, such as 21201 or US-MD: only what is offered there"),
                _parameter("profile", _WORD, "Slug of a profile: nothing that is for others alone"),
                _parameter(
                    "channel",
                    {"type": "string", "enum": ["online", "phone", "in_person", "post"]},
                    "How somebody would rather apply",
                ),
                {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 5, "default": 5},
                },
            ],
            "responses": {
                "200": answer("At most five services", ref("RelatedList")),
                "301": {"description": "The service has another slug by now, at `Location`"},
                "304": {"description": "Nothing has changed since the `ETag` of `If-None-Match`"},
                "400": refusal("The parameters are not valid"),
                "404": refusal("There is no such service"),
                "410": refusal("It is no longer offered"),
            },
        }
    },
}

SCHEMAS: dict[str, Schema] = {
    "RelatedList": record({"related": array_of(ref("RelatedService"))}),
    "RelatedService": record(
        {
            "id": {"type": "string", "format": "uuid"},
            "slug": _WORD,
            "title": _WORD,
            "summary": nullable("string"),
            "lang": _WORD | {"description": "The language of the title"},
            "agency": _WORD,
            "url": {"type": "string", "format": "uri"},
            "reason": ref("RelatedReason"),
        }
    ),
    "RelatedReason": record(
        {
            "kind": {
                "type": "string",
                "enum": _KINDS,
                "description": "Links of editors, what both belong to, or what visits taught (behaviour, used)",
            },
            "text": _WORD | {"description": "Why it is shown, for people"},
            "lang": _WORD,
        }
    ),
}
