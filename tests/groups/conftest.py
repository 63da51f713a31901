import pytest

from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.rooms import make_room


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
