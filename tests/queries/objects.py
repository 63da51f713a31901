"""One object of each kind that has a page, and ever more below it: what the pages of single things list."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, GroupApprovalTask, Locale, ModelLogEntry, Site, Workflow

from hanse_access.scopes import EDITORS
from hanse_groups import actions as groups
from hanse_members import actions as members
from hanse_members.models import OrganisationSource, Terms
from hanse_members.roles import Role
from hanse_news.models import NewsPage
from hanse_search.models import SavedSearch, SearchWeight, SynonymGroup
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import make_group, write
from tests.factories.enquiries import asked
from tests.factories.files import PageAttachmentFactory, image_bytes
from tests.factories.items import ItemFactory
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.questions import answer, make_question
from tests.factories.room_files import bring
from tests.factories.rooms import add, make_room, say
from tests.factories.topics import make_topic

from .rows import Rows

#: what stands for an argument of an address, by the beginning of its pattern: the first that fits counts
Known = list[tuple[str, dict[str, object]]]


class Objects:
    """The objects, of the manager of the first cluster where they are somebody's. ``grow`` puts more below each."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.number = rows, 0
        manager, cluster = rows.manager, rows.cluster
        self.member = MembershipFactory(cluster=cluster).person
        third = MembershipFactory(cluster=cluster).person
        self.room = make_room(cluster, owner=manager, members=[self.member])
        self.folder = groups.make_folder(self.room, by=manager, name="Folder")
        self.file = bring(self.room, manager, "first.txt").room_file
        self.message = say(self.room, manager)
        guest = UserFactory()
        add(self.room, guest, role="guest")
        self.guest = groups.save_guest_profile(person=guest, organisation="A firm")
        self.profile = ProfileFactory(person=self.member)
        ProfileFactory(person=third)
        self.group = make_group(manager, self.member, third)
        self.said = say(self.group, manager)
        self.topic = make_topic("Deep")
        self.organisation = OrganisationFactory(clusters=[cluster])
        self.keeper = MembershipFactory(cluster=cluster, organisation=self.organisation, keeps_organisation=True)
        self.page = NewsPageFactory(cluster=cluster, owner=manager)
        self.page.save_revision(user=manager)
        self.attachment = PageAttachmentFactory(by=manager)
        self.enquiry = asked(self.organisation, by=third)
        members.take_enquiry(self.enquiry, by=manager)
        self.question = make_question(cluster, asker=manager)
        self.reply = answer(self.question, by=manager)
        self.application = members.keep_draft(person=manager, typed={"name": ["A draft"]})
        self.source = OrganisationSource.objects.create(
            cluster=cluster, name="Table", url="https://example.org/table.csv", kept_by=manager
        )
        self.search = SavedSearch.objects.create(person=manager, name="Deep", text="x")
        self.alert = self.search.alerts.create(items=[], number=0)
        self.synonyms = SynonymGroup.objects.create(terms="carbon\nCFK")
        self.weight = SearchWeight.objects.create(what="title", points=9)
        self.image = Image.objects.create(title="Image", file=ContentFile(image_bytes(), "image.jpg"))
        self.document = Document.objects.create(title="Document", file=ContentFile(b"text", "text.txt"))
        self.collection = Collection.get_first_root_node().add_child(name="Other")
        self.workflow = Workflow.objects.create(name="Review")
        self.task = GroupApprovalTask.objects.create(name="Task")
        self.redirect = Redirect.add_redirect("/old", "/new")

    def grow(self, number: int) -> None:
        for _ in range(number):
            self.number += 1
            self._grow_room()
            self._grow_talks()
            self._grow_members()
            self._grow_page()
            self._grow_administration()

    def _grow_room(self) -> None:
        """People, messages, answers, files in each place, links and requests; the trail tells of all of it."""
        room, manager, number = self.room, self.rows.manager, self.number
        person = MembershipFactory(cluster=self.rows.cluster).person
        add(room, person)
        add(room, UserFactory(), role="guest")
        groups.invite(room, by=manager, person=MembershipFactory(cluster=self.rows.cluster).person)
        groups.ask_to_join(room, by=MembershipFactory(cluster=self.rows.cluster).person)
        groups.make_link(room, by=manager, role="guest")
        said = say(room, person, f"Message {number} @room", quoted=self.message)
        groups.react(said, "agree", by=manager)
        groups.pin_message(said, by=manager)
        say(room, person, "An answer", thread=self.message)
        bring(room, person, f"plan {number}.txt")
        bring(room, person, f"in folder {number}.txt", folder=self.folder)
        bring(room, person, "first.txt", content=f"Version {number}".encode())
        groups.make_folder(room, by=manager, name=f"Inner {number}", parent=self.folder)
        groups.bin_file(bring(room, person, f"binned {number}.txt").room_file, by=manager)
        staged = groups.stage_file(room, by=person, upload=ContentFile(f"x{number}".encode(), f"chat {number}.txt"))
        say(room, person, "With a file", attachments=[staged])

    def _grow_talks(self) -> None:
        say(self.group, self.member, f"Word {self.number}")
        write(self.member, self.rows.manager, f"Word {self.number}")

    def _grow_members(self) -> None:
        """People and fields of the organisation, topics that it shares with others, answers to a question, words of an
        enquiry, terms."""
        cluster, manager = self.rows.cluster, self.rows.manager
        MembershipFactory(cluster=cluster, organisation=self.organisation)
        topic = make_topic(f"Below {self.number}", parent=self.topic)
        for holder in (self.organisation, self.profile):
            fill(holder, "phone", scopes=[EDITORS], on_request=True, text=str(self.number))
            fill(holder, "offers", text="Advice", choices=["advice", "training"])
        other = OrganisationFactory(clusters=[cluster])
        other.topics.add(self.topic, topic)
        self.organisation.topics.add(self.topic)
        fill(ProfileFactory(person=MembershipFactory(cluster=cluster).person), "competences", topics=[self.topic])
        for field in [self.organisation.fields.get(name="phone"), self.profile.fields.get(name="phone")]:
            members.ask_for_field(field, by=MembershipFactory(cluster=cluster).person)
            answerer = self.keeper.person if field.holder == self.organisation else self.member
            members.release_to_person(field, person=MembershipFactory(cluster=cluster).person, by=answerer)
        brought = f"name\nFetched {self.number}".encode()
        members.bring_organisations(cluster=cluster, data=brought, file_name="x.csv", by=manager, source=self.source)
        answer(self.question, text=f"Answer {self.number}")
        members.answer_enquiry(self.enquiry, by=manager, text=f"Answer {self.number}")
        members.reply_to_enquiry(self.enquiry, by=self.enquiry.asker, text=f"Question {self.number}")

    def _grow_page(self) -> None:
        """Versions, pages that use it and its file, children beside it."""
        author = MembershipFactory(cluster=self.rows.cluster).person
        self.page.title = f"Title {self.number}"
        revision = self.page.save_revision(user=author, log_action=True)
        revision.publish(user=author, skip_permission_checks=True)
        found = NewsPageFactory(cluster=self.rows.cluster, owner=author)
        self.alert.items = [*self.alert.items, ["news", found.pk]]
        self.alert.number += 1
        self.alert.save()
        ItemFactory(author=author)

    def _grow_administration(self) -> None:
        """What was done to rows, in their history, and people in a group."""
        person = UserFactory()
        person.groups.add(self.rows.cluster.editors_group)
        for row in self._administered():
            ModelLogEntry.objects.log_action(row, "wagtail.edit", user=person)

    def _administered(self) -> Iterable:
        yield from (self.rows.cluster, self.organisation, self.topic, self.attachment, self.synonyms, self.weight)
        yield from (
            self.question,
            self.keeper,
            self.member,
            self.organisation.memberships.get(),
            self.rows.cluster.editors_group,
        )
        yield from (Locale.objects.get(language_code="de"), Site.objects.get(), self._terms())

    def _terms(self) -> Terms:
        return Terms.objects.filter(cluster=self.rows.cluster).order_by("pk").first()

    def chosen(self, model: str) -> list[int]:
        """Numbers of rows that can be chosen for an action on several: all that there are of this kind here."""
        rows = {
            "wagtailcore.page": NewsPage.objects.filter(owner__isnull=False),
            "hanse_site.user": get_user_model().objects.filter(groups=self.rows.cluster.editors_group),
            "wagtailimages.image": Image.objects.all(),
            "wagtaildocs.document": Document.objects.all(),
        }
        return list(rows[model].values_list("pk", flat=True))

    def known(self) -> Known:
        """What stands for the arguments now. Tables that people bring have as many rows as there are children."""
        cluster, manager = self.rows.cluster, self.rows.manager
        lines = range(self.number)
        people = members.bring_people(
            cluster=cluster,
            data="\n".join(["email", *(f"brought{n}@example.org" for n in lines)]).encode(),
            file_name="people.csv",
            role=Role.MEMBER,
            language="en",
            by=manager,
        )
        firms = members.bring_organisations(
            cluster=cluster,
            data="\n".join(["name", *(f"Brought {n}" for n in lines)]).encode(),
            file_name="firms.csv",
            by=manager,
        )
        topics = members.bring_topics(
            data="\n".join(["code;parent;label_en", *(f"B{n};;Brought {n}" for n in lines)]).encode(),
            file_name="topics.csv",
            by=self.rows.operator,
        )
        firm = {"uid": self.organisation.uid, "name": "phone", "pk": self.keeper.pk}
        message = {"message": self.message.uid}
        everywhere = {
            "page_id": self.page.pk,
            "page_pk": self.page.pk,
            "page_to_move_id": self.page.pk,
            "parent_page_id": self.page.get_parent().pk,
            "destination_id": self.page.get_parent().pk,
            "object_id": self.page.pk,
            "revision_id": self.page.latest_revision_id,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "content_type_app_name": "hanse_news",
            "content_type_model_name": "newspage",
            "app_label": "hanse_news",
            "model_name": "newspage",
            "image_id": self.image.pk,
            "document_id": self.document.pk,
            "collection_id": self.collection.pk,
            "redirect_id": self.redirect.pk,
            "workflow_pk": self.workflow.pk,
            "task_id": self.task.pk,
            "filter_spec": "width-10",
            "slug": cluster.slug,
            "language": "en",
        }
        return [
            ("admin/api/main/documents/", {"pk": self.document.pk}),
            ("admin/api/main/images/", {"pk": self.image.pk}),
            ("admin/api/main/pages/", {"pk": self.page.pk}),
            ("admin/pages/", {"pk": self.page.pk}),
            ("admin/collections/", {"pk": self.collection.pk}),
            ("admin/documents/", {"pk": self.document.pk}),
            ("admin/images/", {"pk": self.image.pk}),
            ("admin/groups/", {"pk": cluster.editors_group.pk}),
            ("admin/users/", {"pk": self.member.pk}),
            ("admin/locales/", {"pk": Locale.objects.get(language_code="de").pk}),
            ("admin/sites/", {"pk": Site.objects.get().pk}),
            ("admin/hanse_challenges_questions/", {"pk": self.question.pk}),
            ("admin/hanse_members_clusters/", {"pk": cluster.pk}),
            ("admin/hanse_members_memberships/", {"pk": self.keeper.pk}),
            ("admin/hanse_members_organisation_memberships/", {"pk": self.organisation.memberships.get().pk}),
            ("admin/hanse_members_organisations/", {"pk": self.organisation.pk}),
            ("admin/hanse_members_terms/", {"pk": self._terms().pk}),
            ("admin/hanse_members_topics/import/", {"pk": topics.pk}),
            ("admin/hanse_members_topics/", {"pk": self.topic.pk}),
            ("admin/hanse_search_synonyms/", {"pk": self.synonyms.pk}),
            ("admin/hanse_search_weights/", {"pk": self.weight.pk}),
            ("admin/private-file", {"pk": self.attachment.pk}),
            ("admin/profile-chooser/", {"pk": self.profile.pk}),
            ("admin/workflows/tasks/add/", {"app_label": "wagtailcore", "model_name": "groupapprovaltask"}),
            ("admin/workflows/tasks/", {"pk": self.task.pk}),
            ("admin/workflows/", {"pk": self.workflow.pk}),
            ("enquiries/about/", {"kind": "organisation", "key": self.organisation.uid}),
            ("enquiries/", {"uid": self.enquiry.uid}),
            ("experts/", {"uid": self.profile.uid, "name": "phone"}),
            ("files/", {"kind": "page", "uuid": self.attachment.uuid}),
            ("follows/", {"kind": "topics", "pk": self.topic.pk}),
            ("join/application/", {"uid": self.application.uid}),
            ("memberships/invitations/import/", {"pk": people.pk}),
            ("memberships/", {"pk": self.keeper.pk}),
            ("messages/to/", {"uid": self.profile.uid}),
            ("messages/", {"uid": self.group.conversation.uid, "message": self.said.uid}),
            ("near/", {"kind": "organisation", "key": self.organisation.uid}),
            ("organisations/import/", {"pk": firms.pk}),
            ("organisations/sources/", {"pk": self.source.pk}),
            ("organisations/", firm),
            ("profile/", {"name": "phone"}),
            ("questions/", {"uid": self.question.uid, "reply": self.reply.uid}),
            ("reports/about/", {"kind": "person", "key": self.profile.uid}),
            ("blocks/author/", {"kind": "person", "key": self.profile.uid}),
            ("rooms/guests/", {"uid": self.guest.uid}),
            ("rooms/opening/", {"slug": cluster.slug}),
            ("rooms/", {"uid": self.room.uid, "file": self.file.uid, "folder": self.folder.uid, **message}),
            ("conversations/", {"uid": self.room.conversation.uid, **message}),
            ("search/saved/", {"pk": self.search.pk, "number": self.alert.pk}),
            ("search/similar/", {"source": "organisation", "pk": self.organisation.pk}),
            ("terms/", {"pk": self._terms().pk}),
            ("topics/", {"pk": self.topic.pk}),
            ("", everywhere),
        ]
