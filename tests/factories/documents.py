"""Real little files of each type whose text is read, and some that are meant to do harm."""

from __future__ import annotations

import io
import zipfile

import docx
import odfdo
import openpyxl
import pptx
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

LINES = ("Förderung der Werkstoffprüfung", "Bauteil AB-1734/2")


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf(*pages: str, password: str = "", owner_password: str = "", title: str = "") -> bytes:
    """One page for each text, whose lines stand one below the other."""
    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    )
    for text in pages or ("\n".join(LINES),):
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        shown = "".join(f"({line}) Tj 0 -16 Td " for line in text.replace("\\", "").split("\n"))
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 50 780 Td {shown}ET".encode("cp1252"))
        page[NameObject("/Contents")] = writer._add_object(content)
    if title:
        writer.add_metadata({"/Title": title})
    if password or owner_password:
        writer.encrypt(password, owner_password or None, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def docx_file() -> bytes:
    document = docx.Document()
    document.add_heading(LINES[0])
    document.add_table(1, 1).cell(0, 0).text = LINES[1]
    document.sections[0].header.paragraphs[0].text = "Kopfzeile Lübeck"
    return saved(document)


def pptx_file() -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = LINES[0]
    box = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, 1, 1)
    box.text_frame.text = LINES[1]
    table = slide.shapes.add_table(1, 1, 0, 0, 1, 1).table
    table.cell(0, 0).text = "Tabelle Wismar"
    slide.notes_slide.notes_text_frame.text = "Notiz Rostock"
    return saved(show)


def xlsx_file(rows=()) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Prüfplan"
    for row in rows or [[LINES[0], None, 4711], [LINES[1]]]:
        book.active.append(row)
    return saved(book)


def odf(kind: str = "text") -> bytes:
    document = odfdo.Document(kind)
    document.body.append(odfdo.Header(1, LINES[0]))
    paragraph = odfdo.Paragraph("Bauteil ")
    paragraph.append(odfdo.Span("AB-1734/2"))
    document.body.append(paragraph)
    return saved(document)


def ods_file() -> bytes:
    document = odfdo.Document("spreadsheet")
    table = odfdo.Table("Blatt")
    table.set_value("A1", LINES[0])
    table.set_value("B7", LINES[1])
    document.body.append(table)
    return saved(document)


def changed(archive: bytes, **entries: bytes) -> bytes:
    """The same archive with other entries in place of, or beside, those of these names; "__" stands for "/"."""
    new = {name.replace("__", "/"): data for name, data in entries.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for entry in old.infolist():
            if entry.filename not in new:
                made.writestr(entry, old.read(entry))
        for name, data in new.items():
            made.writestr(name, data)
    return buffer.getvalue()


def entry(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name)


def encrypted_odt() -> bytes:
    manifest = entry(odf(), "META-INF/manifest.xml")
    content = b'manifest:full-path="content.xml" manifest:media-type="text/xml"'
    locked = manifest.replace(content + b"/>", content + b"><manifest:encryption-data/></manifest:file-entry>")
    assert locked != manifest
    return changed(odf(), **{"META-INF__manifest.xml": locked, "content.xml": b"\x93\x01\xf0" * 500})


def docx_bomb(megabytes: int) -> bytes:
    """A document that unpacks to so much: thousands of times its size."""
    document = entry(docx_file(), "word/document.xml")
    return changed(docx_file(), **{"word__document.xml": document + b" " * (megabytes * 1024 * 1024)})


def docx_of_elements(megabytes: int) -> bytes:
    """Within what may be unpacked, but each element takes many times its length in memory."""
    head, tail = entry(docx_file(), "word/document.xml").split(b"</w:body>")
    many = b"<w:p><w:r/></w:p>" * (megabytes * 1024 * 1024 // 17)
    return changed(docx_file(), **{"word__document.xml": head + many + b"</w:body>" + tail})


def docx_of_entities() -> bytes:
    """ "Billion laughs": entities within entities."""
    lines = [b'<!ENTITY a0 "haha">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)]
    document = b"<!DOCTYPE d [%s]>" % b"".join(lines)
    document += b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    document += b"<w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>"
    return changed(docx_file(), **{"word__document.xml": document})
