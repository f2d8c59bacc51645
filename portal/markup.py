"""Markdown of the content as HTML. Only paragraphs, lists, emphasis and links; raw HTML is shown as text."""

import functools

from markdown_it import MarkdownIt
from markupsafe import Markup

_RENDERER = MarkdownIt("commonmark", {"html": False}).enable(["list"]).disable(["heading", "lheading", "hr", "image"])
_TEXT = MarkdownIt("commonmark", {"html": False})


@functools.lru_cache(maxsize=4096)
def render_markdown(text: str) -> Markup:
    """Safe HTML of a text. Its lists and links carry the classes of the design system."""
    html = _RENDERER.render(text)
    for tag, classes in (
        ("<p>", '<p class="govuk-body">'),
        ("<ul>", '<ul class="govuk-list govuk-list--bullet">'),
        ("<ol>", '<ol class="govuk-list govuk-list--number">'),
        ("<a ", '<a class="govuk-link" '),
    ):
        html = html.replace(tag, classes)
    return Markup(html)  # noqa: S704 - the renderer escapes everything that is not Markdown


@functools.lru_cache(maxsize=4096)
def plain_text(text: str) -> str:
    """The words of a Markdown text without its marks, a line for each block, for search and for machines."""
    blocks = (
        " ".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))
        for token in _TEXT.parse(text)
    )
    return "\n".join(" ".join(block.split()) for block in blocks if block)
