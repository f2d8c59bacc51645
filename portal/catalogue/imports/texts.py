"""Cleaning the texts of a source: whatever was written there comes out as plain Markdown or as one plain line.

Markdown here means paragraphs, lists and links to web, mail and telephone addresses. Emphasis, headings and tables lose
their marks, not their words; scripts, styles and handlers are left out. No result contains an HTML tag or a control
character, so that a page may show it and a spreadsheet may hold it.
"""

import re
import unicodedata
from html.parser import HTMLParser

MAX_LINE = 400
MAX_TEXT = 8_000
MAX_FIELD = 100_000

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]")
# A lone half of a surrogate pair comes from a wrong escape in JSON and cannot be stored.
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_TAG = re.compile(r"<[A-Za-z/!?]")
_POINTED_ADDRESS = re.compile(r"<((?:https?://|mailto:|tel:)[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>")
_DECLARATION = re.compile(r"<!--.*?(?:-->|$)|<[!?][^>]*>?", re.DOTALL)
_UNENDING = re.compile(r"<(?=[^<>]*(?:<|$))")
_BULLET = re.compile(r"^(?:[·•●▪◦‣*]|o(?=\s+[A-Z])|[-–—](?=\s))\s*")
_BLANKS = re.compile(r"[^\S\n]+")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_SENTENCE_END = re.compile(r"[.!?][\"”’)]*(?=\s|$)")
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_BLOCK_TAGS = (
    "p div section article header footer blockquote h1 h2 h3 h4 h5 h6 table tbody thead tr ul ol li dl dt dd pre hr br"
)
_BLOCKS = frozenset(re.findall(r"\w+", _BLOCK_TAGS))
_BLOCK_TAG = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})\b", re.IGNORECASE)
_SILENT = frozenset(["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "head"])
_ACTIVE = re.compile(r"<\s*(?:script|style|iframe|object|svg)\b|<[^<>]*\son[a-z]+\s*=|javascript\s*:", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without control characters and lone surrogates, with plain line ends, in composed form."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text.replace("\u00a0", " ")))
    return unicodedata.normalize("NFC", text)


def has_controls(text: str) -> bool:
    """Whether a text holds characters that nobody typed: NUL and its like, or lone surrogates."""
    return bool(re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text))


def has_script(text: str) -> bool:
    """Whether a text tries to bring a script, a style or a handler with it."""
    return bool(_ACTIVE.search(text))


def without_tags(text: str) -> str:
    """The text where no "<" can begin a tag, and none of its links leads anywhere but to web, mail or telephone."""
    text = _TAG.sub(lambda found: f"< {found.group()[1]}", text)
    text = text.replace("![", "[")
    return re.sub(r"\]\((?!https?://|mailto:|tel:)", "] (", text)


def line(text: str) -> str:
    """One line of plain words. HTML loses its tags and links their addresses."""
    text = clean(text)
    if _TAG.search(text):
        text = plain(_from_html(_POINTED_ADDRESS.sub(r"\1", text)))
    return without_tags(" ".join(text.split()))


def markdown(text: str) -> str:
    """The text as Markdown, whether it was written as HTML or with line ends and bullets."""
    text = _POINTED_ADDRESS.sub(r"\1", clean(text))
    if not _TAG.search(text):
        return _from_lines(text)
    # Lines are marked by their ends where no tag marks them.
    return _from_html(text) if _BLOCK_TAG.search(text) else _from_lines(_from_html(text.replace("\n", "<br>")))


def plain(text: str) -> str:
    """The words of a Markdown text on one line, without the marks of lists and links."""
    text = _MARKDOWN_LINK.sub(r"\1", text)
    words = (re.sub(r"^\s*(?:- |\d+\. )", "", part).replace("\\", "") for part in text.split("\n"))
    # Without the marks between them its signs may make a tag.
    return without_tags(" ".join(" ".join(words).split()))


def cut(text: str, limit: int = MAX_TEXT) -> str:
    """The beginning of a text within a limit, up to the end of a line or sentence; a word with "…" where none is."""
    if len(text) <= limit:
        return text
    head = text[: limit - 2]
    ends = [found.end() for found in _SENTENCE_END.finditer(head)]
    end = max(ends[-1] if ends else 0, head.rfind("\n"))
    if end > limit // 4:
        return head[:end].rstrip()
    return f"{head[: head.rfind(' ')] if ' ' in head[limit // 2 :] else head} …"


def summary(text: str, limit: int = MAX_LINE) -> str:
    """A line for lists from a longer Markdown text: its first sentences, as many as fit."""
    return cut(plain(text), limit)


def _block(text: str) -> str:
    """One paragraph or item: on one line, and never read as a heading, a rule, a quotation or a code block."""
    text = without_tags(" ".join(text.split()))
    if re.match(r"#{1,6}(?:\s|$)|>", text):
        return f"\\{text}"
    return "" if re.fullmatch(r"[-=_*\s]+", text) else re.sub(r"^(?:```|~~~)", "", text)


def _join(blocks: list[tuple[bool, str]]) -> str:
    """Blocks as Markdown: items of a list below each other, everything else with an empty line between."""
    parts: list[str] = []
    for number, (is_item, text) in enumerate(blocks):
        if number:
            parts.append("\n" if is_item and blocks[number - 1][0] else "\n\n")
        parts.append(text)
    return "".join(parts)


def _from_lines(text: str) -> str:
    blocks = []
    for raw in text.split("\n"):
        bullet = _BULLET.match(raw.strip())
        words = _block(raw.strip()[bullet.end() :] if bullet else raw)
        if words:
            blocks.append((bool(bullet), f"- {words}" if bullet else words))
    return _join(blocks)


def _from_html(text: str) -> str:
    reader = _HtmlReader()
    # The parser of the standard library stumbles over declarations that are none, and takes very long over many tags
    # that never end.
    reader.feed(_UNENDING.sub("< ", _DECLARATION.sub(" ", text)))
    reader.close()
    reader.end_block()
    return _join(reader.blocks)


class _HtmlReader(HTMLParser):
    """Collects the blocks of an HTML text as Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[bool, str]] = []
        self.words: list[str] = []
        self.lists: list[int] = []  # of each open list the number of its next item; 0 for bullets
        self.item_open = False  # an item was begun and its mark not yet written
        self.silent = 0
        self.link: tuple[str, int] | None = None  # where the open link leads, and its first word
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        if tag == "br":
            self._break()
        elif tag in ("td", "th"):
            if self.cells and "".join(self.words).strip():
                self.words.append(": " if self.cells == 1 else "; ")
            self.cells += 1
        elif tag == "a":
            self._end_link()
            target = link_target(dict(attrs).get("href") or "")
            self.link = (target, len(self.words)) if target else None
        elif tag in _BLOCKS:
            self._start_block(tag)

    def _start_block(self, tag: str) -> None:
        if self.cells and tag not in ("tr", "li", "ul", "ol", "table"):
            return  # a paragraph inside a cell
        if tag == "p" and self.lists and "".join(self.words).strip():
            self.words.append(" ")
            return
        self.end_block()
        if tag in ("ul", "ol"):
            self.lists = [*self.lists[-5:], 0 if tag == "ul" else 1]
        elif tag in ("li", "tr"):
            self.item_open = True
            self.cells = 0

    def _break(self) -> None:
        if self.lists or self.cells:
            self.words.append(" ")
        else:
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "a":
            self._end_link()
        elif tag in ("tr", "table"):
            self.end_block()
            self.cells = 0
        elif tag in ("ul", "ol"):
            self.end_block()
            self.lists = self.lists[:-1]
            self.item_open = False
        elif tag in _BLOCKS and not (tag == "p" and (self.cells or self.lists)):
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)

    def _end_link(self) -> None:
        if self.link is None:
            return
        target, start = self.link
        self.link = None
        inside = "".join(self.words[start:])
        words = " ".join(inside.replace("[", "(").replace("]", ")").split())
        if words:
            lead = " " if inside[:1].isspace() else ""
            tail = " " if inside[-1:].isspace() else ""
            self.words[start:] = [f"{lead}[{words}]({target}){tail}"]

    def end_block(self) -> None:
        """Close the paragraph or item that is being read."""
        self._end_link()
        words = _block("".join(self.words))
        self.words = []
        if not words:
            return
        indent = "".join("   " if number else "  " for number in self.lists[:-1])
        if self.item_open:
            number = self.lists[-1] if self.lists else 0
            mark = f"{number}. " if number else "- "
            if number:
                self.lists[-1] += 1
            self.item_open = False
            self.blocks.append((True, f"{indent}{mark}{words}"))
        elif self.lists:
            own = "   " if self.lists[-1] else "  "
            self.blocks.append((False, f"{indent}{own}{words}"))
        else:
            self.blocks.append((False, words))


def link_target(address: str) -> str:
    """Where a link of a text may lead: to the web, a mailbox or a telephone. Empty where it leads elsewhere."""
    address = "".join(clean(address).split())
    scheme, colon, rest = address.partition(":")
    scheme = scheme.lower()
    if scheme in ("http", "https") and rest.startswith("//") and len(rest) > 2:
        target = f"{scheme}:{rest}"
    elif scheme in ("mailto", "email") or (not colon and _MAIL.fullmatch(address)):
        mail = _MAIL.match(rest if colon else address)
        target = f"mailto:{mail.group()}" if mail else ""
    elif scheme in ("tel", "call") and re.search(r"\d", rest):
        target = f"tel:{re.sub(r'[^0-9+*#-]', '', rest)}"
    elif re.fullmatch(r"www\.[a-z0-9.-]+(?:/\S*)?", address, re.IGNORECASE):
        target = f"http://{address}"
    else:
        return ""
    for sign, code in (("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E"), ("\\", "%5C")):
        target = target.replace(sign, code)
    return target if len(target) <= 500 else ""
