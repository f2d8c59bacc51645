"""The OpenAPI 3.1 document of version 1."""

from typing import Any

_PROBLEM = {
    "description": "The parameters are not valid (RFC 9457 problem document)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Portico",
        "version": "1",
        "description": "Public services, life events, needs and articles.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [{"url": "/api/v1"}],
    "paths": {
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
                    {
                        "name": "lang",
                        "in": "query",
                        "schema": {"type": "string", "enum": ["en", "es"], "default": "en"},
                    },
                    {
                        "name": "kind",
                        "in": "query",
                        "schema": {"type": "string", "enum": ["service", "intent", "article"]},
                    },
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "The best results first",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SearchResults"}}},
                    },
                    "400": _PROBLEM,
                },
            }
        }
    },
    "components": {
        "schemas": {
            "SearchResults": {
                "type": "object",
                "required": ["results", "total"],
                "properties": {
                    "results": {"type": "array", "items": {"$ref": "#/components/schemas/Result"}},
                    "total": {"type": "integer", "minimum": 0},
                },
            },
            "Result": {
                "type": "object",
                "required": ["kind", "id", "slug", "title", "summary", "url", "score"],
                "properties": {
                    "kind": {"type": "string", "enum": ["service", "intent", "article"]},
                    "id": {"type": "string", "format": "uuid"},
                    "slug": {"type": "string"},
                    "title": {"type": "string"},
                    "summary": {"type": "string"},
                    "url": {"type": "string", "format": "uri"},
                    "score": {"type": "number"},
                },
            },
            "Problem": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {"type": "object"},
                },
            },
        }
    },
}
