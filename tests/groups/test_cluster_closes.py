"""When a cluster is closed, what waited in its rooms ends with it, as is stated before."""

import pytest

from hanse_access.operators import operator_group
from hanse_base.link_tokens import NoSuchLink
from hanse_groups import actions
from hanse_groups.models import Participant, RoomLink
from hanse_members.actions import close_cluster, reinstate_cluster, suspend_cluster
from hanse_members.consequences import Change, state_of_affairs
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import make_room

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
State = Participant.State
ENDS = ("room-links", "room-requests", "room-invitations")


@pytest.fixture
def operator(db):
    person = UserFactory()
    person.groups.add(operator_group())
    return person


@pytest.fixture
def room(cluster, manager, member):
    """With a request, an invitation and a link each, besides one of a room of another cluster."""
    for home, owner in ((cluster, manager), (ClusterFactory(), None)):
        owner = owner or MembershipFactory(cluster=home, role="manager").person
        made = make_room(home, kind="closed", owner=owner)
        actions.ask_to_join(made, by=MembershipFactory(cluster=home).person, request="Please")
        actions.invite(made, by=owner, person=MembershipFactory(cluster=home).person)
        actions.make_link(made, by=owner, role="member")
        if home == cluster:
            room = made
    return room


def numbers(cluster, change):
    stated = {each.name: each.number for each in state_of_affairs(cluster, change)}
    return tuple(stated.get(name, 0) for name in ENDS)


def waiting(cluster):
    people = Participant.objects.filter(conversation__room__cluster=cluster)
    links = RoomLink.objects.filter(room__cluster=cluster, revoked_at=None).count()
    return links, people.filter(state=State.REQUESTED).count(), people.filter(state=State.INVITED).count()


@pytest.mark.parametrize("from_suspended", [False, True])
def test_it_is_stated_and_then_done(room, cluster, operator, from_suspended):
    if from_suspended:
        suspend_cluster(cluster, by=operator)
        cluster.refresh_from_db()
    assert numbers(cluster, Change.CLOSE) == waiting(cluster) == (1, 1, 1)
    close_cluster(cluster, by=operator)
    assert waiting(cluster) == (0, 0, 0)
    other = RoomLink.objects.get(revoked_at=None).room.cluster
    assert waiting(other) == (1, 1, 1), "rooms of another cluster are not touched"
    declined = Participant.objects.get(conversation=room.conversation, state=State.DECLINED)
    assert declined.reason


def test_suspending_holds_it_and_reinstating_gives_it_back(room, cluster, operator):
    assert numbers(cluster, Change.SUSPEND) == (1, 1, 1)
    suspend_cluster(cluster, by=operator)
    cluster.refresh_from_db()
    assert waiting(cluster) == (1, 1, 1)
    assert numbers(cluster, Change.REINSTATE) == (1, 1, 1)
    reinstate_cluster(cluster, by=operator)
    assert waiting(cluster) == (1, 1, 1)


def test_a_link_of_a_closed_cluster_opens_nothing(cluster, manager, operator):
    made = make_room(cluster, kind="closed", owner=manager)
    link, secret = actions.make_link(made, by=manager, role="guest")
    close_cluster(cluster, by=operator)
    with pytest.raises(NoSuchLink):
        actions.come_in(link, by=UserFactory(), secret=secret)
