"""Files of articles: what is taken, who gets it, and how it leaves."""

import contextlib
import io
import re
import zipfile

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.database import transaction
from portal.extensions import db
from portal.identity.models import AuditEntry
from portal.knowledge.attachments.operations import FileRefused, add_file, remove_file, set_audience
from portal.knowledge.attachments.queries import file_by_uid, files_of_article
from portal.knowledge.attachments.rules import MAX_BYTES, MAX_FILES, TYPES, BadFile, filename_for, type_of
from tests.editing.support import Browser, check_staff_page, record_id
from tests.knowledge.support import add_article
from tests.staff import make_staff

PDF = b"%PDF-1.7\n1 0 obj\n<< /S /JavaScript >>\nendobj"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def packed(names, **parts):
    """A ZIP archive with empty parts of the names, and others with their texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "")
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, b"\0" * 101_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0 jpeg", "jpg"),
        (b"Bring your papers.\nCall us.", "txt"),
        ("Traiga sus papeles: niño".encode(), "txt"),
        (b"\xef\xbb\xbfOffice,Phone\nNorth,211\nSouth,311\n", "csv"),
        (b"Office;Phone\nNorth;211\n", "csv"),
        (packed(["[Content_Types].xml", "word/document.xml"]), "docx"),
        (packed(["[Content_Types].xml", "xl/workbook.xml"]), "xlsx"),
        (packed([], mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        (packed([], mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
    ],
)
def test_the_content_says_what_a_file_is(content, ending):
    assert TYPES[type_of(content)][0] == ending


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"<html><script>alert(1)</script></html>",
        b"  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><a/>",
        b"Hello <script>alert(1)</script>",
        b"%!PS-Adobe\n<svg>",
        b"MZ\x90\x00\x03",
        b"\x7fELF",
        b"GIF89a\x01\x00",
        b"text with \x00 a NUL",
        "Grüße".encode("latin-1"),
        packed(["hello.txt"]),
        packed(["word/document.xml"]),
        packed(["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]),
        packed([], mimetype="application/epub+zip"),
        packed(["[Content_Types].xml", "word/document.xml"])[:-30],
        b"PK\x03\x04 nothing",
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_everything_else_is_refused(content):
    with pytest.raises(BadFile):
        type_of(content)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    content = bomb()
    assert len(content) < MAX_BYTES
    with pytest.raises(BadFile, match="unpacks to too much"):
        type_of(content)


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.binary(max_size=50).map(lambda rest: b"PK\x03\x04" + rest))
def test_any_bytes_are_of_a_known_type_or_refused(content):
    with contextlib.suppress(BadFile):
        assert type_of(content) in TYPES


@settings(max_examples=300)
@given(st.text(max_size=200), st.sampled_from(sorted(TYPES)))
def test_names_are_harmless_and_have_the_ending_of_their_type(name, media_type):
    found = filename_for(name, media_type)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.[a-z]{3,4}", found)
    assert found.endswith(f".{TYPES[media_type][0]}")
    assert len(found) <= 120


def test_the_ending_that_somebody_typed_says_nothing():
    assert filename_for("../../etc/page.html", "application/pdf") == "etc_page.pdf"
    assert filename_for("Formulário.PDF.exe", "application/pdf") == "Formulario.PDF.pdf"
    assert filename_for("\r\nSet-Cookie: a=b", "text/plain") == "Set-Cookie_ab.txt"
    assert filename_for("", "text/csv") == "file.csv"


# Through the pages


@pytest.fixture
def sent(office, staff):
    """A file that an editor has sent, and the address of its article's files."""
    edith = Browser(office, staff["editor"])
    answer = upload(edith, content=PDF, filename="form.html")
    assert answer.status_code == 303, answer.text
    with office.app_context():
        return edith, files_of_article(record_id("article", "article"))[0].uid


def upload(browser, key="article", content=PDF, filename="form.pdf", **more):
    fields = {"csrf_token": browser.token(), "title_en": "The form", **more}
    return post_file(browser.client, f"/admin/knowledge/{key}/files", content, filename, fields)


def post_file(client, path, content, filename="form.pdf", fields=None):
    """Post a form with a file as a browser does."""
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in (fields or {}).items()]
    parts.append(f'name="file"; filename="{filename}"\r\n\r\n'.encode() + content)
    body = b"".join(b"--part\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--part--\r\n"
    return client.post(path, data=body, content_type="multipart/form-data; boundary=part")


def let_public_have(browser, uid):
    return browser.post(f"/admin/knowledge/files/{uid}/audience", audience="public")


def test_a_second_person_lets_the_public_have_a_file(office, staff, sent):
    edith, uid = sent
    rita = Browser(office, staff["reviewer"])
    visitor = office.test_client()
    assert visitor.get(f"/en/files/{uid}").status_code == 404
    assert "The form" not in visitor.get("/en/articles/article").text
    assert visitor.get(f"/admin/knowledge/files/{uid}").status_code == 303
    assert edith.get(f"/admin/knowledge/files/{uid}").data == PDF
    assert let_public_have(edith, uid).status_code == 403
    page = rita.get("/admin/knowledge/article/files").text
    check_staff_page(page)
    assert "Let the public have it" in page
    assert "Let the public have it" not in edith.get("/admin/knowledge/article/files").text
    assert let_public_have(rita, uid).status_code == 303
    for lang in ("en", "es", "ar"):
        shown = visitor.get(f"/{lang}/articles/article").text
        assert f'href="/{lang}/files/{uid}"' in shown
    assert "(<bdi>PDF, 1 KB</bdi>)" in visitor.get("/en/articles/article").text
    answer = visitor.get(f"/es/files/{uid}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")


def test_a_file_is_always_saved_and_never_shown(office, staff, sent):
    edith, uid = sent
    let_public_have(Browser(office, staff["reviewer"]), uid)
    for answer, cache in (
        (office.test_client().get(f"/en/files/{uid}"), "public, max-age=60"),
        (edith.get(f"/admin/knowledge/files/{uid}"), "no-store"),
    ):
        assert answer.headers["Content-Disposition"] == "attachment; filename=form.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert answer.headers["Cache-Control"] == cache
    again = office.test_client().get(f"/en/files/{uid}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_public_has_a_file_only_as_long_as_it_has_the_article(office, staff, sent):
    _, uid = sent
    let_public_have(Browser(office, staff["reviewer"]), uid)
    for changes in ({"status": "not_validated"}, {"status": "archived"}, {"audience": "staff"}):
        with office.app_context():
            add_article("article", **changes)
        assert office.test_client().get(f"/en/files/{uid}").status_code == 404, changes


def test_a_replaced_file_is_for_staff_until_somebody_has_seen_it(office, staff, sent):
    edith, uid = sent
    let_public_have(Browser(office, staff["reviewer"]), uid)
    answer = upload(edith, content=b"Plain words", filename="x.pdf", replaces=uid)
    assert answer.status_code == 303
    with office.app_context():
        head = file_by_uid(uid)
    assert (head.filename, head.media_type, head.audience, head.title) == (
        "x.txt",
        "text/plain",
        "staff",
        {"en": "The form"},
    )
    assert office.test_client().get(f"/en/files/{uid}").status_code == 404
    assert let_public_have(Browser(office, staff["reviewer"]), uid).status_code == 303
    assert office.test_client().get(f"/en/files/{uid}").data == b"Plain words"


def test_a_file_is_renamed_taken_back_and_removed_and_all_of_it_is_noted(office, staff, sent):
    edith, uid = sent
    let_public_have(Browser(office, staff["reviewer"]), uid)
    at = f"/admin/knowledge/files/{uid}"
    assert edith.post(f"{at}/title", title_en="Form 1", title_es="Formulario 1").status_code == 303
    assert "Formulario 1" in office.test_client().get("/es/articles/article").text
    assert edith.post(f"{at}/title", title_en=" ").status_code == 422
    assert edith.post(f"{at}/audience", audience="staff").status_code == 303
    assert edith.post(f"{at}/audience", audience="everyone").status_code == 422
    assert edith.post(f"{at}/remove").status_code == 303
    assert edith.post(f"{at}/remove").status_code == 404
    assert edith.get(at).status_code == 404
    with office.app_context():
        rows = db.session.execute(sa.select(AuditEntry.verb, AuditEntry.note).where(AuditEntry.verb.contains("file")))
        noted = [row.verb for row in rows if row.note.get("file") == uid]
    assert noted == ["add file", "file for public", "rename file", "file for staff", "remove file"]


def test_what_is_refused_is_said_beside_the_field(office, staff):
    edith = Browser(office, staff["editor"])
    answer = upload(edith, content=b"<svg/>", filename="a.png")
    assert answer.status_code == 422
    check_staff_page(answer.text)
    assert "Save it as a PDF" in answer.text
    answer = upload(edith, title_en="")
    assert (answer.status_code, "Enter a title" in answer.text) == (422, True)
    with office.app_context():
        assert files_of_article(record_id("article", "article")) == []


def test_one_route_takes_large_files_from_who_is_signed_in_and_no_other_takes_any(office, staff):
    edith = Browser(office, staff["editor"])
    large = b"%PDF-" + b"x" * (MAX_BYTES - 5)
    assert upload(edith, content=large).status_code == 303
    assert upload(edith, content=large + b"x").status_code == 422
    assert upload(edith, content=large + b"x" * 200_000).status_code == 413
    for path in ("/admin/knowledge/article/status", "/en/feedback", "/admin/sign-in"):
        assert post_file(edith.client, path, large).status_code == 413, path
    assert post_file(office.test_client(), "/admin/knowledge/article/files", large).status_code == 413


def test_an_article_has_so_many_files_and_no_more(office, staff):
    with office.app_context():
        article_id = record_id("article", "article")
        with transaction():
            for number in range(MAX_FILES):
                add_file(article_id, PDF, "f", {"en": f"File {number}"}, actor=staff["editor"])
        with pytest.raises(FileRefused, match="at most"), transaction():
            add_file(article_id, PDF, "f", {"en": "One more"}, actor=staff["editor"])
        uid = files_of_article(article_id)[0].uid
        with pytest.raises(FileRefused), transaction():
            set_audience(uid, "public", actor=staff["editor"])
        with pytest.raises(FileRefused), transaction():
            remove_file(uid, actor=staff["agency"])


def test_who_may_do_what_with_files(office, staff, sent):
    _, uid = sent
    at, one = "/admin/knowledge/article/files", f"/admin/knowledge/files/{uid}"
    agency, rita = Browser(office, staff["agency"]), Browser(office, staff["reviewer"])
    assert [agency.get(at).status_code, agency.post(f"{one}/remove").status_code] == [403, 403]
    assert upload(agency).status_code == 403
    assert upload(rita).status_code == 403
    assert rita.post(f"{one}/title", title_en="X").status_code == 303
    assert agency.get(one).status_code == 403
    # Who only answers with articles sends files, for staff, and takes none away.
    sol = Browser(office, make_staff(office, "specialist"))
    assert [sol.get(at).status_code, sol.get(one).status_code] == [200, 200]
    assert upload(sol, content=b"From the desk").status_code == 303
    assert upload(sol, replaces=uid).status_code == 403
    for step, data in (("remove", {}), ("title", {"title_en": "X"}), ("audience", {"audience": "staff"})):
        assert sol.post(f"{one}/{step}", **data).status_code == 403
    both = Browser(office, make_staff(office, "editor", "reviewer"))
    assert upload(both, content=b"Mine").status_code == 303
    with office.app_context():
        mine = files_of_article(record_id("article", "article"))[-1].uid
    assert let_public_have(both, mine).status_code == 403
    assert let_public_have(both, uid).status_code == 303
    assert upload(both, key="article", replaces="no-such").status_code == 404
