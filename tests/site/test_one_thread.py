"""Requests of the asynchronous server: one way into a thread and back, with nothing on the loop in between."""

import gc
import traceback

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse
from django.urls import path

from hanse_site import urls as site_urls
from hanse_site.one_thread import get_application

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def stack(request):
    """The functions that the view is called by, outermost first."""
    return HttpResponse("\n".join(f"{frame.filename} {frame.name}" for frame in traceback.extract_stack()))


urlpatterns = [path("stack/", stack), *site_urls.urlpatterns]


@pytest.mark.asyncio
async def test_between_the_first_middleware_and_the_view_nothing_waits_for_the_loop(settings):
    settings.ROOT_URLCONF = __name__
    scope = {"type": "http", "method": "GET", "path": "/stack/", "query_string": b"", "headers": [(b"host", b"site")]}
    site = ApplicationCommunicator(get_application(), scope)
    await site.send_input({"type": "http.request", "body": b""})
    start, body = await site.receive_output(30), await site.receive_output(30)
    assert start["status"] == 200
    called = body["body"].decode().split("\n")
    outermost = next(place for place, frame in enumerate(called) if "request_log.py" in frame)
    assert called[-1].endswith("test_one_thread.py stack")
    assert [frame for frame in called[outermost:] if "/asgiref/" in frame] == []


def test_what_makes_up_the_site_is_no_matter_for_the_collector_of_garbage():
    """Else it stops everything for a third of a second, again and again."""
    import hanse_site.asgi  # noqa: F401

    assert gc.get_freeze_count() > 100_000
