"""Cleaning of texts: Markdown and lines from anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.imports import texts
from portal.markup import render_markdown

TAGS = ["<p>", "</p>", "<ul><li>", "</li>", "<script>", "</script>", "<a href='javascript:x'>", "</a>", "<td>", "<br>"]
MARKS = [
    "&lt;script&gt;",
    "<",
    "words ",
    "# ",
    "\n",
    "\x00",
    "![x](",
    "](data:x)",
    "· ",
    "1. ",
    "`",
    "&#0;",
    "\ud800",
    "<!--",
]
PIECES = st.sampled_from([*TAGS, *MARKS, "[", ")"])
ANYTHING = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))


def test_html_becomes_paragraphs_and_lists():
    html = (
        "<h2>Who</h2><p>All <strong>people</strong></p><ul><li>one<ul><li>nested</li></ul></li><li><p>two</p></li></ul>"
    )
    assert texts.markdown(html) == "Who\n\nAll people\n\n- one\n  - nested\n- two"
    assert texts.markdown("<ol><li>a</li><li>b</li></ol>") == "1. a\n2. b"


def test_a_table_becomes_a_list_of_its_rows():
    html = "<table><tr><td><p>Family</p></td><td>Limit</td></tr><tr><td>1</td><td>$136,080</td></tr></table>"
    assert texts.markdown(html) == "- Family: Limit\n- 1: $136,080"


def test_only_links_to_web_mail_and_telephone_stay():
    assert texts.markdown('<a href="https://a.gov/x(1)">here</a>') == "[here](https://a.gov/x%281%29)"
    assert texts.markdown('<a href="Tel:800-541-2831">call</a>') == "[call](tel:800-541-2831)"
    assert texts.markdown('<a href="a@b.org">write</a>') == "[write](mailto:a@b.org)"
    assert texts.markdown('<a href="javascript:alert(1)">no</a> <a href="data:x">no</a>') == "no no"
    assert "](javascript" not in texts.markdown("[x](javascript:alert(1))")


def test_scripts_styles_and_handlers_are_left_out():
    html = "<p onclick='x()'>Text</p><style>p{}</style><script>alert(1)</script><img src=x onerror=y>"
    assert texts.has_script(html)
    assert texts.markdown(html) == "Text"


def test_plain_lines_and_bullets_become_markdown():
    assert texts.markdown("First\nSecond\n· one\n• two\nEnd") == "First\n\nSecond\n\n- one\n- two\n\nEnd"
    assert texts.markdown("# no heading\n===\n> no quotation") == "\\# no heading\n\n\\> no quotation"
    assert texts.markdown("income < 500 and > 3") == "income < 500 and > 3"


def test_escaped_tags_stay_words():
    assert "<script" not in texts.markdown("<p>&lt;script&gt;x</p>")
    assert "<script" not in texts.line("&lt;b&gt;<i>&lt;script&gt;</i>")


def test_marks_that_are_left_out_leave_no_tag():
    assert texts.summary("<\\p>Food for a week.") == "< p>Food for a week."


def test_a_line_has_no_marks():
    assert texts.line("<p>Free  <a href='https://a.gov'>help</a></p>\n<ul><li>now</li></ul>") == "Free help now"


@pytest.mark.parametrize("limit", [40, 400])
def test_a_summary_ends_with_a_sentence(limit):
    text = "One sentence here. Another one follows. " * 30
    assert texts.summary(text, limit).endswith(".")
    assert len(texts.summary(text, limit)) <= limit
    assert texts.cut("word " * 200, 50).endswith(" …")


@given(ANYTHING)
def test_no_text_brings_tags_or_control_characters(text):
    for result in (texts.markdown(text), texts.line(text), texts.summary(texts.markdown(text))):
        assert not re.search(r"<[A-Za-z/!?]", result)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", result)
        result.encode("utf-8")
    html = str(render_markdown(texts.markdown(text)))
    assert not re.search(r"<(?:script|img|h\d|table)|href=\"(?!https?:|mailto:|tel:)", html)


@given(ANYTHING, st.integers(20, 500))
def test_cutting_keeps_the_limit(text, limit):
    assert len(texts.cut(texts.markdown(text), limit)) <= limit
