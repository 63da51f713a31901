"""Tables and organisations that another management answers for: whoever acts, nothing is told or changed."""

import pytest

from hanse_access.scopes import EDITORS
from hanse_members import actions
from hanse_members.models import Organisation, OrganisationMembership, OrganisationRecord
from hanse_members.organisation_values import values_of
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.members.imports.conftest import run_table

pytestmark = pytest.mark.django_db
TABLE = "external_key;name;place;phone;about\nK1;Shared Ltd;Gera;+49 1;Ours now\n"


@pytest.fixture
def home():
    return ClusterFactory(name="Optics South")


@pytest.fixture
def shared(home, cluster):
    """At home elsewhere, a part here too, with a telephone number for its editors alone and nothing said of itself."""
    made = OrganisationFactory(
        name="Shared Ltd", clusters=[home, cluster], place="Jena", texts={"phone": "+49 999 secret"}
    )
    by = home_manager(home)
    actions.choose_readers(made, "phone", follows=False, scopes=[EDITORS], on_request=False, by=by)
    return made


@pytest.fixture(params=["operator", "manager of both", "keeper"])
def somebody(request, cluster, home, shared, operator):
    """May change the organisation, and acts for this cluster."""
    if request.param == "operator":
        return operator
    person = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
    if request.param == "keeper":
        MembershipFactory(cluster=home, person=person, organisation=shared, keeps_organisation=True)
    else:
        MembershipFactory(cluster=home, person=person, role=Role.MANAGER)
    return person


def state(organisation):
    return Organisation.objects.values("name", "place").get(pk=organisation.pk), values_of([organisation.pk])


def test_nothing_is_told_or_changed_by_who_may_change_it_elsewhere(somebody, shared, cluster, brought):
    before = state(shared)
    found = brought(TABLE, by=somebody)
    row = found.rows.get()
    assert (row.verdict, row.notes) == ("kept", [["not_ours"]])
    run_table(found, by=somebody)
    row.refresh_from_db()
    assert (row.outcome, row.notes) == ("left", [["not_ours"]])
    assert state(shared) == before
    assert not OrganisationRecord.objects.exists()


@pytest.mark.parametrize("text", ["name;website\nOther;s.example\n", "name\nShared AG\n"])
def test_it_is_no_double_of_anything(somebody, shared, brought, manager, text):
    actions.update_organisation(shared, by=somebody, values={"website": actions.FieldValue("https://s.example")})
    assert [(row.verdict, row.notes) for row in brought(text, by=somebody).rows.all()] == [("new", [])]


def test_what_the_manager_looked_through_is_not_planned_anew_for_an_operator(shared, brought, operator):
    before = state(shared)
    found = brought(TABLE)
    run_table(found, by=operator)
    assert (found.rows.get().outcome, state(shared)) == ("left", before)


def test_a_row_that_was_to_be_left_changes_nothing_when_it_has_become_ours(shared, home, cluster, brought, manager):
    found = brought(TABLE)
    before = state(shared)
    part = OrganisationMembership.objects.get(organisation=shared, cluster=home)
    actions.end_organisation(part, by=home_manager(home))
    run_table(found, by=manager)
    assert (found.rows.get().outcome, state(shared)) == ("left", before)
    assert brought(TABLE).rows.get().verdict == "changed", "brought again it is compared"


def test_what_came_in_with_this_cluster_is_done_by_operators_too(cluster, brought, operator):
    ours = OrganisationFactory(name="Shared Ltd", clusters=[cluster, ClusterFactory()])
    run_table(brought(TABLE, by=operator), by=operator)
    assert state(ours)[0]["place"] == "Gera"


def home_manager(home):
    return MembershipFactory(cluster=home, role=Role.MANAGER).person
