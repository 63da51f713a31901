import pytest

from hanse_site.account import mails


@pytest.fixture(autouse=True)
def _mails_at_once(monkeypatch):
    """Mails about accounts wait for the commit, which no test comes to."""
    monkeypatch.setattr(mails, "on_commit", lambda send, robust: send())
