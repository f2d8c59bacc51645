"""Answers compared with what the OpenAPI document says of them."""

import functools
from typing import Any

import jsonschema

from portal.api.openapi import DOCUMENT


def checked(answer: Any, path: str, method: str = "post") -> Any:
    """The JSON of an answer, which must be one that the document promises, without a member that it does not name."""
    promised = DOCUMENT["paths"][path][method]["responses"][str(answer.status_code)]
    schema = promised["content"][answer.mimetype]["schema"]
    _validator(schema["$ref"].rpartition("/")[2]).validate(answer.json)
    return answer.json


def sendable(body: Any, schema: str) -> bool:
    """Whether the document allows a body."""
    return _validator(schema).is_valid(body)


@functools.cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    schemas = {key: _strict(schema) for key, schema in DOCUMENT["components"]["schemas"].items()}
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}},
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found
