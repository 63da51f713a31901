"""Private files are handed out by the rule, and nothing in them runs."""

import uuid

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import storages
from django.test import AsyncRequestFactory
from django.urls import reverse
from wagtail.models import Collection

from hanse_access import files
from hanse_access.actions import change_audience
from hanse_access.files import parse_range
from hanse_access.models import PageAttachment
from hanse_access.scopes import EDITORS, PUBLIC
from hanse_access.viewer import Viewer
from tests.factories.files import PageAttachmentFactory, docx_bytes, give_collection_permissions, uploaded
from tests.factories.pages import ScopedPageFactory, give_page_permissions
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def with_image(attachment) -> list:
    return [("private_image", {"image": attachment, "alt_text": "A ship", "decorative": False, "caption": ""})]


def visible(user=None) -> set:
    viewer = Viewer.of(user) if user else Viewer.public()
    return set(PageAttachment.objects.visible_to(viewer))


@pytest.fixture
def attachment():
    return PageAttachmentFactory()


class TestWhoSeesIt:
    def test_whoever_sees_a_page_that_uses_it(self, attachment, client):
        page = ScopedPageFactory(scopes=[EDITORS], body=with_image(attachment))
        assert client.get(attachment.url).status_code == 404
        change_audience(page, scopes=[PUBLIC], by=None)
        assert client.get(attachment.url).status_code == 200
        change_audience(page, scopes=[EDITORS], by=None)
        assert client.get(attachment.url).status_code == 404

    def test_it_closes_with_the_page(self, attachment):
        page = ScopedPageFactory(scopes=[PUBLIC], body=with_image(attachment))
        page.unpublish()
        assert visible() == set()

    def test_it_opens_when_it_goes_live_and_not_with_the_draft(self, attachment):
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.body = with_image(attachment)
        revision = page.save_revision()
        assert visible() == set()
        revision.publish()
        assert visible() == {attachment}

    def test_saving_some_fields_of_a_draft_opens_nothing(self, attachment):
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.body = with_image(attachment)
        page.title = "Renamed"
        page.save(update_fields=["title"])
        page.save(update_fields=["intro"])
        assert visible() == set()

    def test_it_closes_when_it_is_taken_out(self, attachment):
        page = ScopedPageFactory(scopes=[PUBLIC], body=with_image(attachment))
        page.body = []
        page.save_revision()
        assert visible() == {attachment}
        page.save_revision().publish()
        assert visible() == set()

    def test_another_page_that_uses_it_keeps_it_open(self, attachment):
        page = ScopedPageFactory(scopes=[PUBLIC], body=with_image(attachment))
        ScopedPageFactory(scopes=[PUBLIC], body=with_image(attachment))
        page.delete()
        assert visible() == {attachment}

    def test_a_reference_to_a_missing_file_does_not_break_the_page(self, attachment):
        content = [{"type": "private_image", "value": {"image": attachment.pk + 1000, "alt_text": "x"}, "id": "1"}]
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.body = page.body.stream_block.to_python(content)
        page.save()
        assert visible() == set()

    def test_who_uploaded_it(self, attachment):
        assert visible(attachment.uploaded_by) == {attachment}
        assert visible(UserFactory()) == set()

    def test_those_with_rights_on_its_collection_or_above(self, attachment):
        root = Collection.get_first_root_node()
        own, foreign = root.add_child(name="Own"), root.add_child(name="Foreign")
        below = own.add_child(name="Below")
        attachment.collection = below
        attachment.save()
        for collection, seen in ((below, {attachment}), (own, {attachment}), (foreign, set())):
            user = UserFactory()
            give_collection_permissions(user, collection, "choose_pageattachment")
            assert visible(user) == seen
            assert (user in attachment.stakeholders()) == bool(seen)

    def test_an_editor_of_a_page_sees_what_is_in_its_draft_row(self, attachment):
        page = ScopedPageFactory(live=False, body=with_image(attachment))
        editor = UserFactory()
        give_page_permissions(editor, page)
        assert visible(editor) == {attachment}
        assert visible() == set()


class TestHiddenIsMissing:
    def test_hidden_missing_and_unknown_are_the_same_answer(self, attachment, client):
        answers = [
            client.get(path)
            for path in (
                attachment.url,
                reverse("hanse_access:file", args=["page", uuid.uuid4()]),
                reverse("hanse_access:file", args=["nothing", uuid.uuid4()]),
                reverse("hanse_access:file_variant", args=["page", attachment.uuid, 480]),
            )
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.headers.get("Content-Type") for answer in answers}) == 1

    def test_only_reading_is_possible(self, attachment, client):
        assert client.post(attachment.url).status_code == 405

    def test_a_width_that_was_not_made_is_missing(self, attachment, client):
        client.force_login(attachment.uploaded_by)
        assert client.get(f"{attachment.url}123/").status_code == 404

    def test_a_file_that_is_gone_from_the_storage_is_missing(self, attachment, client):
        client.force_login(attachment.uploaded_by)
        storages["private"].delete(attachment.file.name)
        assert client.get(attachment.url).status_code == 404


class TestAnswer:
    @pytest.fixture
    def get(self, client):
        def get(attachment, **headers):
            client.force_login(attachment.uploaded_by)
            return client.get(attachment.url, headers=headers)

        return get

    def body(self, response) -> bytes:
        return b"".join(response.streaming_content)

    def test_the_bytes_come_with_closed_doors(self, attachment, get):
        response = get(attachment)
        assert len(self.body(response)) == attachment.size == int(response["Content-Length"])
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        ("name", "content", "disposition"),
        [
            ("a.jpg", None, "inline"),
            ("a.pdf", b"%PDF-1.7\n%%EOF", "inline"),
            ("a.mp3", b"ID3\x03\0" + b"\0" * 50, "inline"),
            ("a.docx", docx_bytes(), "attachment"),
            ("a.csv", b"a;b\n", "attachment"),
            ("a.txt", b"text", "attachment"),
        ],
    )
    def test_only_what_browsers_show_safely_is_shown(self, get, name, content, disposition):
        response = get(PageAttachmentFactory(upload=uploaded(name, content)))
        assert response["Content-Disposition"].startswith(disposition)
        assert name in response["Content-Disposition"]

    @pytest.mark.parametrize(
        ("name", "content", "sandboxed"),
        [
            ("a.pdf", b"%PDF-1.7\n%%EOF", False),  # Safari shows no PDF in a sandbox
            ("a.jpg", None, True),
            ("a.mp3", b"ID3\x03\0" + b"\0" * 50, True),
            ("a.docx", docx_bytes(), True),
            ("a.txt", b"text", True),
        ],
    )
    def test_everything_but_pdf_is_in_a_sandbox_and_nothing_may_run_or_load(self, get, name, content, sandboxed):
        response = get(PageAttachmentFactory(upload=uploaded(name, content)))
        policy = [directive.strip() for directive in response["Content-Security-Policy"].split(";")]
        assert "default-src 'none'" in policy
        assert "form-action 'none'" in policy
        assert not any(directive.startswith(("script-src", "frame-src", "connect-src")) for directive in policy)
        assert ("sandbox" in policy) == sandboxed
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_variants_are_served_by_the_same_rule(self, settings, client):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)
        attachment = PageAttachmentFactory()
        url = attachment.sources[0][0]
        assert client.get(url).status_code == 404
        client.force_login(attachment.uploaded_by)
        response = client.get(url)
        assert len(self.body(response)) == attachment.variants[0]["size"] == int(response["Content-Length"])

    def test_head_tells_all_but_the_body(self, attachment, client):
        client.force_login(attachment.uploaded_by)
        response = client.head(attachment.url, headers={"Range": "bytes=0-1"})
        assert (response.status_code, response.content) == (200, b"")
        assert int(response["Content-Length"]) == attachment.size
        assert response["Accept-Ranges"] == "bytes"

    @pytest.mark.parametrize(
        ("header", "part"), [("bytes=2-5", (2, 6)), ("bytes=7-", (7, None)), ("bytes=-3", (-3, None))]
    )
    def test_a_part_of_it(self, attachment, get, header, part):
        whole = self.body(get(attachment))
        response = get(attachment, Range=header)
        wanted = whole[slice(*part)]
        assert response.status_code == 206
        assert self.body(response) == wanted
        start = whole.index(wanted)
        assert response["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"

    def test_a_part_beyond_the_end(self, attachment, get):
        response = get(attachment, Range=f"bytes={attachment.size}-")
        assert response.status_code == 416
        assert response["Content-Range"] == f"bytes */{attachment.size}"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_a_part_of_what_was_there_before_is_all_of_what_is_there_now(self, attachment, get):
        same = get(attachment)["ETag"]
        assert get(attachment, **{"Range": "bytes=0-1", "If-Range": same}).status_code == 206
        assert get(attachment, **{"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
        assert get(attachment, **{"Range": "bytes=0-1", "If-Range": "Sat, 21 Nov 2026 00:00:00 GMT"}).status_code == 200

    def test_the_web_server_can_send_it(self, attachment, get, settings):
        settings.HANSE_FILES_HANDOFF = "x-accel"
        response = get(attachment)
        assert response["X-Accel-Redirect"] == f"/private-files/{attachment.file.name}"
        assert response.content == b""
        assert response["Content-Type"] == "image/jpeg"
        assert "Content-Length" not in response or response["Content-Length"] == "0"

    def test_the_storage_can_send_it(self, attachment, get, settings, monkeypatch):
        settings.HANSE_FILES_HANDOFF = "signed-url"
        asked = {}

        def url(name, parameters, expire):
            asked.update(parameters, name=name, expire=expire)
            return "https://storage.example.org/signed"

        monkeypatch.setattr(storages["private"], "url", url)
        response = get(attachment)
        assert response["Location"] == "https://storage.example.org/signed"
        assert asked["ResponseContentType"] == "image/jpeg"
        assert asked["expire"] == 60

    def test_handing_off_asks_the_rule_too(self, attachment, client, settings):
        settings.HANSE_FILES_HANDOFF = "x-accel"
        response = client.get(attachment.url)
        assert response.status_code == 404
        assert "X-Accel-Redirect" not in response


def test_under_asgi_the_file_is_streamed_in_chunks(monkeypatch, attachment):
    monkeypatch.setattr(files, "CHUNK", 100)
    request = AsyncRequestFactory().get(attachment.url)
    request.viewer = Viewer.of(attachment.uploaded_by)
    response = files.serve_file(request, "page", attachment.uuid)
    assert response.is_async

    async def read():
        return [chunk async for chunk in response.streaming_content]

    chunks = async_to_sync(read)()
    assert sum(map(len, chunks)) == attachment.size
    assert len(chunks) > 1


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", None),
        ("bytes=0-0", (0, 0)),
        ("bytes=0-99999", (0, 9)),
        ("bytes=-99", (0, 9)),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=x-y", None),
        ("bytes=²-3", None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header, found):
    assert parse_range(header, 10) == found


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_ranges_that_cannot_be_satisfied_are_told(header):
    with pytest.raises(ValueError, match="range"):
        parse_range(header, 10)
