"""Private files in Wagtail's admin: everybody works with their own and those of their collections."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Collection

from hanse_access.models import PageAttachment
from tests.factories.files import PageAttachmentFactory, give_collection_permissions, image_bytes, uploaded
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def own():
    return Collection.get_first_root_node().add_child(name="Own")


@pytest.fixture
def foreign():
    return Collection.get_first_root_node().add_child(name="Foreign")


@pytest.fixture
def editor(client, own):
    user = UserFactory()
    give_collection_permissions(user, own)
    client.force_login(user)
    return user


@pytest.fixture
def files(own, foreign):
    return (
        PageAttachmentFactory(collection=own, upload=uploaded("ours.jpg")),
        PageAttachmentFactory(collection=foreign, upload=uploaded("secret.jpg")),
    )


class TestChooser:
    @pytest.mark.parametrize("name", ["choose", "choose_results"])
    @pytest.mark.parametrize("query", ["", "?q=jpg", "?images=1", "?multiple=1"])
    def test_it_offers_the_files_of_ones_collections(self, client, editor, files, name, query):
        text = client.get(reverse(f"hanse_attachment_chooser:{name}") + query).content.decode()
        assert "secret" not in text
        assert ("ours" in text) or query == "?q=jpg"

    def test_searching_finds_by_the_beginning_of_the_name(self, client, editor, files):
        url = reverse("hanse_attachment_chooser:choose_results")
        assert "ours.jpg" in client.get(url, {"q": "ours"}).content.decode()
        assert list(client.get(url, {"q": "secret"}).context["results"]) == []

    def test_foreign_files_cannot_be_chosen_by_number(self, client, editor, files):
        chosen = [client.get(reverse("hanse_attachment_chooser:chosen", args=[file.pk])) for file in files]
        missing = client.get(reverse("hanse_attachment_chooser:chosen", args=[files[1].pk + 100]))
        assert [answer.status_code for answer in chosen] == [200, missing.status_code]
        several = client.get(reverse("hanse_attachment_chooser:chosen_multiple"), {"id": [file.pk for file in files]})
        assert [str(item["id"]) for item in several.json()["result"]] == [str(files[0].pk)]

    def test_only_images_are_offered_for_images(self, client, editor, own):
        PageAttachmentFactory(collection=own, upload=uploaded("paper.txt", b"text"))
        assert "paper.txt" not in client.get(reverse("hanse_attachment_chooser:choose") + "?images=1").content.decode()

    def upload(self, client, file, query="", **data):
        url = reverse("hanse_attachment_chooser:create") + query
        return client.post(url, {"attachment-upload-file": file, "attachment-upload-label": "", **data})

    def test_an_upload_is_stored_in_ones_collection_and_chosen(self, client, editor, own):
        answer = self.upload(client, uploaded("ship.jpg"))
        attachment = PageAttachment.objects.get()
        assert str(answer.json()["result"]["id"]) == str(attachment.pk)
        assert (attachment.collection, attachment.uploaded_by, attachment.label) == (own, editor, "ship.jpg")

    @pytest.mark.parametrize(
        ("content", "query"),
        [(b"", ""), (b"<html>", ""), (b"text", "?images=1"), (image_bytes()[:200], "")],
        ids=["empty", "disguised", "no image", "broken"],
    )
    def test_a_refused_upload_says_why_at_the_field_and_leaves_nothing(
        self, client, editor, content, query, private_files
    ):
        answer = self.upload(client, uploaded("a.jpg" if not query else "a.txt", content), query)
        assert "error-message" in str(answer.json())
        assert not PageAttachment.objects.exists()
        assert private_files() == []

    def test_a_foreign_collection_is_refused(self, client, editor, own, foreign):
        more = Collection.get_first_root_node().add_child(name="More")
        give_collection_permissions(editor, more)
        self.upload(client, uploaded(), **{"attachment-upload-collection": str(foreign.pk)})
        assert not PageAttachment.objects.exists()
        self.upload(client, uploaded(), **{"attachment-upload-collection": str(more.pk)})
        assert PageAttachment.objects.get().collection == more

    def test_who_may_only_choose_cannot_upload(self, client, own):
        user = UserFactory()
        give_collection_permissions(user, own, "choose_pageattachment")
        client.force_login(user)
        assert "attachment-upload-file" not in client.get(reverse("hanse_attachment_chooser:choose")).json()["html"]
        self.upload(client, uploaded())
        assert not PageAttachment.objects.exists()


class TestList:
    def test_it_lists_ones_own(self, client, editor, files):
        for url in (reverse("private_files:index"), reverse("private_files:index") + "?q=jpg"):
            text = client.get(url).content.decode()
            assert "secret.jpg" not in text
        assert "ours.jpg" in client.get(reverse("private_files:index")).content.decode()

    @pytest.mark.parametrize("name", ["edit", "delete", "inspect", "history", "usage"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_foreign_file_is_a_missing_one(self, client, editor, files, name, method):
        answers = [
            getattr(client, method)(reverse(f"private_files:{name}", args=[pk]))
            for pk in (files[1].pk, files[1].pk + 100)
        ]
        assert answers[0].status_code == answers[1].status_code
        assert "secret" not in answers[0].content.decode()
        assert PageAttachment.objects.filter(pk=files[1].pk).exists()

    @pytest.mark.parametrize(("actions", "told"), [("add choose", False), ("change", True)])
    def test_who_may_add_files_reads_no_history_of_those_of_others(self, client, own, files, actions, told):
        user = UserFactory()
        give_collection_permissions(user, own, *(f"{action}_pageattachment" for action in actions.split()))
        client.force_login(user)
        answer = client.get(reverse("private_files:history", args=[files[0].pk]))
        assert (answer.status_code == 200) is told
        assert told or answer.url == reverse("wagtailadmin_home")

    def test_a_file_is_renamed_and_stays_where_it_may_go(self, client, editor, files, foreign):
        url = reverse("private_files:edit", args=[files[0].pk])
        client.post(url, {"label": "renamed.jpg", "collection": str(foreign.pk)})
        files[0].refresh_from_db()
        assert files[0].label == "ours.jpg"
        client.post(url, {"label": "renamed.jpg", "collection": str(files[0].collection_id)})
        files[0].refresh_from_db()
        assert files[0].label == "renamed.jpg"

    def test_a_file_is_added(self, client, editor, own):
        client.post(reverse("private_files:add"), {"file": uploaded("new.jpg"), "label": ""})
        assert PageAttachment.objects.get().collection == own

    def test_the_number_of_queries_does_not_grow_with_the_files(self, client, editor, own):
        counts = []
        for _ in range(2):
            PageAttachmentFactory(collection=own)
            client.get(reverse("private_files:index"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("private_files:index"))
            counts.append(len(queries))
            for _ in range(4):
                PageAttachmentFactory(collection=own)
        assert counts[0] == counts[1]
