"""The text of files is read in a process that can be ended; whatever a file does, it does to that process alone."""

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanse_search.extraction import extract as extraction
from hanse_search.extraction.extract import ExtractionFailed, Outcome, clean, extract, extracts
from hanse_search.extraction.readers import ODF, OOXML, READERS
from tests.factories import documents

pytestmark = pytest.mark.embedded

PDF, DOCX = "application/pdf", OOXML + "wordprocessingml.document"
PPTX, XLSX = OOXML + "presentationml.presentation", OOXML + "spreadsheetml.sheet"
TEXT = "text/plain"
WELL = {
    PDF: documents.pdf,
    DOCX: documents.docx_file,
    PPTX: documents.pptx_file,
    XLSX: documents.xlsx_file,
    ODF + "text": documents.odf,
    ODF + "presentation": lambda: documents.odf("presentation"),
    ODF + "spreadsheet": documents.ods_file,
    TEXT: lambda: "\n".join(documents.LINES).encode(),
    "text/csv": lambda: ";".join(documents.LINES).encode("cp1252"),
}


def read(content: bytes, content_type: str = TEXT):
    return extract(io.BytesIO(content), content_type)


def test_every_type_that_is_read_is_tried_here():
    assert set(WELL) == set(READERS)


@pytest.mark.parametrize("content_type", WELL)
def test_the_words_of_a_file_are_read(content_type):
    found = read(WELL[content_type](), content_type)
    assert found.outcome == Outcome.READ
    for line in documents.LINES:
        assert line in found.text


@pytest.mark.parametrize(
    ("content", "content_type", "words"),
    [
        (documents.docx_file, DOCX, ["Kopfzeile Lübeck"]),
        (documents.pptx_file, PPTX, ["Tabelle Wismar", "Notiz Rostock"]),
        (documents.xlsx_file, XLSX, ["Prüfplan", "4711"]),
        (lambda: documents.pdf("Eins", "Zwei", title="Jahrbuch"), PDF, ["Jahrbuch", "Eins", "Zwei"]),
    ],
    ids=["headers", "tables and notes", "sheets and numbers", "title and pages"],
)
def test_so_are_the_words_aside(content, content_type, words):
    text = read(content(), content_type).text
    assert [word for word in words if word not in text] == []


def test_a_marked_insertion_is_read_and_a_marked_deletion_is_not():
    document = documents.entry(documents.docx_file(), "word/document.xml")
    changes = (
        b'<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>neu</w:t></w:r></w:ins>'
        b'<w:del w:id="2" w:author="a"><w:r><w:delText>geheim</w:delText></w:r></w:del></w:p>'
    )
    changed = document.replace(b"<w:body>", b"<w:body>" + changes)
    text = read(documents.changed(documents.docx_file(), **{"word__document.xml": changed}), DOCX).text
    assert "neu" in text
    assert "geheim" not in text


def test_nor_is_one_in_an_open_document():
    content = documents.entry(documents.odf(), "content.xml")
    deleted = (
        b"<text:tracked-changes><text:changed-region><text:deletion><text:p>geheim</text:p><text:h>geheim</text:h>"
        b"</text:deletion></text:changed-region></text:tracked-changes>"
    )
    assert b"<office:text>" in content
    changed = content.replace(b"<office:text>", b"<office:text>" + deleted)
    text = read(documents.changed(documents.odf(), **{"content.xml": changed}), ODF + "text").text
    assert documents.LINES[0] in text
    assert "geheim" not in text


def test_a_type_without_a_reader_has_no_text():
    assert not extracts("image/png")
    assert not extracts("application/zip")
    assert extracts(PDF)


class TestEncrypted:
    @pytest.mark.parametrize(
        ("content", "content_type"),
        [(lambda: documents.pdf(password="secret"), PDF), (documents.encrypted_odt, ODF + "text")],
        ids=["pdf", "odt"],
    )
    def test_a_file_with_a_password_is_noted_as_such(self, content, content_type):
        assert read(content(), content_type) == extraction.Extract(Outcome.ENCRYPTED)

    def test_one_that_is_only_protected_against_changes_is_read(self):
        found = read(documents.pdf(owner_password="secret"), PDF)
        assert (found.outcome, documents.LINES[0] in found.text) == (Outcome.READ, True)


class TestBroken:
    @pytest.mark.parametrize("content_type", [kind for kind in WELL if not kind.startswith("text/")])
    def test_it_is_noted_as_broken(self, content_type):
        whole = WELL[content_type]()
        found = read(whole[:300], content_type)
        assert found == extraction.Extract(Outcome.BROKEN)

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(range(256)) * 20], ids=["empty", "noise"])
    def test_so_is_what_is_no_file_of_its_type(self, content):
        assert read(content, DOCX) == extraction.Extract(Outcome.BROKEN)

    def test_the_pages_before_the_break_are_kept(self):
        whole = documents.pdf("Anfang", "Ende")
        found = read(whole.replace(b"(Ende) Tj", b"(Ende) Tj ]] >> << ("), PDF)
        assert "Anfang" in found.text

    def test_text_in_no_encoding_is_read_as_far_as_it_goes(self):
        assert "Prüfung" in read("Prüfung \x81".encode("latin-1")).text


class TestHarm:
    """Limits of time and size. The parent stays as it is and waits for as long as it said."""

    @pytest.fixture(autouse=True)
    def limits(self, settings):
        settings.HANSE_EXTRACTION_SECONDS = 3
        settings.HANSE_EXTRACTION_MEMORY_BYTES = 300 * 1024 * 1024

    def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(self):
        bomb = documents.docx_bomb(400)
        assert len(bomb) < 2_000_000
        assert read(bomb, DOCX).outcome == Outcome.TOO_LARGE

    def test_one_that_fills_the_memory_ends_there(self):
        assert read(documents.docx_of_elements(60), DOCX).outcome == Outcome.TOO_LARGE

    def test_entities_within_entities_do_not_unfold(self):
        found = read(documents.docx_of_entities(), DOCX)
        assert found.outcome in (Outcome.BROKEN, Outcome.READ)
        assert len(found.text) < 1000

    def test_what_was_read_when_time_ran_out_is_kept(self, settings):
        settings.HANSE_EXTRACTION_SECONDS = 2
        settings.HANSE_EXTRACTION_MAX_CHARACTERS = 100_000_000
        many = documents.pdf(*(["\n".join(f"Zeile {n}" for n in range(2000))] * 100))
        found = read(many, PDF)
        assert found.outcome == Outcome.CUT
        assert "Zeile 7" in found.text

    def test_a_text_is_cut_where_it_becomes_too_long(self, settings):
        settings.HANSE_EXTRACTION_MAX_CHARACTERS = 1000
        found = read("wörter".encode() * 10_000)
        assert (found.outcome, len(found.text)) == (Outcome.CUT, 1000)

    def test_a_file_that_is_too_large_is_not_even_opened(self, settings, monkeypatch):
        settings.HANSE_EXTRACTION_MAX_BYTES = 100
        monkeypatch.setattr(extraction, "_run", None)
        assert read(b"a" * 101).outcome == Outcome.TOO_LARGE


class TestProcess:
    def stand_in(self, monkeypatch, code):
        """A Python that runs this in place of the child."""
        popen = subprocess.Popen
        monkeypatch.setattr(
            extraction.subprocess, "Popen", lambda command, **kwargs: popen([sys.executable, "-c", code], **kwargs)
        )

    def test_it_knows_none_of_the_sites_variables(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "hush")
        self.stand_in(monkeypatch, "import os; print(dict(os.environ))")
        text = read(b"").text
        assert "PYTHONPATH" in text
        assert "hush" not in text

    def test_one_that_hangs_is_ended_with_all_that_it_started(self, monkeypatch, settings, tmp_path):
        settings.HANSE_EXTRACTION_SECONDS = 1
        monkeypatch.setattr(extraction, "PATIENCE", 1)
        note = f"open('{tmp_path}/pid', 'w').write(str(p.pid))"
        code = f"import subprocess, time; p = subprocess.Popen(['sleep', '60']); {note}; time.sleep(60)"
        self.stand_in(monkeypatch, code)
        assert read(b"").outcome == Outcome.TOO_LARGE
        pid = (tmp_path / "pid").read_text()
        for _ in range(100):  # the system takes a moment to bury it
            status = Path(f"/proc/{pid}/stat")
            if not status.exists() or status.read_text().split(")")[1].split()[0] == "Z":
                break
            time.sleep(0.05)
        else:
            pytest.fail("a process of the ended one still runs")

    def test_one_that_crashes_says_nothing_of_the_file(self, monkeypatch):
        self.stand_in(monkeypatch, "import os; os.abort()")
        with pytest.raises(ExtractionFailed):
            read(b"")

    def test_nor_does_one_that_does_not_start(self, monkeypatch):
        monkeypatch.setattr(extraction.sys, "executable", "/nowhere/python")
        with pytest.raises(ExtractionFailed):
            read(b"")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Werk-\nstoff", "Werkstoff"),
        ("Werk\u00adstoff", "Werkstoff"),
        ("Forschungs-\nund Technologie", "Forschungs-\nund Technologie"),
        ("Nord-\nSüd", "Nord-\nSüd"),
        ("AB-\n12", "AB-\n12"),
        ("ﬂexibel", "flexibel"),
        ("a\x00b\x0b\x1bc\ufffe", "a b c"),
        ("U\u0308ber", "Über"),
        ("  a \t b \r\n\r\n\n c", "a b\nc"),
    ],
)
def test_words_are_made_whole(raw, words):
    assert clean(raw) == words
