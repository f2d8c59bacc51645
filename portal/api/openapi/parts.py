"""What descriptions of several subjects share."""

from typing import Any

Schema = dict[str, Any]

LANG: Schema = {"type": "string", "enum": ["en", "es"], "default": "en"}
LANG_PARAMETER: Schema = {"name": "lang", "in": "query", "schema": LANG}
PROBLEM: Schema = {
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"$ref": "#/components/schemas/Errors"},
    },
}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def nullable(kind: str, **more: Any) -> Schema:
    return {"type": [kind, "null"], **more}


def record(properties: dict[str, Schema], optional: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object that has all of its properties but the optional ones."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
        **more,
    }


def answer(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def refusal(description: str) -> Schema:
    """An answer that is a problem document."""
    return {"description": description, "content": {"application/problem+json": {"schema": ref("Problem")}}}
