"""A room with three people, and browsers whose connections are cut."""

import pytest

from hanse_members.models import Cluster
from tests.factories.rooms import make_room

from ..conftest import session_cookie


@pytest.fixture
def people(network):
    """Who leads the room, and two others in it."""
    return network["manager.photonik"], network["expert.leichtbau"], network["expert.biomed"]


@pytest.fixture
def room(people):
    owner, *others = people
    return make_room(Cluster.objects.get(slug="photonik-nord"), owner=owner, members=others, name="Lens test")


@pytest.fixture
def unreliable(browser, browser_context_args, live_server):
    """Browsers whose connections are cut: ``unreliable(person)``. They note that as errors; scripts have none."""
    contexts, errors = [], []

    def open_for(person):
        context = browser.new_context(**browser_context_args)
        context.add_cookies([session_cookie(person, live_server.url)])
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_for
    for context in contexts:
        context.close()
    assert errors == []
