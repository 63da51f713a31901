import pytest
from wagtail.models import Locale, Site

from hanse_access.operators import operator_group
from hanse_members.actions import create_cluster
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory


@pytest.fixture
def operator(db):
    person = UserFactory()
    person.groups.add(operator_group())
    return person


@pytest.fixture
def bilingual_home(db):
    """The default site's home page in English and German."""
    home = Site.objects.get(is_default_site=True).root_page
    german, _ = Locale.objects.get_or_create(language_code="de")
    if not home.has_translation(german):
        home.copy_for_translation(german).save_revision().publish()
    return home


@pytest.fixture
def photonik(bilingual_home):
    return create_cluster(name="Photonik Nord", slug="photonik-nord", by=None)


@pytest.fixture
def leichtbau(bilingual_home):
    return create_cluster(name="Leichtbau Süd", slug="leichtbau-sued", by=None)


@pytest.fixture
def manager(photonik):
    return MembershipFactory(cluster=photonik, role=Role.MANAGER).person


@pytest.fixture
def editor(photonik):
    return MembershipFactory(cluster=photonik, role=Role.EDITOR).person


@pytest.fixture
def member(photonik):
    return MembershipFactory(cluster=photonik).person
