"""Markdown of the content as HTML. Only paragraphs, lists, emphasis and links; raw HTML is shown as text."""

import functools

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_RENDERER = MarkdownIt("commonmark", {"html": False}).enable(["list"]).disable(["heading", "lheading", "hr", "image"])
_TEXT = MarkdownIt("commonmark", {"html": False})
# The renderer escapes all HTML by itself; what it makes is cleaned all the same, so that a flaw of it opens nothing.
_CLEANER = nh3.Cleaner(
    tags={"p", "ul", "ol", "li", "strong", "em", "a", "br", "code", "pre", "blockquote"},
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto", "tel"},
    # Another site is not told which page somebody came from.
    link_rel="noopener noreferrer",
)


@functools.lru_cache(maxsize=4096)
def render_markdown(text: str) -> Markup:
    """Safe HTML of a text. Its lists and links carry the classes of the design system."""
    html = clean_html(text)
    for tag, classes in (
        ("<p>", '<p class="govuk-body">'),
        ("<ul>", '<ul class="govuk-list govuk-list--bullet">'),
        ("<ol", '<ol class="govuk-list govuk-list--number"'),
        ("<a ", '<a class="govuk-link" '),
    ):
        html = html.replace(tag, classes)
    return Markup(html)  # noqa: S704 - cleaned


@functools.lru_cache(maxsize=4096)
def clean_html(text: str) -> str:
    """The same HTML without classes, for other systems."""
    return _CLEANER.clean(_RENDERER.render(text))


@functools.lru_cache(maxsize=4096)
def render_line(text: str) -> Markup:
    """Safe HTML of one line, such as a step: emphasis and links, without a paragraph around it."""
    html = clean_line(text).replace("<a ", '<a class="govuk-link" ')
    return Markup(html)  # noqa: S704 - cleaned


@functools.lru_cache(maxsize=4096)
def clean_line(text: str) -> str:
    """The same HTML without classes, for other systems."""
    return _CLEANER.clean(_RENDERER.renderInline(text))


@functools.lru_cache(maxsize=4096)
def plain_text(text: str) -> str:
    """The words of a Markdown text without its marks, a line for each block, for search and for machines."""
    blocks = (
        " ".join(child.content for child in token.children or () if child.type in ("text", "code_inline"))
        for token in _TEXT.parse(text)
    )
    return "\n".join(" ".join(block.split()) for block in blocks if block)
