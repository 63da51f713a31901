import threading
from functools import partial

import pytest
from django.db import IntegrityError, connection, connections, transaction

from hanse_access.models import AuditEvent
from hanse_members import actions
from hanse_members.actions import NotPermitted, NotPossible
from hanse_members.actions import memberships as membership_actions
from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
State = Membership.State

DECISIONS = {
    "approve": actions.approve_membership,
    "decline": partial(actions.decline_membership, reason="Another field"),
    "suspend": actions.suspend_membership,
    "end": actions.end_membership,
}
#: (decision, state before) -> state after; whatever is not here is refused
ALLOWED = {
    ("approve", State.APPLIED): State.APPROVED,
    ("approve", State.DECLINED): State.APPROVED,
    ("approve", State.SUSPENDED): State.APPROVED,
    ("decline", State.APPLIED): State.DECLINED,
    ("suspend", State.APPROVED): State.SUSPENDED,
    ("end", State.APPLIED): State.LEFT,
    ("end", State.APPROVED): State.LEFT,
    ("end", State.SUSPENDED): State.LEFT,
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("decision", DECISIONS)
def test_each_decision_fits_certain_states_only(decision, state):
    manager = MembershipFactory(role=Role.MANAGER)
    membership = MembershipFactory(cluster=manager.cluster, state=state)
    if (decision, state) not in ALLOWED:
        with pytest.raises(NotPossible):
            DECISIONS[decision](membership, by=manager.person)
        return
    decided = DECISIONS[decision](membership, by=manager.person)
    assert decided.state == ALLOWED[decision, state]
    assert decided.decided_by == manager.person
    event = AuditEvent.objects.get()
    assert (event.scope_kind, event.scope_id) == ("cluster", manager.cluster_id)


def outsiders(cluster: Cluster):
    """People who decide about no membership of this cluster."""
    return [
        MembershipFactory(cluster=cluster).person,
        MembershipFactory(cluster=cluster, role=Role.EDITOR).person,
        MembershipFactory(role=Role.MANAGER).person,
        MembershipFactory(cluster=cluster, role=Role.MANAGER, state=State.SUSPENDED).person,
        MembershipFactory(cluster=cluster, role=Role.MANAGER, person=UserFactory(is_active=False)).person,
        UserFactory(),
    ]


@pytest.mark.parametrize("decision", [*DECISIONS, "set_role"])
def test_nobody_but_the_management_and_operators_decides(decision):
    cluster = ClusterFactory()
    state = State.APPROVED if decision in {"suspend", "end", "set_role"} else State.APPLIED
    membership = MembershipFactory(cluster=cluster, state=state)
    decide = {**DECISIONS, "set_role": partial(actions.set_role, role=Role.EDITOR)}[decision]
    for person in outsiders(cluster):
        with pytest.raises(NotPermitted):
            decide(membership, by=person)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_raises_the_own_role_and_a_manager_gives_any(role):
    membership = MembershipFactory(role=Role.EDITOR)
    with pytest.raises(NotPermitted):
        actions.set_role(membership, role, by=membership.person)
    manager = MembershipFactory(cluster=membership.cluster, role=Role.MANAGER).person
    assert actions.set_role(membership, role, by=manager).role == role


def test_the_first_manager_is_made_by_operators(operator):
    cluster = ClusterFactory()
    person = UserFactory()
    membership = actions.add_member(person=person, cluster=cluster, role=Role.MANAGER, by=operator)
    assert membership.admits
    with pytest.raises(NotPermitted):
        actions.add_member(person=UserFactory(), cluster=cluster, by=person)


@pytest.mark.parametrize("loss", ["demotion", "suspension", "leaving"])
def test_the_last_manager_stays_unless_an_operator_says_so(loss, operator):
    def lose(membership, by):
        if loss == "demotion":
            return actions.set_role(membership, Role.MEMBER, by=by)
        return {"suspension": actions.suspend_membership, "leaving": actions.end_membership}[loss](membership, by=by)

    last = MembershipFactory(role=Role.MANAGER)
    MembershipFactory(cluster=last.cluster, role=Role.MANAGER, person=UserFactory(is_active=False))
    with pytest.raises(NotPossible):
        lose(last, last.person)
    second = MembershipFactory(cluster=last.cluster, role=Role.MANAGER)
    lose(second, last.person)
    lose(last, operator)


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_managers_who_leave_at_once_one_stays(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    first = MembershipFactory(role=Role.MANAGER)
    second = MembershipFactory(role=Role.MANAGER, cluster=first.cluster)
    both_are_locked = threading.Barrier(2, timeout=20)
    refuse = membership_actions.refuse_last_manager
    refused = []

    def wait_for_the_other(membership, *, by):
        both_are_locked.wait()
        refuse(membership, by=by)

    def leave(membership):
        try:
            actions.end_membership(membership, by=membership.person)
        except Exception as error:
            refused.append(type(error))
        finally:
            connections.close_all()

    monkeypatch.setattr(membership_actions, "refuse_last_manager", wait_for_the_other)
    threads = [threading.Thread(target=leave, args=(membership,)) for membership in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [NotPossible]
    assert Membership.objects.with_role(Role.MANAGER).count() == 1


def test_a_person_leaves_and_applies_again(member, photonik):
    membership = member.memberships.get()
    assert actions.end_membership(membership, by=member).state == State.LEFT
    assert actions.apply_for_membership(person=member, cluster=photonik).state == State.APPLIED
    with pytest.raises(NotPossible):
        actions.apply_for_membership(person=member, cluster=photonik)


def test_a_suspended_person_cannot_leave_and_so_come_back_as_a_newcomer():
    membership = MembershipFactory(state=State.SUSPENDED)
    with pytest.raises(NotPossible):
        actions.end_membership(membership, by=membership.person)
    membership.refresh_from_db()
    assert membership.state == State.SUSPENDED


def test_a_suspended_person_cannot_come_back_by_applying():
    membership = MembershipFactory(state=State.SUSPENDED)
    with pytest.raises(NotPossible):
        actions.apply_for_membership(person=membership.person, cluster=membership.cluster)


def test_a_role_is_lost_with_the_membership():
    manager = MembershipFactory(role=Role.MANAGER)
    editor = MembershipFactory(cluster=manager.cluster, role=Role.EDITOR)
    assert actions.end_membership(editor, by=manager.person).role == Role.MEMBER
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(state=State.APPLIED, role=Role.EDITOR)


def test_only_a_manager_is_named_as_contact_and_only_by_own_consent(manager, editor, operator):
    own = manager.memberships.get()
    with pytest.raises(NotPermitted):
        actions.set_public_contact(own, True, by=operator)
    assert actions.set_public_contact(own, True, by=manager).is_public_contact
    with pytest.raises(NotPossible):
        actions.set_public_contact(editor.memberships.get(), True, by=editor)
    actions.set_role(own, Role.MEMBER, by=operator)
    own.refresh_from_db()
    assert not own.is_public_contact
