"""Markdown becomes safe HTML, whatever is in it, in bounded time."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.markup import clean_html, plain_text, render_line, render_markdown

TAGS = {
    "p": {"class"},
    "ul": {"class"},
    "ol": {"class", "start"},
    "li": set(),
    "strong": set(),
    "em": set(),
    "a": {"class", "href", "title", "rel"},
    "br": set(),
    "code": set(),
    "pre": set(),
    "blockquote": set(),
}
VOID = {"br"}
# What browsers take for the scheme of an address: they skip blanks and control characters.
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\x00-\x20-]*):")
# The longest text that the schema allows.
LONGEST = 8000


class Checker(HTMLParser):
    """Fails for what may not be in the HTML of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        assert tag in TAGS, tag
        assert set(values) <= TAGS[tag], attrs
        assert len(values) == len(attrs), attrs
        if tag == "a":
            assert values["rel"] == "noopener noreferrer"
            if "href" in values:
                scheme = SCHEME.match(values["href"].lower())
                assert scheme is None or scheme[1] in ("http", "https", "mailto", "tel"), attrs
                self.links.append(values["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(data)

    def handle_decl(self, decl):
        raise AssertionError(decl)

    def handle_pi(self, data):
        raise AssertionError(data)


def checked(text: str) -> Checker:
    """The links of a text, whose HTML has been checked as a whole and as one line."""
    for render in (render_line, render_markdown):
        found = Checker()
        found.feed(str(render(text)))
        found.close()
        assert found.open == []
    return found


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<svg onload=alert(1)>", "<a href=", "<img src=x onerror=alert(1)>", "<!--", "-->"),
        *("javascript:alert(1)", "JaVaScRiPt&colon;alert(1)", "data:text/html;base64,PHN2Zz4=", "vbscript:x", "//evil"),
        *("[a](", "[a]: ", "](", ")", "[", "]", "![", "<", ">", '"', "'", "`", "```\n", "    ", "> ", "- ", "1. "),
        *("&lt;", "&#106;", "&#x6A;", "&Tab;", "&NewLine;", "&quot;", "\\", "\n", "\n\n", "*", "**", "_", "\t"),
        *("https://example.gov", "mailto:a@example.gov", "tel:211", "word", "\u202e", "\u2028", "<scr<script>ipt>"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_hostile_text_never_becomes_more_than_the_allowed_tags(text):
    checked(text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "&#106;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java\\script:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "vbscript:alert(1)",
        "file:///etc/passwd",
        "blob:x",
    ],
)
def test_links_lead_nowhere_but_to_pages_mail_and_telephones(address):
    assert not [one for one in checked(f"[x]({address}) <{address}>").links if SCHEME.match(one)]


def test_links_keep_their_address_and_tell_no_other_site_where_one_was():
    assert render_markdown("[Apply](https://example.gov/a?b=1&c=2) or **call** [us](tel:211)") == (
        '<p class="govuk-body"><a class="govuk-link" href="https://example.gov/a?b=1&amp;c=2" '
        'rel="noopener noreferrer">Apply</a> or <strong>call</strong> '
        '<a class="govuk-link" href="tel:211" rel="noopener noreferrer">us</a></p>\n'
    )


def test_a_line_has_emphasis_and_links_and_no_paragraph():
    assert render_line("Call **211** or [us](https://a.gov)") == (
        'Call <strong>211</strong> or <a class="govuk-link" href="https://a.gov" rel="noopener noreferrer">us</a>'
    )


def test_lists_keep_their_number_and_html_is_shown_as_text():
    assert render_markdown("3. <b>a</b>\n4. b") == (
        '<ol class="govuk-list govuk-list--number" start="3">\n<li>&lt;b&gt;a&lt;/b&gt;</li>\n<li>b</li>\n</ol>\n'
    )
    assert clean_html("- a") == "<ul>\n<li>a</li>\n</ul>\n"


@pytest.mark.parametrize(
    "piece",
    [
        *(">", "> ", "- ", "1. ", "[", "[a](", "![", "*a ", "**a", "_a_", "*_", "<", "<a ", "`", "&#x6a;", "\\["),
        *("[a]: b\n", "<http:", "a**b_c*", "[a][", "((", "  - a\n", "\n> - ", "<script>", "&lt;"),
    ],
)
def test_deep_nesting_is_rendered_in_bounded_time(piece):
    text = (piece * LONGEST)[:LONGEST]
    render_markdown.cache_clear()
    began = time.process_time()
    checked(text)
    plain_text(text)
    assert time.process_time() - began < 1.5


def test_rendering_again_costs_nothing():
    render_markdown.cache_clear()
    for _ in range(50):
        render_markdown("A **text**")
    assert (render_markdown.cache_info().misses, render_markdown.cache_info().hits) == (1, 49)
