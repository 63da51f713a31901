"""The watch over loops finds those that our code makes with ``get()``, and lets Wagtail make its own."""

import pytest
from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from wagtail.models import Page
from zeal.errors import NPlusOneError

from hanse_access.audit import actor_key
from tests.factories.people import UserFactory
from tests.loops import watch_for_loops

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def watched(rf):
    """Calls a function for each of the values while a request is watched."""

    def watched(function, values):
        watch_for_loops(lambda request: [function(value) for value in values])(rf.get("/"))

    return watched


@pytest.fixture
def people():
    return [UserFactory() for _ in range(3)]


@pytest.mark.parametrize(
    "fetch", [lambda pk: get_user_model().objects.get(pk=pk), lambda pk: get_object_or_404(get_user_model(), pk=pk)]
)
def test_rows_that_our_code_fetches_one_by_one_are_a_loop(watched, people, fetch):
    with pytest.raises(NPlusOneError):
        watched(fetch, [person.pk for person in people])


def test_what_wagtail_fetches_one_by_one_is_none(watched):
    page = Page.objects.get(depth=2)
    watched(lambda number: page.get_parent(update=True), range(3))


def test_what_an_action_has_to_fetch_for_each_row_is_none(watched, people):
    watched(actor_key, people)
