"""The OpenAPI 3.1 document of version 1: one module for each subject."""

from typing import Any

from . import articles, related, screening, search, understanding
from .parts import PROBLEM

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Portico",
        "version": "1",
        "description": "Public services, life events, needs and articles, and who can get what.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [{"url": "/api/v1"}],
    "paths": search.PATHS | articles.PATHS | related.PATHS | screening.PATHS | understanding.PATHS,
    "components": {
        "schemas": search.SCHEMAS
        | articles.SCHEMAS
        | related.SCHEMAS
        | screening.SCHEMAS
        | understanding.SCHEMAS
        | {"Problem": PROBLEM}
    },
}
