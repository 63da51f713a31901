"""A project in which the rule would not hold is refused before it runs."""

import pytest
from django.core.checks import run_checks

from hanse_access import checks
from hanse_access.models import Scoped
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
