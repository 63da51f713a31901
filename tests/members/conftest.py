import pytest
from wagtail.models import Locale, Site

from hanse_access.operators import operator_group
from hanse_members.actions import create_cluster
from hanse_members.models import Cluster
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.scenes import scenes


@pytest.fixture
def operator(db):
    person = UserFactory()
    person.groups.add(operator_group())
    return person


@pytest.fixture
def bilingual_home(db):
    """The default site's home page in English and German."""
    return make_bilingual_home()


def make_bilingual_home():
    home = Site.objects.get(is_default_site=True).root_page
    german, _ = Locale.objects.get_or_create(language_code="de")
    if not home.has_translation(german):
        home.copy_for_translation(german).save_revision().publish()
    return home


def make_two_clusters() -> None:
    make_bilingual_home()
    create_cluster(name="Photonik Nord", slug="photonik-nord", by=None)
    create_cluster(name="Leichtbau Süd", slug="leichtbau-sued", by=None)


scenes["two_clusters"] = make_two_clusters


@pytest.fixture
def two_clusters(stage, db):
    """A bilingual site with two clusters and all their pages."""
    if not stage.scene:
        make_two_clusters()


@pytest.fixture
def photonik(two_clusters):
    return Cluster.objects.get(slug="photonik-nord")


@pytest.fixture
def leichtbau(two_clusters):
    return Cluster.objects.get(slug="leichtbau-sued")


@pytest.fixture
def manager(photonik):
    return MembershipFactory(cluster=photonik, role=Role.MANAGER).person


@pytest.fixture
def editor(photonik):
    return MembershipFactory(cluster=photonik, role=Role.EDITOR).person


@pytest.fixture
def member(photonik):
    return MembershipFactory(cluster=photonik).person
