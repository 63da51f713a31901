"""Pages follow the rule, and no way of Wagtail brings an older or wider audience back."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Locale, Page

from hanse_access.actions import change_audience
from hanse_access.models import PageAudience
from hanse_access.page_explorer import known_pages
from hanse_access.pages import ScopedPageMixin, shown_page_q, visible_page_q, visible_pages
from hanse_access.readings import recipients
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from tests.factories.items import RoomFactory
from tests.factories.pages import PageFactory, ScopedPageFactory, give_page_permissions, home_page
from tests.factories.people import UserFactory
from tests.testapp.models import OpenTestPage, ScopedTestPage

pytestmark = pytest.mark.django_db


def scopes_of(page) -> set:
    return set(PageAudience.objects.get(page=page.pk).audience.scope_set)


@pytest.fixture
def room():
    return RoomFactory(people=[UserFactory()])


@pytest.fixture
def room_scope(room):
    return Scope("room", room.pk)


def seen_by(viewer):
    return set(ScopedTestPage.objects.visible_to(viewer)), set(visible_pages(viewer, Page.objects.type(ScopedTestPage)))


class TestAudience:
    def test_a_new_page_is_seen_by_its_editors_only(self):
        page = ScopedPageFactory()
        assert scopes_of(page) == {EDITORS}
        editor = UserFactory()
        give_page_permissions(editor, page)
        assert seen_by(Viewer.public()) == (set(), set())
        assert page in ScopedTestPage.objects.visible_to(Viewer.of(editor))

    def test_the_row_comes_in_the_transaction_that_saves_the_page(self, monkeypatch):
        home_page()
        monkeypatch.setattr(PageAudience.objects, "create", lambda **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ScopedPageFactory()
        assert not ScopedTestPage.objects.exists()

    def test_a_page_without_its_row_is_closed(self):
        page = ScopedPageFactory(scopes=[PUBLIC])
        PageAudience.objects.all().delete()
        assert page.pk not in Page.objects.public().values_list("pk", flat=True)
        assert seen_by(Viewer.public()) == (set(), set())

    def test_members_of_a_scope_see_the_page_and_others_do_not(self, room, room_scope):
        page = ScopedPageFactory(scopes=[room_scope])
        inside, outside = Viewer.of(room.people.get()), Viewer.of(UserFactory())
        assert seen_by(inside)[0] == {page}
        assert {p.pk for p in seen_by(inside)[1]} == {page.pk}
        assert seen_by(outside) == (set(), set())

    @pytest.mark.parametrize(
        "state",
        [{"live": False}, {"expired": True}, {"expire_at": timezone.now() - timedelta(hours=1)}],
        ids=["draft", "expired", "past its end, clock job late"],
    )
    def test_what_is_not_shown_is_seen_by_those_with_a_stake_only(self, state):
        page = ScopedPageFactory(scopes=[PUBLIC], **state)
        owner = UserFactory()
        assert seen_by(Viewer.public()) == (set(), set())
        page.owner = owner
        page.save()
        assert seen_by(Viewer.of(owner))[0] == {page}

    def test_unscoped_types_are_public_while_live(self):
        page, draft = PageFactory(), PageFactory(live=False)
        seen = set(visible_pages(Viewer.public()).values_list("pk", flat=True))
        assert page.pk in seen
        assert draft.pk not in seen

    def test_recipients_mirror_the_rule(self, room, room_scope):
        page = ScopedPageFactory(scopes=[room_scope], owner=UserFactory())
        editor, stranger, boss = UserFactory(), UserFactory(), UserFactory(is_superuser=True)
        gone = UserFactory(is_active=False)
        give_page_permissions(editor, page.get_parent())
        give_page_permissions(gone, page)
        give_page_permissions(room.people.get(), page)
        people = {page.owner, boss, room.people.get()}
        assert set(recipients(page)) == people
        for person in (*people, editor, stranger, gone):
            assert (page in seen_by(Viewer.of(person))[0]) == (person in people)


class TestStakes:
    def test_the_number_of_queries_does_not_grow_with_the_permissions(self):
        few, many = UserFactory(), UserFactory()
        give_page_permissions(few, ScopedPageFactory())
        for _ in range(8):
            give_page_permissions(many, ScopedPageFactory())
        counts = []
        for user in (few, many):
            viewer = Viewer.of(type(few).objects.get(pk=user.pk))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                found = list(ScopedTestPage.objects.visible_to(viewer))
            counts.append(len(queries))
        assert len(found) == 8
        assert counts[0] == counts[1]

    def test_a_permission_reaches_what_is_below_it_and_nothing_beside_it(self):
        section = ScopedPageFactory(scopes=[PUBLIC])
        below, beside = ScopedPageFactory(parent=section), ScopedPageFactory()
        editor = UserFactory()
        give_page_permissions(editor, section)
        assert seen_by(Viewer.of(editor))[0] == {section, below}
        assert beside not in seen_by(Viewer.of(editor))[0]

    def test_the_reviewer_of_a_workflow_sees_the_page_while_it_is_up_for_review(self):
        from django.contrib.auth.models import Group
        from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

        reviewer, author = UserFactory(), UserFactory()
        page = ScopedPageFactory(owner=author, live=False)
        group = Group.objects.create(name="Reviewers")
        reviewer.groups.add(group)
        task = GroupApprovalTask.objects.create(name="Review")
        task.groups.add(group)
        workflow = Workflow.objects.create(name="Four eyes")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
        WorkflowPage.objects.create(workflow=workflow, page=page)
        page.save_revision(user=author)
        state = workflow.start(page, author)
        assert seen_by(Viewer.of(reviewer))[0] == {page}
        assert reviewer in page.stakeholders()
        state.current_task_state.approve(user=UserFactory(is_superuser=True))
        page.refresh_from_db()
        assert reviewer not in page.stakeholders()
        assert seen_by(Viewer.of(reviewer))[0] == set()


class TestFamily:
    @pytest.fixture
    def german(self):
        return Locale.objects.get_or_create(language_code="de")[0]

    @pytest.fixture
    def family(self, german):
        page = ScopedPageFactory(scopes=[PUBLIC])
        home_page().copy_for_translation(german)
        alias = page.create_alias(update_slug="alias")
        translation = page.copy_for_translation(german)
        nested = alias.create_alias(update_slug="alias-of-alias")
        return page, alias, translation, nested

    def test_aliases_and_translations_begin_with_the_audience_of_their_source(self, family):
        assert [scopes_of(page) for page in family] == [{PUBLIC}] * 4

    def test_a_translation_that_was_not_copied_begins_with_it_too(self):
        page = ScopedPageFactory(scopes=[PUBLIC])
        german = Locale.objects.get_or_create(language_code="de")[0]
        assert scopes_of(ScopedPageFactory(translation_key=page.translation_key, locale=german)) == {PUBLIC}

    @pytest.mark.parametrize("changed", range(4))
    def test_a_change_reaches_the_whole_family_at_once(self, family, changed):
        change_audience(family[changed].specific, scopes=[EDITORS], by=None)
        assert [scopes_of(page) for page in family] == [{EDITORS}] * 4

    def test_a_proposal_lets_its_decider_read_the_translations_and_aliases_too(self, family):
        owner, author = UserFactory(), UserFactory(is_superuser=True)
        room = RoomFactory(owner=owner, people=[])
        change_audience(family[2].specific, scopes=[EDITORS, Scope("room", room.pk)], by=author)
        Page.objects.update(live=True)
        assert set(seen_by(Viewer.of(owner))[0]) == {page.specific for page in family[:3]}
        assert {page.pk for page in seen_by(Viewer.of(owner))[1]} == {page.pk for page in family[:3]}


class TestCopies:
    @pytest.mark.parametrize("keep_live", [True, False])
    def test_a_copy_is_seen_by_whom_the_original_is_seen(self, keep_live):
        page = ScopedPageFactory(scopes=[PUBLIC])
        below = ScopedPageFactory(parent=page, scopes=[EDITORS])
        copy = CopyPageAction(page, recursive=True, update_attrs={"slug": "copy"}, keep_live=keep_live).execute()
        assert scopes_of(copy) == {PUBLIC}
        assert scopes_of(copy.get_children().get()) == {EDITORS}
        change_audience(below, scopes=[PUBLIC], by=None)
        assert scopes_of(copy.get_children().get()) == {EDITORS}

    def test_a_page_made_after_a_copy_is_not_taken_for_one(self):
        page = ScopedPageFactory(scopes=[PUBLIC])
        page.copy(update_attrs={"slug": "copy"})
        assert scopes_of(ScopedPageFactory()) == {EDITORS}


class TestNotVersioned:
    """Each of these brought an older audience back when it was a field of the published."""

    @pytest.fixture
    def published(self):
        published = ScopedPageFactory(scopes=[PUBLIC])
        published.save_revision().publish()
        return published

    def test_scheduled_publishing(self, published):
        past = timezone.now() - timedelta(seconds=1)
        published.go_live_at = past
        revision = published.save_revision(approved_go_live_at=past)
        change_audience(published, scopes=[EDITORS], by=None)
        call_command("publish_scheduled")
        revision.refresh_from_db()
        assert revision.approved_go_live_at is None
        assert scopes_of(published) == {EDITORS}

    def test_revert(self, published):
        old = published.get_latest_revision()
        change_audience(published, scopes=[EDITORS], by=None)
        published.refresh_from_db()
        old.as_object().save_revision().publish()
        assert scopes_of(published) == {EDITORS}

    def test_unpublish_and_publish(self, published):
        change_audience(published, scopes=[EDITORS], by=None)
        published.refresh_from_db()
        published.unpublish()
        published.get_latest_revision().publish()
        assert scopes_of(published) == {EDITORS}

    def test_revisions_do_not_mention_the_audience(self, published):
        assert "audience" not in str(published.get_latest_revision().content)


def test_private_pages_are_found_with_one_query_more_than_wagtail_needs():
    for _ in range(3):
        ScopedPageFactory()
    list(Page.objects.public())
    with CaptureQueriesContext(connection) as queries:
        list(Page.objects.public())
    assert len(queries) == 2


def test_a_public_page_whose_time_is_over_is_private_before_the_clock_takes_it_offline():
    now = timezone.now()
    over = ScopedPageFactory(scopes=[PUBLIC], expire_at=now - timedelta(hours=1))
    open_still = ScopedPageFactory(scopes=[PUBLIC], expire_at=now + timedelta(hours=1))
    assert set(Page.objects.private().filter(pk__in=[over.pk, open_still.pk])) == {over.page_ptr}


def test_every_scoped_type_uses_the_manager_of_the_rule():
    assert issubclass(ScopedTestPage, ScopedPageMixin)
    assert hasattr(ScopedTestPage.objects, "visible_to")


class TestRuleOfAType:
    """What a page type says of who sees its pages holds where pages of all types are asked for, too."""

    @pytest.fixture
    def only_with_intro(self, monkeypatch):
        """Scoped pages are shown once they have an introduction."""
        usual = ScopedPageMixin.shown_q.__func__

        def shown_q(cls, now, prefix=""):
            return usual(cls, now, prefix) & ~Q(**{f"{prefix}intro": ""})

        monkeypatch.setattr(ScopedTestPage, "shown_q", classmethod(shown_q))

    def pks(self, pages) -> set[int]:
        return set(pages.values_list("pk", flat=True))

    def test_what_it_does_not_show_is_seen_by_those_with_a_stake_only(self, only_with_intro):
        owner = UserFactory()
        shown = ScopedPageFactory(scopes=[PUBLIC], intro="<p>x</p>")
        empty = ScopedPageFactory(scopes=[PUBLIC], owner=owner)
        other = PageFactory()
        public = self.pks(visible_pages(Viewer.public()))
        assert public >= {shown.pk, other.pk}
        assert empty.pk not in public
        assert empty.pk in self.pks(visible_pages(Viewer.of(owner)))
        assert empty.pk not in self.pks(known_pages(Viewer.of(owner)))
        closed_to_all = self.pks(Page.objects.private())
        assert empty.pk in closed_to_all
        assert not closed_to_all & {shown.pk, other.pk}

    def test_whom_it_gives_a_stake_sees_its_pages_and_the_usual_stake_counts_no_more(self, monkeypatch):
        juror, owner = UserFactory(), UserFactory()

        def stake_q(cls, viewer, prefix=""):
            return Q(**{f"{prefix}intro": f"<p>{viewer.user_id}</p>"})

        page = ScopedPageFactory(owner=owner, intro=f"<p>{juror.pk}</p>")
        monkeypatch.setattr(ScopedTestPage, "stake_q", classmethod(stake_q))
        for person, seen in ((juror, {page}), (owner, set()), (UserFactory(), set())):
            of_type, of_all = seen_by(Viewer.of(person))
            assert of_type == seen
            assert {found.pk for found in of_all} == {found.pk for found in seen}

    def test_what_it_takes_for_proposed_is_seen_by_those_who_decide(self, monkeypatch):
        decider, page = UserFactory(), ScopedPageFactory()
        viewer = Viewer(user=decider, decides={"room": frozenset({1})})
        assert seen_by(viewer) == (set(), set())
        monkeypatch.setattr(ScopedTestPage, "proposed_q", classmethod(lambda cls, viewer, prefix="": Q(intro="")))
        of_type, of_all = seen_by(viewer)
        assert of_type == {page}
        assert {found.pk for found in of_all} == {page.pk}

    def test_an_open_type_may_say_what_is_there_too(self, monkeypatch):
        page, gone = PageFactory(), PageFactory(title="Gone")
        shown = classmethod(lambda cls, now, prefix="": shown_page_q(now, prefix) & ~Q(**{f"{prefix}title": "Gone"}))
        monkeypatch.setattr(OpenTestPage, "shown_q", shown, raising=False)
        assert self.pks(visible_pages(Viewer.public())) >= {page.pk}
        assert gone.pk not in self.pks(visible_pages(Viewer.public()))
        assert gone.pk in self.pks(Page.objects.private())

    def test_files_and_other_referrers_follow_it(self, only_with_intro):
        shown, empty = (ScopedPageFactory(scopes=[PUBLIC], intro=intro) for intro in ("<p>x</p>", ""))
        rows = PageAudience.objects.filter(visible_page_q(Viewer.public(), prefix="page__"))
        assert set(rows.values_list("page", flat=True)) & {shown.pk, empty.pk} == {shown.pk}

    def test_a_list_costs_as_many_queries_as_without(self, only_with_intro, django_assert_num_queries):
        viewer = Viewer.public()
        list(viewer.admitted_ids)
        list(visible_pages(viewer))  # content types are kept
        for number in (1, 10):
            for _ in range(number):
                ScopedPageFactory(scopes=[PUBLIC], intro="<p>x</p>")
            with django_assert_num_queries(2):  # wagtail's own view restrictions, and the pages
                list(visible_pages(viewer))
