"""Articles."""

from .parts import LANG_PARAMETER, Schema, answer, array_of, nullable, record, ref, refusal

_WORD: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_URL: Schema = {"type": "string", "format": "uri"}
_UUID: Schema = {"type": "string", "format": "uuid"}
_LANGS = array_of(_WORD)
_LINKS = array_of(ref("Link"))


def _parameter(name: str, schema: Schema, **more: object) -> Schema:
    return {"name": name, "in": "query", "schema": schema, **more}


PATHS: dict[str, Schema] = {
    "/articles": {
        "get": {
            "operationId": "listArticles",
            "summary": "The articles that the public may read, in the order in which they were added",
            "parameters": [
                LANG_PARAMETER,
                _parameter("intent", _WORD, description="Only those that answer questions about this intent"),
                _parameter("service", _WORD, description="Only those that are about this service"),
                _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
                _parameter("after", _UUID, description="Only those after this one: `next` of the answer before"),
            ],
            "responses": {
                "200": answer("Articles, and where the next ones begin", ref("ArticleList")),
                "304": {"description": "Nothing has changed since the `ETag` of `If-None-Match`"},
                "400": refusal("The parameters are not valid"),
            },
        }
    },
    "/articles/{key}": {
        "get": {
            "operationId": "getArticle",
            "summary": "One article with its parts",
            "parameters": [
                {
                    "name": "key",
                    "in": "path",
                    "required": True,
                    "schema": _WORD,
                    "description": "Its lasting identifier, or its slug",
                },
                LANG_PARAMETER,
            ],
            "responses": {
                "200": answer("The article", ref("Article")),
                "301": {"description": "It has another slug by now, or was merged into the article at `Location`"},
                "304": {"description": "Nothing has changed since the `ETag` of `If-None-Match`"},
                "400": refusal("The parameters are not valid"),
                "404": refusal("There is no such article"),
                "410": refusal("It is no longer used"),
            },
        }
    },
}

SCHEMAS: dict[str, Schema] = {
    "ArticleList": record({"articles": array_of(ref("ArticleRow")), "next": nullable("string", format="uuid")}),
    "ArticleRow": record(
        {
            "id": _UUID,
            "slug": _WORD,
            "title": _WORD,
            "summary": _WORD,
            "lang": _WORD,
            "languages": _LANGS,
            "checked": _DAY,
            "url": _URL,
        }
    ),
    "Article": record(
        {
            "id": _UUID,
            "slug": _WORD,
            "lang": _WORD | {"description": "The language of the title"},
            "languages": _LANGS | {"description": "The languages that it is written in"},
            "other_language": array_of(
                {"type": "string", "enum": ["title", "summary", "who", "answer", "steps", "files"]},
                description="The parts that are not there in the language that was asked for",
            ),
            "title": _WORD | {"description": "The question"},
            "summary": _WORD | {"description": "The answer in one or two sentences"},
            "who": {"anyOf": [ref("RichText"), {"type": "null"}], "description": "Whom the answer is for"},
            "answer": ref("RichText"),
            "steps": array_of(ref("RichText"), description="What to do, in order"),
            "files": array_of(ref("File")),
            "services": _LINKS,
            "intents": _LINKS,
            "sources": array_of(ref("ArticleSource")),
            "sensitive": {"type": "boolean", "description": "Show a way to leave the page at once"},
            "checked": _DAY | {"description": "When it was last compared with its sources"},
            "updated": _DAY,
            "url": _URL,
        }
    ),
    "RichText": record(
        {"html": _WORD | {"description": "Paragraphs, lists, emphasis and links; nothing else"}, "text": _WORD}
    ),
    "File": record({"title": _WORD, "type": _WORD, "bytes": {"type": "integer", "minimum": 1}, "url": _URL}),
    "Link": record({"slug": _WORD, "title": _WORD, "url": _URL}),
    "ArticleSource": record(
        {"title": _WORD, "url": _URL, "checked": _DAY, "edition": nullable("string", format="date")}
    ),
}
