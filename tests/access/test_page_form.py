"""The editor: who can see the page, and what its content may refer to."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import RequestFactory
from django.urls import reverse
from wagtail.contrib.typed_table_block.blocks import TypedTable
from wagtail.documents.models import Document
from wagtail.embeds.blocks import EmbedValue
from wagtail.images.models import Image
from wagtail.models import Collection, Page
from wagtail.rich_text import RichText

from hanse_access.actions import ScopeRefused, change_audience
from hanse_access.models import AudienceProposal, PageAudience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from tests.factories.files import PageAttachmentFactory, give_collection_permissions, image_bytes, uploaded
from tests.factories.items import RoomFactory
from tests.factories.pages import ScopedPageFactory, give_page_permissions, home_page
from tests.factories.people import UserFactory
from tests.testapp.models import ScopedTestPage

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def scopes_of(page) -> set:
    return set(PageAudience.objects.get(page=page.pk).audience.scope_set)


def stream(*blocks) -> dict:
    """The body as the browser posts it."""
    data = {"body-count": str(len(blocks))}
    for n, (kind, value) in enumerate(blocks):
        data |= {f"body-{n}-type": kind, f"body-{n}-order": str(n), f"body-{n}-deleted": "", f"body-{n}-id": ""}
        if isinstance(value, dict):
            data |= {f"body-{n}-value-{name}": part for name, part in value.items()}
        else:
            data[f"body-{n}-value"] = value
    return data


def posted(*blocks, **data) -> dict:
    values = {
        "title": "News",
        "slug": "news",
        "intro": "null",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    return values | stream(*blocks) | {key.replace("_", "-"): value for key, value in data.items()}


@pytest.fixture
def editor(client):
    editor = UserFactory()
    give_page_permissions(editor, home_page())
    client.force_login(editor)
    return editor


@pytest.fixture
def edit(client, editor):
    def edit(page, *blocks, **data):
        return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), posted(*blocks, **data))

    return edit


def errors_of(response) -> dict:
    return response.context["form"].errors if response.context else {}


class TestAudience:
    def test_a_new_page_gets_the_chosen_audience_with_its_first_save(self, client, editor):
        url = reverse("wagtailadmin_pages:add", args=["testapp", "scopedtestpage", home_page().pk])
        response = client.post(url, posted(audience="public"))
        assert response.status_code == 302, errors_of(response)
        assert scopes_of(ScopedTestPage.objects.get()) == {PUBLIC}

    def test_without_an_answer_a_new_page_is_for_the_editors(self, client, editor):
        url = reverse("wagtailadmin_pages:add", args=["testapp", "scopedtestpage", home_page().pk])
        assert client.post(url, posted()).status_code == 302
        assert scopes_of(ScopedTestPage.objects.get()) == {EDITORS}

    @pytest.mark.parametrize("live", [True, False])
    def test_it_acts_at_once_with_a_saved_draft(self, edit, live):
        page = ScopedPageFactory(scopes=[PUBLIC], live=live)
        assert edit(page, audience="editors").status_code == 302
        assert scopes_of(page) == {EDITORS}

    def test_a_save_that_does_not_ask_leaves_it(self, edit):
        page = ScopedPageFactory(scopes=[PUBLIC])
        assert edit(page).status_code == 302
        assert scopes_of(page) == {PUBLIC}

    @pytest.mark.parametrize("choice", [{"audience": "public"}, {"audience": "room"}, {"audience": "no such card"}])
    def test_saving_while_one_types_goes_on_and_leaves_it(self, client, editor, choice):
        RoomFactory(people=[editor])
        page = ScopedPageFactory()
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        response = client.post(url, posted(title="Better news", **choice), headers={"accept": "application/json"})
        assert response.status_code == 200, response.content
        assert ScopedTestPage.objects.get().get_latest_revision_as_object().title == "Better news"
        assert scopes_of(page) == {EDITORS}

    @pytest.mark.parametrize(
        ("offered", "choice", "begins_with"),
        [(PUBLIC, "public", PUBLIC), (PUBLIC, "editors", EDITORS), (EDITORS, "public", EDITORS)],
    )
    def test_a_page_made_while_one_types_begins_with_what_was_offered_or_its_editors(
        self, client, editor, monkeypatch, offered, choice, begins_with
    ):
        monkeypatch.setattr(ScopedTestPage, "default_scopes", classmethod(lambda cls, user, parent: {offered}))
        url = reverse("wagtailadmin_pages:add", args=["testapp", "scopedtestpage", home_page().pk])
        response = client.post(url, posted(audience=choice), headers={"accept": "application/json"})
        assert response.status_code == 200, response.content
        assert scopes_of(ScopedTestPage.objects.get()) == {begins_with}

    def test_media_for_everybody_are_not_saved_before_the_page_is_public(self, client, editor, media):
        page = ScopedPageFactory()
        data = posted(("image", str(media["image"].pk)), audience="public")
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert client.post(url, data, headers={"accept": "application/json"}).status_code == 400
        assert client.post(url, data).status_code == 302
        assert scopes_of(page) == {PUBLIC}

    def test_an_invalid_form_changes_nothing(self, edit):
        page = ScopedPageFactory(scopes=[PUBLIC])
        assert edit(page, title="", audience="editors").status_code == 400
        assert scopes_of(page) == {PUBLIC}

    def test_a_choice_that_is_no_longer_possible_saves_nothing(self, editor):
        """What was written for a narrower audience must not be there for the wider one."""
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.chosen_audience = ({Scope("gone", 1)}, editor)
        with pytest.raises(ScopeRefused):
            page.save_revision(user=editor)
        assert not page.revisions.exists()

    def test_an_editor_without_the_right_to_a_scope_keeps_it(self, client, edit):
        room = RoomFactory(listed=False)
        both = {Scope("room", room.pk), Scope("platform", 0)}
        page = ScopedPageFactory(scopes=both)
        html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert 'value="keep"' in html
        assert room.name not in html
        assert edit(page, audience="keep").status_code == 302
        assert scopes_of(page) == both

    def test_a_scope_out_of_reach_is_an_error_at_the_field(self, edit):
        room = RoomFactory(listed=False)
        page = ScopedPageFactory()
        response = edit(page, audience="room", **{"audience-room": str(room.pk)})
        assert "audience" in errors_of(response)
        assert scopes_of(page) == {EDITORS}

    def test_a_scope_that_must_be_asked_waits_as_a_proposal(self, edit):
        room = RoomFactory()
        page = ScopedPageFactory()
        assert edit(page, audience="room", **{"audience-room": str(room.pk)}).status_code == 302
        assert scopes_of(page) == {EDITORS}
        assert AudienceProposal.objects.waiting().get().item == page

    def test_the_panel_tells_who_sees_the_page_and_how_many_edit_it(self, client, editor):
        asked = RoomFactory(name="Harbour")
        page = ScopedPageFactory(scopes=[PUBLIC])
        change_audience(page, scopes=[EDITORS, Scope("room", asked.pk)], by=editor)
        html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        present = html.split("At present:")[1].partition("</p>")[0]
        assert "Only 1 editor can see this." in present
        assert "1 other is asked first" in present
        assert "Harbour" not in present
        assert "Once published" not in present
        Page.objects.filter(pk=page.pk).update(live=False)
        html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert "Once published" in html.split("At present:")[1].partition("</p>")[0]


@pytest.fixture
def media():
    image = Image.objects.create(title="Ship", file=ContentFile(image_bytes(), "ship.jpg"))
    document = Document.objects.create(title="Paper", file=ContentFile(b"x", "paper.txt"))
    return {"image": image, "document": document}


def table(block: str, cell) -> TypedTable:
    """With one cell."""
    blocks = ScopedTestPage._meta.get_field("body").stream_block.child_blocks["table"].child_blocks
    return TypedTable([{"block": blocks[block], "heading": "A heading"}], [{"values": [cell]}], "")


def rich(html: str) -> RichText:
    return RichText(html)


CASES = {
    "image block": lambda media: {"body": [("image", media["image"])]},
    "document block": lambda media: {"body": [("document", media["document"])]},
    "image in a list": lambda media: {"body": [("list", [{"image": media["image"]}])]},
    "image in rich text": lambda media: {
        "intro": f'<embed embedtype="image" id="{media["image"].pk}" format="left" alt="x"/>'
    },
    "document link in a text block": lambda media: {
        "body": [("text", rich(f'<p><a linktype="document" id="{media["document"].pk}">x</a></p>'))]
    },
    "embed in rich text": lambda media: {"intro": '<embed embedtype="media" url="https://example.org/video"/>'},
    "embed in a text block": lambda media: {
        "body": [("text", rich('<embed embedtype="media" url="https://example.org/video"/>'))]
    },
    "embed in a table": lambda media: {"body": [("table", table("embed", EmbedValue("https://example.org/video")))]},
    "embed in a text of a table": lambda media: {
        "body": [("table", table("text", rich('<embed embedtype="media" url="https://example.org/video"/>')))]
    },
    "embed block": lambda media: {"body": [("embed", "https://example.org/video")]},
}


class TestPublicMedia:
    @pytest.fixture(params=CASES.values(), ids=CASES.keys())
    def content(self, request, media) -> dict:
        content = request.param(media)
        if content.get("body", [("", "")])[0][0] == "embed":
            content["body"] = [("embed", EmbedValue(content["body"][0][1]))]
        return content

    def test_it_stays_off_pages_that_are_not_public(self, content):
        with pytest.raises(ValidationError) as refused:
            ScopedPageFactory(**content)
        assert set(refused.value.error_dict) == set(content)

    def test_a_public_page_that_has_it_cannot_be_closed(self, content):
        page = ScopedPageFactory(scopes=[PUBLIC])
        for name, value in content.items():
            setattr(page, name, value)
        page.save()
        with pytest.raises(ValidationError):
            change_audience(page, scopes=[EDITORS], by=None)
        assert scopes_of(page) == {PUBLIC}

    def test_a_copy_of_a_public_page_may_have_it_too(self, media):
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.body = [("image", media["image"])]
        page.save()
        assert scopes_of(page.copy(update_attrs={"slug": "copy"})) == {PUBLIC}

    def test_the_form_says_so_at_the_field(self, edit, media):
        page = ScopedPageFactory(scopes=[EDITORS])
        response = edit(page, ("image", str(media["image"].pk)))
        assert set(errors_of(response)) == {"body"}

    def test_the_form_judges_by_the_audience_that_is_chosen_with_it(self, edit, media):
        page = ScopedPageFactory(scopes=[EDITORS])
        response = edit(page, ("image", str(media["image"].pk)), audience="public")
        assert response.status_code == 302, errors_of(response)
        assert scopes_of(page) == {PUBLIC}
        page.refresh_from_db()
        response = edit(page, ("image", str(media["image"].pk)), audience="editors")
        assert "body" in errors_of(response)

    @pytest.fixture
    def live_with_image(self, media):
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.body = [("image", media["image"])]
        page.save_revision().publish()
        return page

    def test_closing_needs_a_published_version_without_it(self, edit, live_with_image):
        response = edit(live_with_image, audience="editors")
        assert set(errors_of(response)) == {"audience"}
        response = edit(live_with_image, audience="editors", **{"action-publish": "1"})
        assert response.status_code == 302, errors_of(response)
        assert scopes_of(live_with_image) == {EDITORS}

    def test_a_scheduled_version_with_it_keeps_the_page_public(self, media):
        from django.utils import timezone

        page = ScopedPageFactory(scopes=[PUBLIC])
        page.body = [("image", media["image"])]
        page.save_revision(approved_go_live_at=timezone.now())
        with pytest.raises(ValidationError):
            change_audience(ScopedTestPage.objects.get(pk=page.pk), scopes=[EDITORS], by=None)

    def test_a_translation_with_it_keeps_the_page_public(self, media):
        from wagtail.models import Locale

        german = Locale.objects.get_or_create(language_code="de")[0]
        page = ScopedPageFactory(scopes=[PUBLIC])
        home_page().copy_for_translation(german)
        translation = page.copy_for_translation(german)
        translation.body = [("image", media["image"])]
        translation.save()
        with pytest.raises(ValidationError):
            change_audience(page, scopes=[EDITORS], by=None)


class TestForeignThings:
    """Numbers that no chooser offered."""

    def image(self, attachment):
        return ("private_image", {"image": str(attachment.pk), "alt_text": "A ship", "caption": ""})

    def test_own_files_can_be_used(self, edit, editor):
        page = ScopedPageFactory()
        assert edit(page, self.image(PageAttachmentFactory(by=editor))).status_code == 302

    def test_files_of_ones_collection_can_be_used(self, edit, editor):
        collection = Collection.get_first_root_node().add_child(name="Own")
        give_collection_permissions(editor, collection, "choose_pageattachment")
        assert edit(ScopedPageFactory(), self.image(PageAttachmentFactory(collection=collection))).status_code == 302

    def test_foreign_files_are_refused_and_not_named(self, edit):
        secret = PageAttachmentFactory(upload=uploaded("secret plan.jpg"))
        response = edit(ScopedPageFactory(), self.image(secret))
        assert set(errors_of(response)) == {"body"}
        assert "secret plan" not in response.content.decode()

    def test_a_file_that_one_only_reads_cannot_be_passed_on(self, edit):
        other = PageAttachmentFactory()
        ScopedPageFactory(
            scopes=[PUBLIC],
            body=[("private_image", {"image": other, "alt_text": "x", "decorative": False, "caption": ""})],
        )
        assert set(errors_of(edit(ScopedPageFactory(), self.image(other)))) == {"body"}

    def test_what_was_there_before_stays(self, edit):
        other = PageAttachmentFactory()
        page = ScopedPageFactory(
            body=[("private_image", {"image": other, "alt_text": "x", "decorative": False, "caption": ""})]
        )
        assert edit(page, self.image(other)).status_code == 302

    def test_hidden_pages_are_refused_and_not_named(self, client):
        editor = UserFactory()
        own = ScopedPageFactory(slug="own")
        give_page_permissions(editor, own)
        client.force_login(editor)
        hidden = ScopedPageFactory(title="Secret merger", slug="merger")
        for content in (
            posted(("page", str(hidden.pk))),
            posted(intro=json.dumps(link_to(hidden))),
        ):
            response = client.post(reverse("wagtailadmin_pages:edit", args=[own.pk]), content | {"slug": "own"})
            assert errors_of(response)
            assert "Secret merger" not in response.content.decode()
            assert "/merger/" not in response.content.decode()

    def test_pages_one_reads_can_be_linked(self, edit):
        target = ScopedPageFactory(scopes=[PUBLIC])
        assert edit(ScopedPageFactory(), ("page", str(target.pk))).status_code == 302


def link_to(page) -> dict:
    block = {"key": "a", "text": "here", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    block["entityRanges"] = [{"offset": 0, "length": 4, "key": 0}]
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": page.pk, "url": "/x/", "parentId": 1}}
    return {"blocks": [block], "entityMap": {"0": entity}}


class TestImageBlock:
    def test_an_image_needs_its_description(self, edit, editor):
        image = ("private_image", {"image": str(PageAttachmentFactory(by=editor).pk), "alt_text": "", "caption": ""})
        assert set(errors_of(edit(ScopedPageFactory(), image))) == {"body"}
        image[1]["decorative"] = "on"
        assert edit(ScopedPageFactory(), image).status_code == 302

    def test_only_images_are_images(self, edit, editor):
        paper = PageAttachmentFactory(by=editor, upload=uploaded("a.txt", b"text"))
        image = ("private_image", {"image": str(paper.pk), "alt_text": "A paper", "caption": ""})
        assert set(errors_of(edit(ScopedPageFactory(), image))) == {"body"}

    def test_it_is_rendered_with_its_sizes_and_description(self, client, settings):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)
        image = PageAttachmentFactory()
        value = {"image": image, "alt_text": "A <ship>", "decorative": False, "caption": "In port"}
        page = ScopedPageFactory(scopes=[PUBLIC], body=[("private_image", value)])
        html = client.get(page.get_url(RequestFactory().get("/"))).content.decode()
        assert 'alt="A &lt;ship&gt;"' in html
        assert f"{image.url}10/ 10w, {image.url} 64w" in html
        assert "In port" in html
