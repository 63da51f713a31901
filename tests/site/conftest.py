import pytest

from hanse_base.registry import Registry
from hanse_site.account import actions, export, mails, views


@pytest.fixture(autouse=True)
def _mails_at_once(monkeypatch):
    """Mails about accounts wait for the commit, which no test comes to."""
    monkeypatch.setattr(mails, "on_commit", lambda send, robust: send())


@pytest.fixture
def registry(monkeypatch) -> Registry:
    """An empty registry of personal data in place of the site's."""
    empty: Registry = Registry()
    for module in (actions, export, views):
        monkeypatch.setattr(module, "personal_data", empty)
    return empty
