"""A suspended membership or cluster takes the rights in the administration at once, on every surface."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from hanse_access.page_explorer import known_pages
from hanse_access.viewer import Viewer
from hanse_members import actions
from hanse_members.models import ClusterPage, Membership
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory

from .expected import LEVELS
from .probes import client_of, found, text_of
from .test_plain import ADMIN

pytestmark = pytest.mark.postgresql

CLOSED = ("own", "proposed", "editors", "draft", "expired")


def suspend_membership(world, person) -> None:
    membership = Membership.objects.get(person=person, cluster=world.clusters["alpha"])
    actions.suspend_membership(membership, by=world.people["manager_alpha"])


def suspend_cluster(world, person) -> None:
    world.people["operator"] = type(person).objects.get(pk=world.people["operator"].pk)
    actions.suspend_cluster(world.clusters["alpha"], by=world.people["operator"])


WAYS = pytest.mark.parametrize("suspend", [suspend_membership, suspend_cluster])
ROLES = pytest.mark.parametrize("role", [Role.EDITOR, Role.MANAGER])


def staff(world, role, *clusters):
    """A person of the staff of these clusters, who wrote one of Alpha's closed pieces."""
    person = world.people["staff"] = UserFactory(first_name="staff", last_name="Persona")
    for cluster in clusters:
        MembershipFactory(person=person, cluster=world.clusters[cluster], role=role)
    return person


@ROLES
@WAYS
def test_the_session_that_is_open_loses_the_administration(world, role, suspend):
    person = staff(world, role, "alpha")
    client = client_of(world, "staff")
    page = world.items["alpha", "editors"]
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    suspend(world, person)
    for path in (
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
    ):
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            assert answer.status_code in (302, 403, 404, 405), path
            assert not found(world, text_of(answer)), path


@pytest.mark.parametrize(
    ("suspend", "role"),
    [
        (suspend_membership, Role.MANAGER),
        (suspend_cluster, Role.EDITOR),
        pytest.param(suspend_membership, Role.EDITOR, marks=pytest.mark.slow),
        pytest.param(suspend_cluster, Role.MANAGER, marks=pytest.mark.slow),
    ],
)
def test_who_keeps_another_cluster_finds_nothing_of_this_one(world, role, suspend):
    person = staff(world, role, "alpha", "beta")
    owned = world.items["alpha", "editors"]
    Page.objects.filter(pk=owned.pk).update(owner=person)
    suspend(world, person)
    client = client_of(world, "staff")
    # a manager of Beta decides about what is proposed to Beta
    levels = [level for level in CLOSED if level != "proposed" or role != Role.MANAGER]
    closed = {("alpha", level) for level in levels}
    for route in ADMIN:
        answer = client.get(f"/{route.removesuffix('$')}?q=Zqshared")
        assert not found(world, text_of(answer)) & closed, route
    explored = [*ClusterPage.objects.filter(cluster=world.clusters["alpha"]), owned.get_parent()]
    for page in explored:
        assert client.get(reverse("wagtailadmin_explore", args=[page.pk])).status_code == 404
    for level in LEVELS:
        page = world.items["alpha", level]
        for name in ("edit", "history", "usage", "view_draft", "delete", "unpublish", "copy"):
            for method in ("get", "post"):
                answer = getattr(client, method)(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
                assert answer.status_code == 404, (name, level)
    chosen = known_pages(Viewer.of(type(person).objects.get(pk=person.pk)))
    assert not chosen.filter(pk__in=[world.items[key].pk for key in closed]).exists()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[world.items["beta", "own"].pk])).status_code == 200


@ROLES
def test_who_is_admitted_again_has_the_role_again(world, role):
    person = staff(world, role, "alpha")
    suspend_membership(world, person)
    actions.approve_membership(
        Membership.objects.get(person=person, cluster=world.clusters["alpha"]), by=world.people["manager_alpha"]
    )
    client = client_of(world, "staff")
    page = world.items["alpha", "own"]
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
