"""What could tell who wrote a text: found as it stands there, and nothing else."""

import pytest

from hanse_members.giveaways import giveaways
from hanse_members.models import Organisation
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    firm = OrganisationFactory(name="Ostufer Optik GmbH")
    person = UserFactory(first_name="Jana", last_name="Petersen")
    MembershipFactory(person=person, organisation=firm)
    MembershipFactory(person=UserFactory(first_name="Piet", last_name="Harms"), organisation=firm)
    MembershipFactory(person=UserFactory(first_name="Nele", last_name="Brandt"))
    return person


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We at ostufer optik coat lenses.", ["ostufer optik"]),
        ("Ostufer Optik GmbH coats lenses.", ["Ostufer Optik GmbH"]),
        ("Ask Harms, or Jana Petersen.", ["Harms", "Jana Petersen"]),
        ("Write to optik@ostufer.example.", ["optik@ostufer.example"]),
        ("See www.ostufer.example/optik.", ["www.ostufer.example/optik"]),
        ("More on ostufer-optik.de soon.", ["ostufer-optik.de"]),
        ("Call +49 431 555 0123, or 0431/5550123.", ["+49 431 555 0123", "0431/5550123"]),
        ("Protected by EP 1 234 567 B1 and DE102012345678.", ["EP 1 234 567 B1", "DE102012345678"]),
        ("Brandt answered; we need 200 lenses of 25.4 mm by 2027-03-01 for 1030 nm.", []),
        ("The petersenite is a mineral.", []),
    ],
)
def test_what_names_the_writer_is_found(writer, text, told):
    assert giveaways(text, writer) == told


@pytest.mark.parametrize("state", ["applied", "ended", "suspended"])
def test_who_does_not_belong_to_a_firm_learns_nothing_of_it(writer, state):
    firm = OrganisationFactory(name="Elbdeich Laser AG")
    MembershipFactory(person=UserFactory(first_name="Ole", last_name="Rickmers"), organisation=firm)
    MembershipFactory(person=writer, organisation=firm, state=state)
    assert giveaways("Rickmers of Elbdeich Laser AG", writer) == []


@pytest.mark.parametrize("state", ["applied", "ended"])
def test_who_only_says_to_belong_to_the_own_firm_is_not_named(writer, state):
    firm = Organisation.objects.get(name="Ostufer Optik GmbH")
    MembershipFactory(person=UserFactory(first_name="Ole", last_name="Rickmers"), organisation=firm, state=state)
    assert giveaways("Ask Rickmers or Harms.", writer) == ["Harms"]


def test_who_has_no_name_and_no_firm_is_found_by_addresses_alone(db):
    nobody = UserFactory(first_name="", last_name="")
    assert giveaways("Write to a@b.example.", nobody) == ["a@b.example"]


def test_the_number_of_queries_does_not_grow(writer, django_assert_num_queries):
    with django_assert_num_queries(2):
        giveaways("Harms " * 200, writer)
