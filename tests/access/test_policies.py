"""May she, which ones and who give the same answer, for everybody and every verb."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.permissions import policy_registry

from hanse_access.models import AuditEvent
from hanse_access.operators import operator_group
from hanse_access.policies import OperatorPolicy
from tests.factories.items import ItemFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item

pytestmark = pytest.mark.django_db
VERBS = ("view", "change", "delete", "publish", "nonsense")
ALLOWED = {"author": {"view", "change", "delete"}, "co_editor": {"view", "change"}}


@pytest.fixture
def cast():
    people = {name: UserFactory() for name in ("author", "co_editor", "stranger")}
    people["inactive"] = UserFactory(is_active=False)
    return people


@pytest.mark.parametrize("who", ["author", "co_editor", "stranger", "inactive", "nobody"])
@pytest.mark.parametrize("verb", VERBS)
def test_the_truth_table(cast, who, verb):
    item = ItemFactory(author=cast["author"])
    item.co_editors.set([cast["co_editor"], cast["inactive"]])
    other = ItemFactory()
    user = cast.get(who, AnonymousUser())
    policy = policy_registry.get_by_type(Item)
    expected = verb in ALLOWED.get(who, set())
    assert policy.user_has_permission_for_instance(user, verb, item) is expected
    assert policy.user_has_permission(user, verb) is expected
    assert (item in policy.instances_user_has_permission_for(user, verb)) is expected
    assert not policy.user_has_permission_for_instance(user, verb, other)
    people = policy.users_with_permission_for_instance(verb, item)
    assert (user in people) is expected


def test_only_active_people_may_add(cast):
    policy = policy_registry.get_by_type(Item)
    assert policy.user_has_permission(cast["stranger"], "add")
    assert not policy.user_has_permission(cast["inactive"], "add")
    assert not policy.user_has_permission(AnonymousUser(), "add")


def test_what_operators_administer_is_theirs_alone(cast):
    operator = UserFactory()
    operator.groups.add(operator_group())
    policy = OperatorPolicy(AuditEvent)
    assert policy.user_has_permission(operator, "view")
    assert not policy.user_has_permission(operator, "change")
    assert not policy.user_has_permission(cast["stranger"], "view")
    assert list(policy.users_with_permission("view")) == [operator]
