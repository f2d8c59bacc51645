"""Understanding of words."""

from ...intents.understanding.rules import MAX_CHARACTERS
from .parts import LANG, Schema, answer, array_of, record, ref, refusal

_LANG: Schema = {"type": ["string", "null"], "enum": [*LANG["enum"], None], "default": LANG["default"]}
_WORDS = array_of({"type": "string"}, description="The pieces of the text that it was drawn from, as they were sent")
_CONFIDENCE: Schema = {"type": "number", "minimum": 0.5, "maximum": 1}
_SENSITIVE: Schema = {"type": "boolean", "description": "Ask before you use it, and never select it for somebody"}

PATHS: dict[str, Schema] = {
    "/understandings": {
        "post": {
            "operationId": "understand",
            "summary": "What a person's words seem to say, to be confirmed by the person",
            "description": "Texts in English and Spanish. Nothing of the text is kept or logged.",
            "requestBody": {"required": True, "content": {"application/json": {"schema": ref("UnderstandingRequest")}}},
            "responses": {
                "200": answer("The surest first; show emergencies before all else", ref("Understanding")),
                "400": refusal("The body is not JSON"),
                "413": refusal("The body is too large"),
                "415": refusal("The body is not application/json"),
                "422": refusal("The body has faults; errors names them by path"),
                "429": refusal("Too many requests from this address"),
            },
        }
    }
}

SCHEMAS: dict[str, Schema] = {
    "UnderstandingRequest": record(
        {"text": {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS, "pattern": "\\S"}, "lang": _LANG},
        optional=("lang",),
        additionalProperties=False,
    ),
    "Understanding": record(
        {
            "emergencies": array_of(ref("EmergencyFound")),
            "intents": array_of(ref("NamedFinding")),
            "profiles": array_of(ref("NamedFinding")),
            "facts": array_of(ref("FactFinding")),
        }
    ),
    "EmergencyFound": record(
        {
            "slug": {"type": "string"},
            "title": {"type": "string"},
            "text": {"type": "string"},
            "phones": array_of({"type": "string"}),
        }
    ),
    "NamedFinding": record(
        {
            "slug": {"type": "string"},
            "title": {"type": "string"},
            "url": {"type": "string", "format": "uri"},
            "confidence": _CONFIDENCE,
            "sensitive": _SENSITIVE,
            "words": _WORDS,
        }
    ),
    "FactFinding": record(
        {
            "fact": {"type": "string", "description": "A key of /facts"},
            "answer": {"description": "An answer that a screening takes for this fact"},
            "question": {"type": "string"},
            "confidence": _CONFIDENCE,
            "sensitive": _SENSITIVE,
            "words": _WORDS,
        }
    ),
}
