"""What kinds of files an article may have, told by what is in them. Without I/O."""

import csv
import io
import re
import zipfile
from pathlib import PurePath

from werkzeug.utils import secure_filename

MAX_BYTES = 5_000_000
MAX_FILES = 10
MAX_NAME = 100
# A document that unpacks to more is no document.
_MAX_UNPACKED = 200_000_000
_MAX_PARTS = 5_000
_SAMPLE = 64_000

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
TEXT, CSV = "text/plain", "text/csv"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# The types that are taken, with the ending that each is sent with and how people call it.
TYPES = {
    PDF: ("pdf", "PDF"),
    PNG: ("png", "PNG"),
    JPEG: ("jpg", "JPEG"),
    TEXT: ("txt", "Text"),
    CSV: ("csv", "CSV"),
    f"{_OFFICE}.wordprocessingml.document": ("docx", "Word"),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx", "Excel"),
    f"{_OPEN}.text": ("odt", "OpenDocument"),
    f"{_OPEN}.spreadsheet": ("ods", "OpenDocument"),
}
_SIGNS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MAIN_PARTS = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
}
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\A\s*<|<(?:!doctype|html|svg|script|iframe|body|\?xml)\b", re.IGNORECASE)


class BadFile(ValueError):
    """A file that is not taken. The message says why, in words for the person who sent it."""


def type_of(content: bytes) -> str:
    """The media type of a file. Raises BadFile for an empty or too large one, and one of another kind."""
    if not content:
        raise BadFile("Choose a file that is not empty")
    if len(content) > MAX_BYTES:
        raise BadFile(f"The file must be smaller than {MAX_BYTES // 1_000_000} MB")
    for sign, media_type in _SIGNS:
        if content.startswith(sign):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return _packed_type(content)
    return _text_type(content)


def filename_for(name: str, media_type: str) -> str:
    """A harmless name for a file, with the ending of its type: "List Ä.exe" of a PDF becomes "List_A.pdf"."""
    ending = TYPES[media_type][0]
    stem = PurePath(secure_filename(name)).stem[:MAX_NAME].strip("._- ")
    return f"{stem or 'file'}.{ending}"


def type_words(media_type: str) -> str:
    """What people call a type: PDF."""
    return TYPES[media_type][1]


def _packed_type(content: bytes) -> str:
    """The type of a document that is a ZIP archive; nothing of it is unpacked but its short type mark."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise BadFile("The document unpacks to too much")
            names = {part.filename for part in parts}
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                raise BadFile("The document holds macros. Save it without them")
            for name, media_type in _MAIN_PARTS.items():
                if name in names and "[Content_Types].xml" in names:
                    return media_type
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                found = archive.read("mimetype").decode("ascii", "replace").strip()
                if found.startswith(_OPEN) and found in TYPES:
                    return found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile("The document is damaged") from None
    raise _other()


def _text_type(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _other() from None
    if _NOT_TEXT.search(text) or not text.strip():
        raise _other()
    if _MARKUP.search(text):
        raise BadFile("Web pages and drawings (HTML, XML, SVG) are not taken. Save it as a PDF")
    return CSV if _is_table(text[:_SAMPLE]) else TEXT


def _is_table(text: str) -> bool:
    """Whether each line has the same number of fields, and more than one."""
    for delimiter in ",;\t":
        try:
            rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if row]
        except csv.Error:
            continue
        # The sample may end within a row.
        if len(rows) > 1 and len({len(row) for row in rows[:-1]}) == 1 and len(rows[0]) > 1:
            return len(rows[-1]) <= len(rows[0])
    return False


def _other() -> BadFile:
    return BadFile("Choose a PDF, PNG, JPEG, text or CSV file, or a Word, Excel or OpenDocument file")
