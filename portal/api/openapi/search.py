"""Search."""

from .parts import LANG_PARAMETER, Schema, answer, array_of, record, ref, refusal

_KINDS = ["service", "intent", "article"]

PATHS: dict[str, Schema] = {
    "/search": {
        "get": {
            "operationId": "search",
            "summary": "Search services, intents and articles in a person's own words",
            "parameters": [
                {
                    "name": "q",
                    "in": "query",
                    "required": True,
                    "schema": {"type": "string", "minLength": 1, "maxLength": 500},
                },
                LANG_PARAMETER,
                {"name": "kind", "in": "query", "schema": {"type": "string", "enum": _KINDS}},
                {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                },
            ],
            "responses": {
                "200": answer("The best results first", ref("SearchResults")),
                "400": refusal("The parameters are not valid"),
            },
        }
    }
}

SCHEMAS: dict[str, Schema] = {
    "SearchResults": record({"results": array_of(ref("Result")), "total": {"type": "integer", "minimum": 0}}),
    "Result": record(
        {
            "kind": {"type": "string", "enum": _KINDS},
            "id": {"type": "string", "format": "uuid"},
            "slug": {"type": "string"},
            "title": {"type": "string"},
            "summary": {"type": "string"},
            "url": {"type": "string", "format": "uri"},
            "score": {"type": "number"},
        }
    ),
}
