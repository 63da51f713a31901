"""A project in which the rule would not hold is refused before it runs."""

import pytest
from django.core.checks import run_checks
from django.db.models import Q
from wagtail.permissions import policy_registry

from hanse_access import checks
from hanse_access.models import Scoped
from hanse_access.scopes import ScopeKind, scope_kinds
from hanse_access.viewsets import reachable
from hanse_site.account.checks import processes_share_cache_and_channels
from tests.factories.items import ItemFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item


def found():
    return {message.id for message in run_checks() if (message.id or "").startswith("hanse_access.")}


def without(settings, name):
    settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != name]


def test_this_project_is_fine():
    assert found() == set()


@pytest.mark.parametrize("hook", checks.HOOKS)
def test_a_model_without_its_hooks_is_refused(monkeypatch, hook):
    monkeypatch.setattr(Item, hook, getattr(Scoped, hook))
    assert found() == {"hanse_access.E001"}


@pytest.mark.parametrize(("name", "id"), [(checks.VIEWER, "E002"), (checks.GUARD, "E003")])
def test_missing_middleware_is_refused(settings, name, id):
    without(settings, name)
    assert found() == {f"hanse_access.{id}"}


def test_a_guard_that_has_no_viewer_yet_is_refused(settings):
    without(settings, checks.GUARD)
    settings.MIDDLEWARE = [checks.GUARD, *settings.MIDDLEWARE]
    assert found() == {"hanse_access.E004"}


def test_redirects_that_do_not_ask_the_rule_are_refused(settings):
    settings.MIDDLEWARE = [
        checks.WAGTAIL_REDIRECTS if path == checks.REDIRECTS else path for path in settings.MIDDLEWARE
    ]
    assert found() == {"hanse_access.E005"}
    without(settings, checks.WAGTAIL_REDIRECTS)
    assert found() == set(), "no redirects at all are fine"


def test_private_files_need_a_storage(settings):
    settings.STORAGES = {name: storage for name, storage in settings.STORAGES.items() if name != "private"}
    assert found() == {"hanse_access.E006"}


def test_a_scope_kind_with_too_long_a_name_is_refused(monkeypatch):
    kind = type("Long", (ScopeKind,), {"name": "challenge_jury_members"})()
    scope_kinds.register(kind)
    try:
        assert [error.id for error in checks.names_of_scope_kinds_fit(None)] == ["hanse_access.E007"]
    finally:
        assert scope_kinds.unregister(kind.name) is kind
    assert checks.names_of_scope_kinds_fit(None) == []
    with pytest.raises(KeyError):
        scope_kinds.unregister(kind.name)


@pytest.mark.parametrize(
    ("redis", "processes", "found"),
    [("", "4", ["hanse_site.W002"]), ("", "1", []), ("", "", []), ("redis://localhost", "4", [])],
)
def test_several_processes_without_redis_are_warned_of(settings, monkeypatch, redis, processes, found):
    settings.REDIS_URL = redis
    monkeypatch.setenv("WEB_CONCURRENCY", processes)
    assert [warning.id for warning in processes_share_cache_and_channels(None)] == found


def test_the_rows_of_a_viewset_are_those_on_which_any_action_of_the_policy_is_allowed(db, monkeypatch):
    """An action of a plugin's own, such as judging, lets reach a row too; adding lets reach none."""
    juror = UserFactory()
    item = ItemFactory()
    policy = policy_registry.get_by_type(Item)
    monkeypatch.setattr(type(policy), "actions", ("add", "view", "judge"))
    monkeypatch.setattr(type(policy), "may_add", lambda self, user: True)
    monkeypatch.setattr(
        type(policy), "allowed_q", lambda self, user, action: Q(pk=item.pk) if action == "judge" else Q(pk__in=[])
    )
    ItemFactory()
    assert list(reachable(Item, juror)) == [item]
