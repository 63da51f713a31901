import pytest
import pytest_asyncio

from hanse_members.roles import Role
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory
from tests.factories.rooms import add, make_room, say

from .live import opened_pages
from .visits import ADDRESS


@pytest.fixture
def cluster(db):
    return ClusterFactory()


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def member(cluster):
    return MembershipFactory(cluster=cluster).person


@pytest.fixture
def other(cluster):
    """Another member of the same cluster."""
    return MembershipFactory(cluster=cluster).person


@pytest.fixture
def stranger(db):
    """A member of another cluster."""
    return MembershipFactory(cluster=ClusterFactory()).person


@pytest.fixture
def room(cluster, manager):
    return make_room(cluster, owner=manager)


@pytest.fixture
def ada(cluster, room):
    person = MembershipFactory(cluster=cluster, person=UserFactory(first_name="Ada", last_name="Berg")).person
    add(room, person)
    return person


@pytest.fixture
def ben(cluster, room):
    person = MembershipFactory(cluster=cluster, person=UserFactory(first_name="Ben", last_name="Cord")).person
    add(room, person)
    return person


@pytest.fixture
def newcomer(cluster, manager):
    """A room whose newcomers see nothing of what was before, one message from before, and somebody who came after."""
    room = make_room(cluster, owner=manager, newcomers_see_all=False)
    before = say(room, manager, "Secret merger")
    person = MembershipFactory(cluster=cluster).person
    add(room, person)
    return room, before, person


@pytest.fixture
def nele():
    """Somebody with a confirmed address who belongs to no cluster."""
    return confirmed_person(email=ADDRESS, first_name="Nele", last_name="Nord")


@pytest.fixture
def talk(room, member, other):
    """A room with its manager and two members."""
    add(room, member)
    add(room, other)
    return room


@pytest_asyncio.fixture
async def pages():
    """Opens pages of people as sockets (``live.Pages``), and closes them at the end."""
    async with opened_pages() as pages:
        yield pages


@pytest.fixture
def profiles(member, other, stranger):
    """All three are seen by all members; the stranger shares nothing with the others."""
    return {person.pk: ProfileFactory(person=person, scopes=[PLATFORM]) for person in (member, other, stranger)}


@pytest.fixture
def third(cluster):
    """One more member of the same cluster, seen by all members."""
    person = MembershipFactory(cluster=cluster, person=UserFactory(first_name="Thea", last_name="Dritte")).person
    ProfileFactory(person=person, scopes=[PLATFORM])
    return person
