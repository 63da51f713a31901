"""A page for one room is met by its people, its author and its reviewers, not by whoever edits the section around."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from wagtail.models import (
    Collection,
    Comment,
    GroupApprovalTask,
    Locale,
    Page,
    PageLogEntry,
    PageSubscription,
    Workflow,
    WorkflowTask,
)
from wagtail.permissions import policy_registry
from wagtail_localize.operations import translate_object, translate_page_subtree
from zeal import zeal_ignore

from hanse_access.actions import break_glass
from hanse_access.models import PageAttachment
from hanse_access.operators import operator_group
from hanse_access.page_explorer import own_pages
from hanse_access.page_titles import number_of
from hanse_access.scopes import PUBLIC, Scope
from hanse_access.viewer import Viewer, viewing_as
from tests.access.conftest import SECRET
from tests.factories.files import PageAttachmentFactory, give_collection_permissions
from tests.factories.items import RoomFactory
from tests.factories.pages import ScopedPageFactory, give_page_permissions, home_page
from tests.factories.people import UserFactory
from tests.testapp.models import ScopedTestPage

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def room():
    return RoomFactory(people=[UserFactory()])


@pytest.fixture
def closed(own, room):
    closed = ScopedPageFactory(title=SECRET, parent=own, scopes=[Scope("room", room.pk)], owner=UserFactory())
    closed.save_revision(user=closed.owner)
    return closed


@pytest.fixture
def operator():
    operator = UserFactory()
    operator.groups.add(operator_group())
    return operator


def reads(person, page) -> bool:
    return ScopedTestPage.objects.filter(pk=page.pk).visible_to(Viewer.of(person)).exists()


def works_on(person, page) -> bool:
    """In lists, for one page, and by what Wagtail says of it: the same answer."""
    viewer = Viewer.of(person)
    with viewing_as(viewer):
        policy = policy_registry.get_by_type(type(page))
        answers = {
            own_pages(viewer).filter(pk=page.pk).exists(),
            policy.user_has_permission_for_instance(person, "change", page),
            page.permissions_for_user(person).can_edit(),
            page.permissions_for_user(person).can_publish(),
        }
    [answer] = answers
    return answer


class TestWho:
    def test_editing_the_section_opens_no_page_for_a_room(self, closed, own):
        editor = UserFactory()
        give_page_permissions(editor, own)
        assert not reads(editor, closed)
        assert not works_on(editor, closed)
        assert editor not in closed.stakeholders()

    def test_an_editor_who_is_in_the_room_edits_it(self, closed, own, room):
        editor = UserFactory()
        give_page_permissions(editor, own)
        room.people.add(editor)
        assert reads(editor, closed)
        assert works_on(editor, closed)
        assert editor in closed.stakeholders()

    def test_an_audience_that_names_others_too_is_no_closed_one(self, own, room):
        editor = UserFactory()
        give_page_permissions(editor, own)
        page = ScopedPageFactory(parent=own, scopes=[Scope("room", room.pk), Scope("platform", 0)])
        assert reads(editor, page)
        assert works_on(editor, page)

    def test_the_author_reads_it_without_being_in_the_room(self, closed):
        assert reads(closed.owner, closed)
        assert closed.owner in closed.stakeholders()

    def test_an_operator_reads_it_by_break_glass_alone(self, closed, room, operator, client):
        assert not reads(operator, closed)
        assert not works_on(operator, closed)
        client.force_login(operator)
        assert client.get(reverse("wagtailadmin_pages:edit", args=[closed.pk])).status_code == 404
        break_glass(by=operator, scope=Scope("room", room.pk), reason="A member reported threats in this room")
        assert client.get(reverse("wagtailadmin_pages:edit", args=[closed.pk])).status_code == 404

    def test_superusers_of_the_command_line_have_no_limits(self, closed):
        boss = UserFactory(is_superuser=True)
        assert reads(boss, closed)
        assert works_on(boss, closed)


@pytest.fixture
def reviewer(closed):
    reviewer, group = UserFactory(), Group.objects.create(name="Reviewers")
    reviewer.groups.add(group)
    task = GroupApprovalTask.objects.create(name="Second look")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Four eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    return reviewer


def submit(page):
    return Workflow.objects.get(name="Four eyes").start(page, page.owner)


class TestReviews:
    def test_reviewers_see_what_the_author_submits_to_them(self, closed, reviewer):
        assert not reads(reviewer, closed)
        state = submit(closed)
        assert reads(reviewer, closed)
        state.current_task_state.approve(user=UserFactory(is_superuser=True))
        assert not reads(reviewer, closed)

    def test_the_mail_that_asks_for_a_review_names_nothing(self, closed, reviewer):
        submit(closed)
        [sent] = [one for one in mail.outbox if one.to == [reviewer.email]]
        assert SECRET not in sent.subject + sent.body
        assert "a page for a closed circle" in sent.subject

    def test_the_mail_that_answers_tells_nothing_of_what_was_said(self, closed, reviewer):
        state = submit(closed)
        mail.outbox.clear()
        state.current_task_state.reject(user=reviewer, comment="The price is too low")
        [sent] = [one for one in mail.outbox if one.to == [closed.owner.email]]
        assert SECRET not in sent.subject + sent.body
        assert "price" not in sent.body

    def test_of_other_pages_they_do(self, closed, reviewer):
        closed.audience_holders().update(audience=ScopedPageFactory(scopes=[PUBLIC]).page_audience.audience)
        state = submit(closed)
        [asked] = [one for one in mail.outbox if one.to == [reviewer.email]]
        assert SECRET in asked.subject
        state.current_task_state.reject(user=reviewer, comment="The price is too low")
        assert "The price is too low" in mail.outbox[-1].body


class TestComments:
    @pytest.fixture
    def comment(self, client, own, room):
        """Comment on a page as its editor, who is in the room; gives whom mails reached."""
        editor = UserFactory()
        give_page_permissions(editor, own)
        room.people.add(editor)
        client.force_login(editor)

        def comment(page) -> list[list[str]]:
            answered = Comment.objects.create(page=page, user=editor, text="The price is too low", contentpath="title")
            mail.outbox.clear()
            form = {"title": page.title, "slug": page.slug, "intro": "null", "body-count": "0", **_without(answered)}
            with zeal_ignore():  # Wagtail reads the replies of each comment by itself
                response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
            assert response.status_code == 302
            return [one.to for one in mail.outbox]

        return comment

    def subscribe(self, person, page):
        PageSubscription.objects.create(user=person, page=page, comment_notifications=True)
        return person

    def test_whoever_works_on_a_page_is_told_and_whoever_did_is_not(self, comment, own):
        page = ScopedPageFactory(title="Usual news", parent=own, scopes=[PUBLIC])
        gone = self.subscribe(UserFactory(), page)
        here = self.subscribe(UserFactory(), page)
        give_page_permissions(here, own)
        told = comment(page)
        assert [here.email] in told
        assert [gone.email] not in told

    def test_of_a_page_for_a_room_nothing_is_mailed(self, comment, closed, room, own):
        here = self.subscribe(UserFactory(), closed)
        give_page_permissions(here, own)
        room.people.add(here)
        assert comment(closed) == []


def _without(comment) -> dict[str, str]:
    """The form of the editor that takes this comment away."""
    return {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "1",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        "comments-0-id": str(comment.pk),
        "comments-0-contentpath": "title",
        "comments-0-text": comment.text,
        "comments-0-position": "",
        "comments-0-DELETE": "on",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "1000",
    }


class TestFiles:
    @pytest.fixture
    def file(self, closed):
        file = PageAttachmentFactory(collection=Collection.get_first_root_node())
        file.uses.set([closed])
        return file

    def rights(self, file, person) -> bool:
        """Asked from both ends, by the rule and by the policy."""
        viewer, policy = Viewer.of(person), policy_registry.get_by_type(PageAttachment)
        answers = {
            PageAttachment.objects.filter(pk=file.pk).visible_to(viewer).exists(),
            person in file.stakeholders(),
            policy.user_has_permission_for_instance(person, "choose", file),
            person in policy.users_with_permission_for_instance("choose", file),
        }
        [answer] = answers
        return answer

    def test_who_administers_the_collection_does_not_meet_it(self, file, room, closed):
        keeper = UserFactory()
        give_collection_permissions(keeper, file.collection)
        assert not self.rights(file, keeper)
        room.people.add(keeper)
        assert self.rights(file, keeper)

    def test_they_do_once_another_page_uses_it(self, file, own):
        keeper = UserFactory()
        give_collection_permissions(keeper, file.collection)
        file.uses.add(ScopedPageFactory(parent=own, scopes=[Scope("platform", 0)]))
        assert self.rights(file, keeper)


class TestActsOnTheTree:
    """Of somebody who edits the section and is not in the room."""

    @pytest.fixture
    def outsider(self, client, own, closed):
        outsider = UserFactory()
        give_page_permissions(outsider, home_page(), "add", "change", "publish", "bulk_delete", "lock", "unlock")
        client.force_login(outsider)
        return outsider

    @pytest.fixture
    def usual(self, own, closed):
        return ScopedPageFactory(title="Usual news", parent=own, scopes=[PUBLIC], live=False)

    def test_copies_leave_it_out(self, own, closed, usual, outsider):
        own.copy(recursive=True, to=home_page(), update_attrs={"slug": "copied"}, user=outsider)
        own.create_alias(recursive=True, parent=home_page(), update_slug="alias", user=outsider)
        assert Page.objects.filter(title__startswith="Usual news").count() == 3
        assert Page.objects.filter(title__startswith=SECRET).count() == 1

    def test_publishing_a_section_does_not_publish_it(self, client, own, closed, usual, outsider):
        Page.objects.filter(pk=closed.pk).update(live=False)
        for page in (own, usual):
            page.save_revision()
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        with zeal_ignore():  # Wagtail publishes one after another
            assert client.post(f"{url}?id={own.pk}", {"include_descendants": "on"}).status_code == 302
        live = dict(Page.objects.values_list("pk", "live"))
        assert (live[usual.pk], live[closed.pk]) == (True, False)

    def test_translating_a_section_does_not_translate_it(self, own, closed, usual, outsider):
        german = Locale.objects.get_or_create(language_code="de")[0]
        translate_object(own, [german], user=outsider)
        translate_page_subtree(own.pk, [german], None, outsider)
        assert usual.get_translations().exists()
        assert not closed.get_translations().exists()

    def test_the_log_keeps_the_number_of_a_deleted_one(self, client, own, closed, usual, outsider):
        closed.delete()
        usual.delete(user=outsider)
        give_page_permissions(outsider, Page.get_first_root_node())
        html = client.get(reverse("wagtailadmin_reports:site_history")).content.decode()
        assert "Usual news" in html
        assert SECRET not in html

    def test_the_report_on_types_of_pages_does_not_name_it(self, client, closed, room, outsider):
        give_page_permissions(outsider, Page.get_first_root_node())
        closed.save_revision()  # the last one of its type that was edited
        html = client.get(reverse("wagtailadmin_reports:page_types_usage")).content.decode()
        assert "scoped test page" in html.lower()
        assert SECRET not in html
        # Nor that it is the last one: its title is hidden elsewhere too, its number and time are only here.
        assert str(number_of(closed)) not in html
        room.people.add(outsider)
        assert SECRET in client.get(reverse("wagtailadmin_reports:page_types_usage")).content.decode()

    def test_who_is_in_the_room_reads_its_history(self, client, closed, room, outsider):
        room.people.add(outsider)
        PageLogEntry.objects.log_action(instance=closed, action="wagtail.edit", user=closed.owner)
        assert SECRET in client.get(reverse("wagtailadmin_reports:site_history")).content.decode()

    def test_it_has_no_title_above_a_page_that_is_open(self, client, closed, outsider):
        below = ScopedPageFactory(title="Open annex", parent=closed, scopes=[PUBLIC])
        html = client.get(reverse("wagtailadmin_pages:edit", args=[below.pk])).content.decode()
        assert "Open annex" in html
        assert SECRET not in html
