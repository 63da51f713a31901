"""Operators hear of clusters that are left without a manager, however that came."""

import pytest

from hanse_activity.models import Notification
from hanse_members import actions
from hanse_members.models import Membership
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
KIND = "clusters.without_manager"


@pytest.fixture
def told(operator, django_capture_on_commit_callbacks):
    """Clusters of which operators are told while something is done."""

    def told(act, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        rows = Notification.objects.filter(kind=KIND)
        assert {row.recipient for row in rows} <= {operator}
        return [row.object_id for row in rows]

    return told


@pytest.mark.parametrize("way", ["ends", "suspends", "takes the role", "account is closed"])
def test_they_hear_of_it_whatever_the_way(told, photonik, manager, operator, way):
    place = Membership.objects.get(person=manager)
    acts = {
        "ends": lambda: actions.end_membership(place, by=operator),
        "suspends": lambda: actions.suspend_membership(place, by=operator),
        "takes the role": lambda: actions.set_role(place, Role.MEMBER, by=operator),
        "account is closed": lambda: close(manager),
    }
    assert told(acts[way]) == [photonik.pk]


def close(person):
    person.is_active = False
    person.save(update_fields=["is_active"])


def test_not_while_somebody_else_manages_it(told, photonik, manager):
    MembershipFactory(cluster=photonik, role=Role.MANAGER)
    assert told(close, manager) == []


def test_not_of_clusters_that_take_no_part(told, photonik, manager, operator):
    actions.suspend_cluster(photonik, by=operator)
    assert told(close, manager) == []


def test_not_when_somebody_goes_who_managed_nothing(told, photonik, editor, member, operator):
    assert told(close, editor) == []
    assert told(actions.end_membership, Membership.objects.get(person=member), by=operator) == []


def test_the_operator_reads_it(client, told, photonik, manager, operator):
    told(close, manager)
    client.force_login(operator)
    assert "Photonik Nord has no manager any more" in client.get("/notifications/").content.decode()
