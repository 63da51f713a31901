"""An address for every URL pattern, with rows that exist and that the operator may change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.blocks import Block, BooleanBlock, ChoiceBlock, ChooserBlock, IntegerBlock, RichTextBlock, URLBlock
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, GroupApprovalTask, Locale, Page, Site, Workflow, get_page_models

from hanse_access.models import AudienceProposal, PageAttachment
from hanse_groups.actions import ask_to_join, bin_file, make_folder, make_link, save_guest_profile, stage_file
from hanse_groups.models import Message
from hanse_members.actions import bring_topics, issue_terms, keep_draft
from hanse_members.models import ClusterApplication, Membership, Profile
from tests.factories.direct import seat, talk
from tests.factories.enquiries import asked
from tests.factories.files import image_bytes, uploaded
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory
from tests.factories.questions import answer, make_question
from tests.factories.room_files import bring
from tests.factories.rooms import add, make_room, say

from . import discovery
from .odd import RICH


def rows(world) -> list[tuple[str, dict[str, object]]]:
    """What stands for the arguments of patterns that begin so; the first that fits and names the argument counts."""
    manager = world.people["manager_alpha"]
    image = Image.objects.create(title="Image", file=ContentFile(image_bytes(), "image.jpg"))
    document = Document.objects.create(title="Document", file=ContentFile(b"text", "text.txt"))
    collection = Collection.get_first_root_node().add_child(name="Other")
    workflow, task = Workflow.objects.create(name="Review"), GroupApprovalTask.objects.create(name="Task")
    page = world.items["alpha", "own"]
    terms = issue_terms(cluster=world.clusters["beta"], texts={"en": "Text."}, by=world.people["manager_beta"])
    redirect = Redirect.add_redirect("/old", "/new")
    tables_of_topics = bring_topics(data=b"code;parent;label_en\nX;;X", file_name="x", by=world.people["operator"])
    applied = Membership.objects.get(person=world.people["newcomer"])
    everywhere = {
        "page_id": page.pk,
        "page_pk": page.pk,
        "page_to_move_id": page.pk,
        "parent_page_id": page.get_parent().pk,
        "destination_id": world.items["beta", "own"].get_parent().pk,
        "object_id": page.pk,
        "revision_id": page.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "content_type_app_name": "hanse_news",
        "content_type_model_name": "newspage",
        "app_label": "hanse_news",
        "model_name": "newspage",
        "mode": "",
        "action_name": "approve",
        "image_id": image.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "collection_id": collection.pk,
        "redirect_id": redirect.pk,
        "workflow_pk": workflow.pk,
        "task_id": task.pk,
        "filter_spec": "width-10",
        "slug": "beta",
        "language": "en",
    }
    firm = world.organisations["alpha", "own"]
    return [
        ("admin/api/main/documents/", {"pk": document.pk}),
        ("admin/api/main/images/", {"pk": image.pk}),
        ("admin/api/main/pages/", {"pk": page.pk, "action_name": "publish"}),
        ("admin/pages/", {"pk": page.pk}),
        ("admin/collections/", {"pk": collection.pk}),
        ("admin/documents/", {"pk": document.pk}),
        ("admin/images/", {"pk": image.pk}),
        ("admin/groups/", {"pk": world.clusters["alpha"].editors_group.pk}),
        ("admin/users/", {"pk": world.people["member_beta"].pk}),
        ("admin/locales/", {"pk": Locale.objects.get(language_code="de").pk}),
        ("admin/sites/", {"pk": Site.objects.get().pk}),
        ("admin/hanse_challenges_questions/", {"pk": world.questions["alpha", "own"].pk}),
        ("admin/hanse_members_clusters/", {"pk": world.clusters["alpha"].pk}),
        ("admin/hanse_members_memberships/", {"pk": applied.pk}),
        ("admin/hanse_members_organisation_memberships/", {"pk": firm.memberships.get().pk}),
        ("admin/hanse_members_organisations/", {"pk": firm.pk}),
        ("admin/hanse_members_terms/", {"pk": terms.pk}),
        ("admin/hanse_members_topics/import/", {"pk": tables_of_topics.pk}),
        ("admin/hanse_members_topics/", {"pk": world.topic.pk}),
        ("admin/private-file", {"pk": world.files["alpha", "own"].pk}),
        ("admin/profile-chooser/", {"pk": world.profiles["alpha", "public"].pk}),
        ("admin/workflows/tasks/add/", {"app_label": "wagtailcore", "model_name": "groupapprovaltask"}),
        ("admin/workflows/tasks/", {"pk": task.pk}),
        ("admin/workflows/", {"pk": workflow.pk}),
        ("clusters/<slug:slug>/leave/", {"slug": "alpha"}),
        ("clusters/<slug:slug>/standing/", {"slug": "alpha", "change": "suspend"}),
        ("clusters/<slug:slug>/facts/", {"slug": "alpha"}),
        ("enquiries/about/", {"kind": "organisation", "key": world.organisations["beta", "public"].uid}),
        ("enquiries/", {"uid": asked(world.organisations["alpha", "public"], by=world.people["member_beta"]).uid}),
        ("experts/", {"uid": world.profiles["beta", "platform"].uid, "name": "phone"}),
        ("profile/", {"name": "offers", "pk": 1}),
        ("released/", {"secret": "secret"}),
        ("join/application/", {"uid": clusters_application(world).uid}),
        ("memberships/", {"pk": Membership.objects.get(person=manager).pk}),
        ("near/", {"kind": "organisation", "key": firm.uid}),
        ("organisations/", {"uid": firm.uid, "pk": applied.pk}),
        ("proposals/", {"pk": AudienceProposal.objects.filter(scope_id=world.clusters["alpha"].pk).first().pk}),
        ("rooms/opening/", {"slug": "alpha"}),
        *questions(world),
        *rooms(world),
        *directs(world),
        ("terms/", {"pk": terms.pk}),
        ("topics/", {"pk": world.topic.pk}),
        ("reports/about/", {"kind": "person", "key": world.profiles["beta", "platform"].uid}),
        ("blocks/author/", {"kind": "person", "key": world.profiles["beta", "platform"].uid}),
        ("follows/", {"kind": "topics", "pk": world.topic.pk}),
        ("", everywhere),
    ]


def questions(world) -> Iterator[tuple[str, dict[str, object]]]:
    """One of the manager of Alpha, with what both sides say to it."""
    manager = world.people["manager_alpha"]
    asked = make_question(world.clusters["alpha"], asker=manager)
    answer(asked, by=world.people["member_alpha"])
    yield "questions/", {"uid": asked.uid, "reply": answer(asked, by=manager, text="To add:").uid}


def rooms(world) -> Iterator[tuple[str, dict[str, object]]]:
    """A room that the manager of Alpha owns, with a message and somebody who asks to be let in."""
    manager = world.people["manager_alpha"]
    room = make_room(world.clusters["alpha"], owner=manager, members=[world.people["member_alpha"]])
    asking = ask_to_join(room, by=world.people["editor_alpha"])
    message = say(room, manager).uid
    guest = UserFactory()
    add(room, guest, role="guest")
    yield "rooms/guests/", {"uid": save_guest_profile(person=guest, organisation="A firm").uid}
    yield "rooms/invitation/", {"secret": make_link(room, by=manager, role="guest")[1]}
    file, folder = bring(room, manager).room_file, make_folder(room, by=manager, name="Folder")
    binned = bin_file(bring(room, manager, "binned.txt").room_file, by=manager)
    yield "rooms/<uuid:uid>/files/bin/", {"uid": room.uid, "thing": binned.uid, "act": "restore"}
    yield "rooms/<uuid:uid>/files/", {"uid": room.uid, "file": file.uid, "act": "rename"}
    yield "rooms/<uuid:uid>/folders/", {"uid": room.uid, "folder": folder.uid}
    yield "rooms/", {"uid": room.uid, "pk": asking.pk, "act": "decline", "message": message}
    staged = stage_file(room, by=manager, upload=uploaded("staged.txt", b"words"))
    yield "conversations/<uuid:uid>/attachments/", {"uid": room.conversation.uid, "version": staged.uuid}
    yield "conversations/", {"uid": room.conversation.uid, "act": "edit", "message": message}


def directs(world) -> Iterator[tuple[str, dict[str, object]]]:
    """A conversation of the manager of Alpha with a member; before it, a person to write to."""
    manager, member = world.people["manager_alpha"], world.people["member_alpha"]
    profile = ProfileFactory(person=member)
    direct = talk(manager, member)
    yield "messages/to/", {"uid": profile.uid, "pk": 1}
    message = Message.objects.get(conversation=direct.pk).uid
    yield "messages/", {"uid": direct.conversation.uid, "pk": seat(direct, member).pk, "message": message}


def clusters_application(world) -> ClusterApplication:
    """By the manager of Alpha, not sent yet."""
    return keep_draft(person=world.people["manager_alpha"], typed={"name": ["A draft"]})


#: patterns without a form: lists, answers to scripts, what tells of a row
WITHOUT_FORM = re.compile(
    r"/(results|history|history-results|usage|api|jsi18n|sprite|health|preview|view_draft|results_only)(/|$)"
    r"|^/(patterns|sitemap|robots|favicon|news|admin/.\*|admin/failwhale|admin/test404|admin/bulk|admin/reports)"
)


def addresses(world) -> Iterator[str]:
    """One for each pattern that may have a form; for page types and bulk actions one for each of them."""
    known = rows(world)
    for route in discovery.routes():
        if not WITHOUT_FORM.search(f"/{route.text}"):
            yield filled(route.text, known)
    yield from page_addresses()
    ids = {"page": world.items["alpha", "own"].pk, "user": world.people["member_beta"].pk}
    ids |= {"image": Image.objects.first().pk, "document": Document.objects.first().pk}
    for action in sorted(discovery.bulk_actions()):
        model, name = action.split()
        yield f"{reverse('wagtail_bulk_action', args=[*model.split('.'), name])}?id={ids[model.split('.')[1]]}"


def page_addresses() -> Iterator[str]:
    """Changing and adding a page of each type, where there is one and a place for another."""
    for model in sorted(get_page_models(), key=lambda model: model._meta.label):
        page = model.objects.first()
        if model is not Page and page is not None:
            yield reverse("wagtailadmin_pages:edit", args=[page.pk])
        for parent in Page.objects.specific():
            if model.can_create_at(parent):
                names = [model._meta.app_label, model._meta.model_name]
                yield reverse("wagtailadmin_pages:add", args=[*names, parent.pk])
                break


def block_values(world):
    """What the page editor would send for each kind of block, so that the page can be saved."""
    attachment = world.files["alpha", "own"]
    rows = {
        PageAttachment: attachment.pk,
        Profile: world.profiles["alpha", "public"].pk,
        Image: getattr(Image.objects.first(), "pk", ""),
    }

    def value_of(block: Block) -> bytes:
        if isinstance(block, ChooserBlock):
            return str(rows.get(block.model_class, world.items["alpha", "own"].pk)).encode()
        if isinstance(block, RichTextBlock):
            return RICH
        if isinstance(block, ChoiceBlock):
            return str(next(value for value, _label in block.field.choices if value)).encode()
        kinds = {URLBlock: b"https://example.org/", IntegerBlock: b"3", BooleanBlock: b"on"}
        return next((value for kind, value in kinds.items() if isinstance(block, kind)), b"Words")

    return value_of


def filled(route: str, known: list[tuple[str, dict[str, object]]]) -> str:
    def value(name: str) -> str:
        return next((str(row[name]) for start, row in known if route.startswith(start) and name in row), "1")

    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: value(match[1]), route)
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: value(match[1]), text)
    text = text.replace(r"\.\.\.", "...").replace(r"(\d+)/(.*)", "1/x").replace(r"((?:[\w\-]+/)*)", "")
    return "/" + text.replace(r"[-:\w]+", "x").removesuffix("$")
