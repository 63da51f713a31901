"""What may be uploaded, and what is left of it."""

import contextlib
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from PIL import Image, ImageOps
from PIL.GifImagePlugin import GifImageFile

from hanse_access import attachments
from hanse_access.models import PageAttachment
from hanse_access.sniffing import sniff
from hanse_access.uploads import accept_upload, clean_label
from tests.factories.files import PageAttachmentFactory, docx_bytes, image_bytes, uploaded

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100
WEBM = bytes.fromhex("1a45dfa3") + b"\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm" + b"\0" * 50
MATROSKA = bytes.fromhex("1a45dfa3") + b"\x01\0\0\0\0\0\0\x1f\x42\x82\x88matroska" + b"\0" * 50


class TestTypes:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (image_bytes("JPEG"), "image/jpeg"),
            (image_bytes("PNG"), "image/png"),
            (image_bytes("WEBP"), "image/webp"),
            (image_bytes("GIF"), "image/gif"),
            (b"%PDF-1.7\n%%EOF", "application/pdf"),
            (docx_bytes(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (MP4, "video/mp4"),
            (WEBM, "video/webm"),
            (b"ID3\x03\0" + b"\0" * 50, "audio/mpeg"),
            (b"OggS\0\x02" + b"\0" * 50, "audio/ogg"),
            (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 50, "audio/wav"),
            ("Grüße aus Jena\n".encode(), "text/plain"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_the_content_tells_the_type(self, content, kind):
        assert sniff(uploaded("x.exe", content)) == kind

    @pytest.mark.parametrize(
        "content",
        [
            b"<!doctype html><script>alert(1)</script>",
            b"  \n<html><body>",
            b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
            b"<svg onload='x'/>",
            b"#!/bin/sh\nrm -rf /",
            b"MZ" + b"\0" * 100,
            b"\x7fELF" + b"\0" * 100,
            docx_bytes(**{"word/vbaProject.bin": "macro"}),
            b"PK\x03\x04 not an archive",
            MATROSKA,
            b"text with a bell \x07 and a zero \0",
            b"   ",
        ],
        ids=lambda content: repr(content[:4]),
    )
    @pytest.mark.parametrize("name", ["photo.jpg", "paper.pdf", "notes.txt"])
    def test_what_is_disguised_is_refused(self, content, name):
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded(name, content, "image/jpeg"))
        assert refused.value.code == "type"

    def test_types_are_a_setting(self, settings):
        settings.HANSE_UPLOAD_TYPES = ["application/pdf"]
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded())
        assert "PDF" in refused.value.messages[0]
        assert "JPG" not in refused.value.messages[0]

    def test_a_field_for_images_takes_nothing_else(self):
        with pytest.raises(ValidationError):
            accept_upload(uploaded("a.pdf", b"%PDF-1.7\n%%EOF"), images_only=True)


class TestSize:
    def test_empty_files_are_refused(self):
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded(content=b""))
        assert refused.value.code == "empty"

    def test_large_files_are_refused_and_the_limit_is_told(self, settings):
        settings.HANSE_UPLOAD_MAX_BYTES = 100
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded())
        assert refused.value.code == "too_large"
        assert "100" in refused.value.messages[0]

    def test_an_image_that_would_fill_the_memory_is_refused_before_it_is_decoded(self, settings, monkeypatch):
        settings.HANSE_UPLOAD_MAX_PIXELS = 64 * 48 - 1
        bomb = uploaded()
        monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
        with pytest.raises(ValidationError) as refused:
            accept_upload(bomb)
        assert refused.value.code == "too_many_pixels"

    def test_a_moving_image_of_endless_tiny_frames_is_refused_before_they_are_read(self, settings, monkeypatch):
        settings.HANSE_UPLOAD_MAX_FRAMES = 5
        frames = [Image.new("L", (1, 1), n * 20) for n in range(12)]
        buffer = io.BytesIO()
        frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
        sought = []
        seek = GifImageFile.seek
        monkeypatch.setattr(GifImageFile, "seek", lambda self, frame: sought.append(frame) or seek(self, frame))
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded("a.gif", buffer.getvalue()))
        assert refused.value.code == "too_many_frames"
        assert max(sought) == 5

    @pytest.mark.parametrize("broken", [b"\xff\xff\xff\xff", b"\x0b\xc9"], ids=["garbled", "cut short"])
    def test_a_broken_archive_is_refused_not_an_error_of_the_site(self, broken):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        content = bytearray(buffer.getvalue())
        start = content.find(b"mimetype") + len(b"mimetype")
        content[start : start + len(broken)] = broken
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded("paper.odt", bytes(content)))
        assert refused.value.code == "type"

    def test_the_frames_of_a_moving_image_count_together(self, settings):
        settings.HANSE_UPLOAD_MAX_PIXELS = 64 * 48 * 2
        frames = [Image.new("RGB", (64, 48), color) for color in ("red", "green", "blue")]
        buffer = io.BytesIO()
        frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded("a.gif", buffer.getvalue()))
        assert refused.value.code == "too_many_pixels"

    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_broken_images_are_refused(self, format):
        content = image_bytes(format, size=(300, 300))
        with pytest.raises(ValidationError) as refused:
            accept_upload(uploaded("a.jpg", content[: len(content) // 2]))
        assert refused.value.code == "broken"


class TestImages:
    def photo(self) -> bytes:
        exif = Image.Exif()
        exif[0x010F] = "Secret Camera"
        exif[0x0112] = 6
        exif.get_ifd(0x8825)[1] = "N"
        return image_bytes("JPEG", size=(80, 40), exif=exif, comment=b"taken at home")

    def test_metadata_and_place_are_gone(self):
        clean = accept_upload(uploaded(content=self.photo())).content.read()
        assert b"Secret Camera" not in clean
        assert b"taken at home" not in clean
        assert not Image.open(io.BytesIO(clean)).getexif()

    def test_the_orientation_is_applied(self):
        accepted = accept_upload(uploaded(content=self.photo()))
        assert (accepted.width, accepted.height) == (40, 80)
        assert ImageOps.exif_transpose(Image.open(accepted.content)).size == (40, 80)

    @pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF"])
    def test_other_formats_lose_their_notes_too(self, format):
        options = {"PNG": {"pnginfo": None}, "GIF": {"comment": b"hidden note"}}.get(format, {"xmp": b"hidden note"})
        if format == "PNG":
            from PIL.PngImagePlugin import PngInfo

            options["pnginfo"] = PngInfo()
            options["pnginfo"].add_text("Comment", "hidden note")
        clean = accept_upload(uploaded("a.png", image_bytes(format, **options))).content.read()
        assert b"hidden note" not in clean

    def test_what_follows_the_image_is_cut_off(self):
        clean = accept_upload(uploaded(content=image_bytes() + b"<script>alert(1)</script>")).content.read()
        assert b"<script>" not in clean

    def test_smaller_variants_are_made_for_small_screens(self, settings):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10, 30, 500)
        accepted = accept_upload(uploaded())
        assert [(variant.width, variant.height) for variant in accepted.variants] == [(10, 8), (30, 22)]
        assert Image.open(accepted.variants[0].content).size == (10, 8)

    def test_moving_images_keep_moving(self):
        frames = [Image.new("RGB", (64, 48), color) for color in ("red", "green", "blue")]
        buffer = io.BytesIO()
        frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=50)
        assert Image.open(accept_upload(uploaded("a.gif", buffer.getvalue())).content).n_frames == 3

    def test_transparency_stays(self):
        buffer = io.BytesIO()
        Image.new("RGBA", (8, 8), (255, 0, 0, 40)).save(buffer, "PNG")
        clean = Image.open(accept_upload(uploaded("a.png", buffer.getvalue())).content)
        assert clean.convert("RGBA").getpixel((0, 0))[3] == 40


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Grüße aus Jena.PDF", "Grüße aus Jena.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\secret plan.pdf", "secret plan.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("zero\u200bwidth\u2066.pdf", "zerowidth.pdf"),
        ("page.html", "page.html.pdf"),
        ("…", "….pdf"),
        ("   . ", "file.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("x" * 500 + ".pdf", "x" * 140 + ".pdf"),
        ("u\u0308ber.pdf", "über.pdf"),
    ],
)
def test_names_become_harmless_labels(name, label):
    assert clean_label(name, "application/pdf") == label


@pytest.mark.django_db
class TestNothingIsLeftBehind:
    def test_a_stored_file_has_a_random_name(self, private_files):
        attachment = PageAttachmentFactory(upload=uploaded("salaries 2026.jpg"))
        assert attachment.label == "salaries 2026.jpg"
        assert "salaries" not in str(private_files())
        assert len(private_files()) == 1

    def test_a_refused_upload_leaves_neither_file_nor_row(self, private_files):
        with pytest.raises(ValidationError):
            PageAttachmentFactory(upload=uploaded(content=b"<html>"))
        assert private_files() == []
        assert not PageAttachment.objects.exists()

    def test_a_failed_row_takes_its_files_along(self, private_files, settings):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)
        with pytest.raises(IntegrityError), transaction.atomic():
            PageAttachmentFactory(collection=None)
        assert private_files() == []

    def test_a_transaction_that_is_rolled_back_takes_the_files_along(self, private_files, settings):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)

        def upload_and_fail():
            with transaction.atomic():
                PageAttachmentFactory()
                assert len(private_files()) == 2
                raise RuntimeError

        with pytest.raises(RuntimeError):
            upload_and_fail()
        assert private_files() == []

    @pytest.mark.django_db(transaction=True)
    def test_a_transaction_that_commits_keeps_the_files(self, private_files, settings):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)
        with transaction.atomic():
            attachment = PageAttachmentFactory()
        assert len(private_files()) == 2
        attachment.delete()
        assert private_files() == []

    @pytest.mark.django_db(transaction=True)
    def test_what_goes_wrong_after_the_commit_takes_no_files_along(self, private_files):
        def fail():
            raise RuntimeError

        def upload_and_fail_afterwards():
            with transaction.atomic():
                transaction.on_commit(fail)
                PageAttachmentFactory()

        with contextlib.suppress(RuntimeError):
            upload_and_fail_afterwards()
        assert PageAttachment.objects.count() == len(private_files()) == 1

    @pytest.mark.django_db(transaction=True)
    def test_a_storage_that_does_not_answer_spoils_no_deletion(self, private_files, monkeypatch):
        class Unreachable(Exception):
            pass

        def fail(name):
            raise Unreachable

        attachment = PageAttachmentFactory()
        monkeypatch.setattr(attachments.private_storage(), "delete", fail)
        attachment.delete()
        assert not PageAttachment.objects.exists()
        assert len(private_files()) == 1, "the sweeping job takes it"

    @pytest.mark.django_db(transaction=True)
    def test_a_deletion_that_is_rolled_back_keeps_the_files(self, private_files):
        attachment = PageAttachmentFactory()

        def delete_and_fail():
            with transaction.atomic():
                attachment.delete()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            delete_and_fail()
        assert len(private_files()) == 1


class TestAnyType:
    """For files that are saved and never shown, such as those of rooms."""

    @pytest.mark.parametrize("content", [b"\x00\x01\x02", b"<script>alert(1)</script>", b"#!/bin/sh\n"])
    def test_what_is_none_of_the_known_types_is_bytes(self, content):
        clean = accept_upload(uploaded("model.step", content), any_type=True)
        assert (clean.content_type, clean.label) == ("application/octet-stream", "model.step")
        assert clean.content.read() == content

    def test_a_picture_that_cannot_be_read_is_bytes_too_and_others_are_cleaned(self, settings):
        broken = image_bytes()[:300]
        assert accept_upload(uploaded("x.jpg", broken), any_type=True).content.read() == broken
        assert accept_upload(uploaded("x.jpg"), any_type=True).width == 64
        settings.HANSE_UPLOAD_MAX_PIXELS = 10
        assert accept_upload(uploaded("x.jpg"), any_type=True).content_type == "application/octet-stream"

    def test_types_that_may_not_be_uploaded_elsewhere_are_known_by_their_content(self, settings):
        settings.HANSE_UPLOAD_TYPES = ("image/png",)
        assert accept_upload(uploaded("a.txt", b"text"), any_type=True).content_type == "text/plain"

    def test_size_counts_all_the_same(self, settings):
        settings.HANSE_UPLOAD_MAX_BYTES = 2
        for content in (b"", b"123"):
            with pytest.raises(ValidationError):
                accept_upload(uploaded("a.bin", content), any_type=True)
