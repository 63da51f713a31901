"""The common tests of backends, answered by a real Elasticsearch, and by it and the database together."""

import pytest

from hanse_search.backends import backend
from hanse_search.elastic import feeding

from .contract import Contract
from .elastic import index_of_its_own

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


@pytest.fixture(autouse=True)
def index(settings, db, monkeypatch):
    with index_of_its_own(settings):
        monkeypatch.setattr(backend(), "database", None)  # it is not to answer alone
        yield


class TestElasticsearchBackend(Contract):
    """The index knows everything."""

    def settle(self):
        feeding.feed()


class TestWithTheWorkerStopped(Contract):
    """The index knows what was there at first, and nothing of what changed since."""

    fed = False

    def settle(self):
        if not self.fed:
            feeding.feed()
        self.fed = True
