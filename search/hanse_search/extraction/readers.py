"""One reader for each type of file: takes the open file and yields pieces of its text in the order of reading.

They run in ``child`` alone, whose process has limits and may be ended at any moment, so they need none of their own. A
file that is no file of its type raises whatever the library raises; one that wants a password raises ``Encrypted``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."

#: What an archive may hold, unpacked. Office documents are archives of XML, which may be packed a thousand times.
MOST_UNPACKED = 300 * 1024 * 1024
MOST_ENTRIES = 20_000

Reader = Callable[[BinaryIO], Iterator[str]]


class Encrypted(Exception):
    """The file cannot be read without a password."""


class TooLarge(Exception):
    """The file says itself that it unpacks to more than is read."""


def check_archive(file: BinaryIO) -> None:
    """Raises TooLarge. What the archive says is true enough: nothing reads more of an entry than is stated there."""
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise TooLarge
    if any(entry.flag_bits & 1 for entry in entries):
        raise Encrypted
    file.seek(0)


def read_text(file: BinaryIO) -> Iterator[str]:
    """UTF-8, else what Windows wrote before: in the countries of this platform one or the other."""
    data = file.read()
    try:
        yield data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield data.decode("cp1252", errors="replace")


def read_pdf(file: BinaryIO) -> Iterator[str]:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(file)
    # An empty password opens files that are only protected against changes.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Encrypted
    if reader.metadata and reader.metadata.title:
        yield f"{reader.metadata.title}\n"
    for page in reader.pages:
        yield f"{page.extract_text()}\n\n"


def read_docx(file: BinaryIO) -> Iterator[str]:
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE as KIND
    from docx.oxml import parse_xml

    check_archive(file)
    part = docx.Document(file).part
    yield from _words_of(part.element)
    aside = (KIND.HEADER, KIND.FOOTER, KIND.FOOTNOTES, KIND.ENDNOTES, KIND.COMMENTS)
    for relation in part.rels.values():
        if relation.reltype in aside and not relation.is_external:
            yield from _words_of(parse_xml(relation.target_part.blob))


def _words_of(root) -> Iterator[str]:
    """All text of a part: tables, boxes and what is marked as inserted, too; what is marked as deleted is not."""
    from docx.oxml.ns import qn

    text, fallback = qn("w:t"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    # What stands in a Fallback stands before it, too.
    for twin in list(root.iter(fallback)):
        twin.getparent().remove(twin)
    breaks = {qn("w:p"): "\n", qn("w:br"): "\n", qn("w:tc"): "\n", qn("w:tab"): " "}
    for element in root.iter(text, *breaks):
        yield element.text or "" if element.tag == text else breaks[element.tag]


def read_pptx(file: BinaryIO) -> Iterator[str]:
    import pptx

    check_archive(file)
    for slide in pptx.Presentation(file).slides:
        for shape in slide.shapes:
            yield from _words_of_shape(shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield f"{slide.notes_slide.notes_text_frame.text}\n"
        yield "\n"


def _words_of_shape(shape) -> Iterator[str]:
    if hasattr(shape, "shapes"):  # a group
        for inner in shape.shapes:
            yield from _words_of_shape(inner)
    elif shape.has_text_frame:
        yield f"{shape.text_frame.text}\n"
    elif getattr(shape, "has_table", False):
        for row in shape.table.rows:
            yield "\t".join(cell.text_frame.text for cell in row.cells) + "\n"


def read_xlsx(file: BinaryIO) -> Iterator[str]:
    import openpyxl

    check_archive(file)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        yield f"{sheet.title}\n"
        sheet.reset_dimensions()  # the stated ones may be wrong
        for row in sheet.iter_rows(values_only=True):
            if words := [str(value) for value in row if value is not None]:
                yield "\t".join(words) + "\n"
        yield "\n"


def read_odf(file: BinaryIO) -> Iterator[str]:
    """Text, tables and slides: in all of them words stand in paragraphs and headings."""
    import odfdo

    check_archive(file)
    with zipfile.ZipFile(file) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Encrypted
    file.seek(0)
    document = odfdo.Document(io.BytesIO(file.read()))  # it takes no other kind of open file
    for element in document.body.get_elements("(//text:h | //text:p)[not(ancestor::text:tracked-changes)]"):
        yield f"{element.inner_text}\n"


READERS: dict[str, Reader] = {
    "application/pdf": read_pdf,
    OOXML + "wordprocessingml.document": read_docx,
    OOXML + "presentationml.presentation": read_pptx,
    OOXML + "spreadsheetml.sheet": read_xlsx,
    ODF + "text": read_odf,
    ODF + "presentation": read_odf,
    ODF + "spreadsheet": read_odf,
    "text/plain": read_text,
    "text/csv": read_text,
}
