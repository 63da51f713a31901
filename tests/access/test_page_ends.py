"""A page goes while others that share its audience stay, and pages come while the audience is being changed."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.db.models.signals import post_delete
from wagtail.models import Locale, Page

from hanse_access import actions
from hanse_access.models import AudienceProposal, AuditEvent, PageAudience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.signals import proposal_decided
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.pages import ScopedPageFactory, home_page
from tests.factories.people import UserFactory
from tests.testapp.models import Item

pytestmark = pytest.mark.django_db
State = AudienceProposal.State


@pytest.fixture
def room():
    return RoomFactory(owner=UserFactory(), people=[UserFactory()])


@pytest.fixture
def family(room):
    """A page, its translation and its alias, seen by their editors and proposed to the room."""
    german = Locale.objects.get_or_create(language_code="de")[0]
    page = ScopedPageFactory()
    if not home_page().has_translation(german):
        home_page().copy_for_translation(german)
    pages = [page, page.copy_for_translation(german), page.create_alias(update_slug="alias")]
    actions.change_audience(page, scopes=[Scope("room", room.pk)], by=UserFactory(is_superuser=True))
    return pages


def rows(*pages):
    return [PageAudience.objects.get(page=page.pk) for page in pages]


class TestDeletion:
    def test_a_waiting_proposal_goes_to_the_translation_that_is_left(self, family, room):
        page, translation, alias = family
        Page.objects.get(pk=page.pk).delete()
        proposal = AudienceProposal.objects.get()
        assert (proposal.state, proposal.object_id) == (State.WAITING, translation.pk)
        kept, separated = rows(translation, alias)
        assert kept.requested_audience is not None
        assert separated.requested_audience is None, "nothing waits for the alias, which stands alone now"
        actions.accept_proposal(proposal, by=room.owner)
        kept, separated = rows(translation, alias)
        assert set(kept.audience.scope_set) == {Scope("room", room.pk)}
        assert set(separated.audience.scope_set) == {EDITORS}

    def test_what_was_taken_over_can_still_be_let_go(self, client, family, room):
        page, translation, alias = family
        actions.accept_proposal(AudienceProposal.objects.get(), by=room.owner)
        decided = AudienceProposal.objects.get().proposed_at
        Page.objects.get(pk=page.pk).delete()
        proposals = AudienceProposal.objects.order_by("object_id")
        assert [p.object_id for p in proposals] == sorted([translation.pk, alias.pk])
        assert {p.proposed_at for p in proposals} == {decided}
        client.force_login(room.owner)
        for proposal in proposals:
            assert client.post(f"/proposals/{proposal.pk}/release/").status_code == 302
        assert [set(row.audience.scope_set) for row in rows(translation, alias)] == [{EDITORS}] * 2

    def test_the_proposal_stays_where_it_is_when_a_translation_goes(self, family):
        page, translation, alias = family
        Page.objects.get(pk=translation.pk).delete()
        assert AudienceProposal.objects.get().item.pk == page.pk
        assert all(row.requested_audience is not None for row in rows(page, alias))

    def test_with_the_last_page_it_is_withdrawn_on_record(self, family, room):
        heard = []

        def listen(sender, proposal, by, **kwargs):
            heard.append(proposal.state)

        proposal_decided.connect(listen)
        try:
            Page.objects.filter(pk__in=[page.pk for page in family]).delete()
        finally:
            proposal_decided.disconnect(listen)
        assert AudienceProposal.objects.get().state == State.WITHDRAWN
        assert heard == [State.WITHDRAWN]
        event = AuditEvent.objects.get(verb="audience.proposal_withdrawn")
        assert (event.object_type, event.object_id) == ("testapp.scopedtestpage", str(family[0].pk))
        assert (event.scope_kind, event.scope_id) == ("room", room.pk)

    def test_that_of_another_item_is_withdrawn_on_record_too(self, room):
        author = UserFactory()
        item = ItemFactory(author=author)
        actions.change_audience(item, scopes=[Scope("room", room.pk)], by=author)
        Item.objects.all().delete()
        assert AudienceProposal.objects.get().state == State.WITHDRAWN
        assert AuditEvent.objects.get(verb="audience.proposal_withdrawn").object_id == str(item.pk)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two transactions in step. On PostgreSQL only: SQLite lets one write at a time."""

    @pytest.fixture(autouse=True)
    def _needs_rows_to_lock(self):
        if connection.vendor == "sqlite":
            pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")

    def meanwhile(self, first, second):
        """Run ``first`` in a transaction that is open until ``second`` waits for it, or is through."""
        problems = []

        def run():
            try:
                second()
            except Exception as problem:
                problems.append(problem)
            finally:
                connections.close_all()

        other = threading.Thread(target=run)
        with transaction.atomic():
            first()
            other.start()
            other.join(timeout=1.5)
        other.join(timeout=20)
        assert not other.is_alive()
        assert problems == []

    def test_a_translation_born_before_the_change_is_committed_begins_with_the_new_audience(self):
        german = Locale.objects.get_or_create(language_code="de")[0]
        page = ScopedPageFactory(scopes=[PUBLIC])
        if not home_page().has_translation(german):
            home_page().copy_for_translation(german)
        self.meanwhile(
            lambda: actions.change_audience(page, scopes=[EDITORS], by=None),
            lambda: Page.objects.get(pk=page.pk).specific.copy_for_translation(german),
        )
        assert [set(row.audience.scope_set) for row in PageAudience.objects.all()] == [{EDITORS}] * 2

    def test_a_change_reaches_an_alias_born_before_it_got_its_lock(self):
        page = ScopedPageFactory(scopes=[PUBLIC])
        self.meanwhile(
            lambda: Page.objects.get(pk=page.pk).specific.create_alias(update_slug="alias"),
            lambda: actions.change_audience(Page.objects.get(pk=page.pk).specific, scopes=[EDITORS], by=None),
        )
        assert [set(row.audience.scope_set) for row in PageAudience.objects.all()] == [{EDITORS}] * 2

    def test_the_second_of_two_changes_is_not_refused(self):
        page = ScopedPageFactory(scopes=[PUBLIC])
        same = Page.objects.get(pk=page.pk).specific
        self.meanwhile(
            lambda: actions.change_audience(page, scopes=[EDITORS], by=None),
            lambda: actions.change_audience(same, scopes=[PUBLIC], by=None),
        )
        assert {row.audience.scope_set for row in PageAudience.objects.all()} == {frozenset({PUBLIC})}

    def test_a_deletion_and_a_change_do_not_wait_for_each_other(self, family):
        """The deletion holds the row of one page and has those of the others yet to lock."""
        page, _translation, alias = family
        problems = []

        def run():
            try:
                actions.change_audience(Page.objects.get(pk=page.pk).specific, scopes=[PUBLIC], by=None)
            except Exception as problem:
                problems.append(problem)
            finally:
                connections.close_all()

        change = threading.Thread(target=run)

        def start_change(**kwargs):
            change.start()
            change.join(timeout=1.5)

        post_delete.connect(start_change, sender=PageAudience)
        try:
            Page.objects.get(pk=alias.pk).delete()
        finally:
            post_delete.disconnect(start_change, sender=PageAudience)
        change.join(timeout=20)
        assert problems == []
        assert {row.audience.scope_set for row in PageAudience.objects.all()} == {frozenset({PUBLIC})}
