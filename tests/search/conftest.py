import pytest

from hanse_members.actions import create_cluster
from hanse_members.models import Cluster
from hanse_members.roles import Role
from hanse_search.backends import backend
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.members.conftest import make_bilingual_home
from tests.scenes import scenes

from .elastic import feed_before_each_search, index_of_its_own


def make_clusters() -> None:
    make_bilingual_home()
    create_cluster(name="Photonik Nord", slug="photonik-nord", by=None)
    create_cluster(name="Leichtbau Süd", slug="leichtbau-sued", by=None)


scenes["clusters_to_search"] = make_clusters


@pytest.fixture
def clusters_to_search(stage, db):
    return list(Cluster.objects.order_by("pk"))


@pytest.fixture
def photonik(clusters_to_search):
    return clusters_to_search[0]


@pytest.fixture
def leichtbau(clusters_to_search):
    return clusters_to_search[1]


@pytest.fixture
def manager(photonik):
    return MembershipFactory(cluster=photonik, role=Role.MANAGER).person


@pytest.fixture
def member(photonik):
    return MembershipFactory(cluster=photonik, person=UserFactory(first_name="Ada", last_name="Berg")).person


@pytest.fixture
def other(photonik):
    return MembershipFactory(cluster=photonik).person


@pytest.fixture
def stranger(leichtbau):
    """A member of another cluster."""
    return MembershipFactory(cluster=leichtbau).person


@pytest.fixture
def index(settings, db):
    """A client of Elasticsearch, which answers from an index of this test's own."""
    with index_of_its_own(settings) as client:
        yield client


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def each_backend(request, settings, monkeypatch, db):
    """The test holds whoever answers."""
    if request.param == "database":
        yield
        return
    with index_of_its_own(settings):
        feed_before_each_search(monkeypatch)
        monkeypatch.setattr(backend(), "database", None)  # it would answer in its place, unnoticed
        yield
