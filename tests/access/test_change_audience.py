"""Setting an audience: what acts at once, what must be proposed, who decides, and what is on record."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import InternalError, OperationalError

from hanse_access import actions
from hanse_access.audit import readable_by, record
from hanse_access.models import AudienceProposal, AuditEvent
from hanse_access.operators import operator_group
from hanse_access.readings import allows
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.signals import audience_changed
from hanse_access.viewer import Viewer
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def own_room(author):
    return RoomFactory(people=[author], owner=author)


@pytest.fixture
def foreign_room():
    return RoomFactory(owner=UserFactory(), people=[UserFactory()])


@pytest.fixture
def item(author):
    return ItemFactory(author=author, scopes=[EDITORS])


def scope(room):
    return Scope("room", room.pk)


def test_an_own_room_is_set_at_once(item, author, own_room):
    actions.change_audience(item, scopes=[scope(own_room)], by=author)
    assert item.audience.scope_set == {scope(own_room)}
    assert item.requested_audience is None


def test_a_foreign_room_is_proposed_and_joins_when_taken_over(item, author, own_room, foreign_room):
    actions.change_audience(item, scopes=[scope(own_room), scope(foreign_room)], by=author)
    assert item.audience.scope_set == {scope(own_room)}
    assert item.requested_audience.scope_set == {scope(own_room), scope(foreign_room)}
    inside = foreign_room.people.get()
    assert not allows(Viewer.of(inside), item)
    assert allows(Viewer.of(foreign_room.owner), item), "whoever decides must be able to read it"

    actions.accept_proposal(AudienceProposal.objects.get(), by=foreign_room.owner)
    item.refresh_from_db()
    assert item.audience.scope_set == {scope(own_room), scope(foreign_room)}
    assert item.requested_audience is None
    assert allows(Viewer.of(inside), item)


def test_only_foreign_scopes_leave_the_item_with_its_editors_until_taken_over(item, author, foreign_room):
    actions.change_audience(item, scopes=[scope(foreign_room)], by=author)
    assert item.audience.scope_set == {EDITORS}
    actions.accept_proposal(AudienceProposal.objects.get(), by=foreign_room.owner)
    item.refresh_from_db()
    assert item.audience.scope_set == {scope(foreign_room)}


def test_a_scope_that_takes_over_without_asking_joins_at_once(item, author):
    willing = RoomFactory(accepts=True)
    actions.change_audience(item, scopes=[scope(willing)], by=author)
    assert item.audience.scope_set == {scope(willing)}
    assert not AudienceProposal.objects.exists()


def test_a_room_that_is_not_listed_can_be_neither_chosen_nor_proposed(item, author):
    hidden = RoomFactory(listed=False)
    with pytest.raises(actions.ScopeRefused):
        actions.change_audience(item, scopes=[scope(hidden)], by=author)
    with pytest.raises(actions.ScopeRefused):
        actions.change_audience(item, scopes=[Scope("nonsense", 1)], by=author)
    with pytest.raises(actions.ScopeRefused):
        actions.change_audience(item, scopes=[], by=author)


def test_who_may_not_edit_the_item_may_not_change_its_audience(item):
    with pytest.raises(PermissionDenied):
        actions.change_audience(item, scopes=[PUBLIC], by=UserFactory())
    item.refresh_from_db()
    assert item.audience.scope_set == {EDITORS}


def test_a_co_editor_keeps_a_room_they_are_not_in(author):
    room = RoomFactory(people=[author], listed=False)
    item = ItemFactory(author=author, scopes=[scope(room)])
    helper = UserFactory()
    item.co_editors.add(helper)
    actions.change_audience(item, scopes=[scope(room)], by=helper)
    assert item.audience.scope_set == {scope(room)}


def test_a_waiting_proposal_survives_an_unchanged_save_and_ends_when_no_longer_wanted(item, author, foreign_room):
    wanted = [PUBLIC, scope(foreign_room)]
    actions.change_audience(item, scopes=wanted, by=author)
    first = AudienceProposal.objects.get()
    actions.change_audience(item, scopes=wanted, by=author)
    assert AudienceProposal.objects.get() == first
    actions.change_audience(item, scopes=[PUBLIC], by=author)
    first.refresh_from_db()
    assert first.state == AudienceProposal.State.WITHDRAWN
    assert item.requested_audience is None


def test_only_the_management_of_the_scope_decides(item, author, foreign_room):
    actions.change_audience(item, scopes=[scope(foreign_room)], by=author)
    proposal = AudienceProposal.objects.get()
    for stranger in (author, foreign_room.people.get(), UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.accept_proposal(proposal, by=stranger)
        with pytest.raises(PermissionDenied):
            actions.decline_proposal(proposal, by=stranger, reason="no")


def test_a_decline_needs_a_reason_and_ends_the_request(item, author, foreign_room):
    actions.change_audience(item, scopes=[scope(foreign_room)], by=author)
    proposal = AudienceProposal.objects.get()
    with pytest.raises(ValidationError):
        actions.decline_proposal(proposal, by=foreign_room.owner, reason="  ")
    actions.decline_proposal(proposal, by=foreign_room.owner, reason="Not our field")
    item.refresh_from_db()
    assert item.requested_audience is None
    with pytest.raises(actions.AlreadyDecided):
        actions.accept_proposal(proposal, by=foreign_room.owner)


def test_the_author_withdraws_a_proposal(item, author, foreign_room):
    actions.change_audience(item, scopes=[PUBLIC, scope(foreign_room)], by=author)
    proposal = AudienceProposal.objects.get()
    with pytest.raises(PermissionDenied):
        actions.withdraw_proposal(proposal, by=foreign_room.owner)
    actions.withdraw_proposal(proposal, by=author)
    item.refresh_from_db()
    assert item.requested_audience is None


def test_a_scope_can_let_a_taken_over_item_go(item, author, foreign_room):
    actions.change_audience(item, scopes=[scope(foreign_room)], by=author)
    actions.accept_proposal(AudienceProposal.objects.get(), by=foreign_room.owner)
    item.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.release_scope(item, scope=scope(foreign_room), by=author)
    actions.release_scope(item, scope=scope(foreign_room), by=foreign_room.owner)
    assert item.audience.scope_set == {EDITORS}
    assert AudienceProposal.objects.get().state == AudienceProposal.State.RELEASED


def test_a_proposal_of_a_deleted_item_cannot_be_accepted(item, author, foreign_room):
    actions.change_audience(item, scopes=[scope(foreign_room)], by=author)
    proposal = AudienceProposal.objects.get()
    Item.objects.all().delete()
    with pytest.raises(actions.AlreadyDecided):
        actions.accept_proposal(proposal, by=foreign_room.owner)
    assert not AudienceProposal.objects.waiting().exists()


def test_a_refusing_object_changes_nothing(item, author, monkeypatch):
    def refuse(self, scopes):
        raise ValidationError("no")

    monkeypatch.setattr(Item, "check_audience", refuse)
    with pytest.raises(ValidationError):
        actions.change_audience(item, scopes=[PUBLIC], by=author)
    item.refresh_from_db()
    assert item.audience.scope_set == {EDITORS}
    assert not AuditEvent.objects.exists()


def test_listeners_learn_of_a_change_inside_the_transaction(item, author):
    heard = []

    def listen(sender, obj, before, after, **kwargs):
        heard.append((obj.pk, before, after, connection.in_atomic_block))

    audience_changed.connect(listen)
    try:
        actions.change_audience(item, scopes=[PUBLIC], by=author)
        actions.change_audience(item, scopes=[PUBLIC], by=author)
    finally:
        audience_changed.disconnect(listen)
    assert heard == [(item.pk, frozenset({EDITORS}), frozenset({PUBLIC}), True)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["accept", "decline", "withdraw"])
def test_a_decision_and_a_change_at_once_do_not_block(item, author, own_room, foreign_room, monkeypatch, step):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    actions.change_audience(item, scopes=[scope(own_room), scope(foreign_room)], by=author)
    proposal = AudienceProposal.objects.get()
    decide = {
        "accept": lambda: actions.accept_proposal(proposal, by=foreign_room.owner),
        "decline": lambda: actions.decline_proposal(proposal, by=foreign_room.owner, reason="No"),
        "withdraw": lambda: actions.withdraw_proposal(proposal, by=author),
    }[step]
    lock = actions._locked_holders
    the_change_has_its_lock, the_decision_wants_its_own = threading.Event(), threading.Event()
    outcome = []

    def lock_in_step(obj):
        if threading.current_thread() is not deciding:
            holders = lock(obj)
            the_change_has_its_lock.set()
            the_decision_wants_its_own.wait(timeout=20)
            return holders
        the_decision_wants_its_own.set()
        return lock(obj)

    def decide_meanwhile():
        try:
            the_change_has_its_lock.wait(timeout=20)
            decide()
        except Exception as error:
            outcome.append(type(error))
        finally:
            connections.close_all()

    monkeypatch.setattr(actions, "_locked_holders", lock_in_step)
    deciding = threading.Thread(target=decide_meanwhile)
    deciding.start()
    actions.change_audience(item, scopes=[scope(own_room)], by=author)
    deciding.join()
    assert outcome == [actions.AlreadyDecided]
    proposal.refresh_from_db()
    assert proposal.state == AudienceProposal.State.WITHDRAWN


# The audit trail


def test_every_change_is_in_the_trail_under_a_pseudonym(item, author, own_room):
    actions.change_audience(item, scopes=[scope(own_room)], by=author)
    event = AuditEvent.objects.get(verb="audience.changed")
    assert event.actor.user == author
    assert event.data["after"] == [["room", own_room.pk]]
    assert author.email not in str(event.data)


@pytest.mark.parametrize(
    "statement", ["UPDATE hanse_access_auditevent SET verb = 'x'", "DELETE FROM hanse_access_auditevent"]
)
def test_the_database_refuses_to_change_the_trail(author, statement):
    record("test.event", by=author)
    with (
        pytest.raises((IntegrityError, InternalError, OperationalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.get().verb == "test.event"


def test_what_readers_of_the_trail_would_see_as_a_code_is_refused(author):
    with pytest.raises(ValueError, match="test.unnamed"):
        record("test.unnamed", by=author)
    assert not AuditEvent.objects.exists()


def test_operators_read_the_whole_trail_and_deciders_that_of_their_scope(author, own_room, foreign_room):
    operator = UserFactory()
    operator.groups.add(operator_group())
    record("test.own", by=None, scope=scope(own_room))
    record("test.foreign", by=None, scope=scope(foreign_room))
    record("test.platform", by=None)
    assert readable_by(Viewer.of(operator)).count() == 3
    assert [event.verb for event in readable_by(Viewer.of(author))] == ["test.own"]
    assert not readable_by(Viewer.of(UserFactory())).exists()
    assert not readable_by(Viewer.public()).exists()
