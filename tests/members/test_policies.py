"""Truth tables: who may do what to clusters and memberships, in all the ways in which a policy is asked."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.permissions import policy_registry

from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
VERBS = ("add", "view", "change", "delete", "publish", "fly")
NOTHING = frozenset()
#: person -> verbs on the own cluster
CLUSTER = {
    "operator": {"add", "view", "change"},
    "manager": {"view", "change"},
    "editor": {"view"},
    "member": NOTHING,
    "foreign manager": NOTHING,
    "suspended manager": NOTHING,
    "inactive manager": NOTHING,
    "inactive operator": NOTHING,
    "visitor": NOTHING,
}
MEMBERSHIP = CLUSTER | {"editor": NOTHING}


@pytest.fixture
def people(operator):
    cluster = ClusterFactory()
    inactive_operator = UserFactory(is_active=False)
    inactive_operator.groups.set(operator.groups.all())

    def with_role(role, **kwargs):
        return MembershipFactory(**{"cluster": cluster, **kwargs}, role=role).person

    return cluster, {
        "operator": operator,
        "manager": with_role(Role.MANAGER),
        "editor": with_role(Role.EDITOR),
        "member": with_role(Role.MEMBER),
        "foreign manager": with_role(Role.MANAGER, cluster=ClusterFactory()),
        "suspended manager": with_role(Role.MANAGER, state=Membership.State.SUSPENDED),
        "inactive manager": with_role(Role.MANAGER, person=UserFactory(is_active=False)),
        "inactive operator": inactive_operator,
        "visitor": AnonymousUser(),
    }


@pytest.mark.parametrize(("model", "table"), [(Cluster, CLUSTER), (Membership, MEMBERSHIP)])
def test_all_readings_of_the_policy_give_the_same_answer(people, model, table):
    cluster, persons = people
    row = cluster if model is Cluster else MembershipFactory(cluster=cluster)
    policy = policy_registry.get_by_type(model)
    for verb in VERBS:
        allowed = {name for name in persons if verb in table[name]}
        users = {persons[name] for name in allowed}
        for name, person in persons.items():
            expected = name in allowed
            assert policy.user_has_permission_for_instance(person, verb, row) == expected, (name, verb)
            if verb != "add":
                rows = policy.instances_user_has_any_permission_for(person, [verb])
                assert (row in rows) == expected, (name, verb)
        people_found = set(policy.users_with_permission_for_instance(verb, row))
        assert people_found & set(list(persons.values())[:-1]) == users, verb


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MANAGER])
def test_a_role_gives_no_model_permission(photonik, role):
    person = MembershipFactory(cluster=photonik, role=role).person
    assert not {permission for permission in person.get_all_permissions() if "hanse_" in permission}
    assert person.get_all_permissions() == {"wagtailadmin.access_admin", "wagtail_localize.submit_translation"}
