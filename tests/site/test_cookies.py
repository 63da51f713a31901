"""What a page tells next is kept on the server; tests/site/test_headers.py finds every cookie that is set."""

import pytest
from django.conf import settings
from django.contrib.messages import get_messages

from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

NECESSARY = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


def test_what_the_next_page_tells_stays_on_the_server(client):
    client.force_login(UserFactory())
    answer = client.post("/accounts/logout/")
    assert set(answer.cookies) <= NECESSARY
    following = client.get("/accounts/login/")
    assert [str(message) for message in get_messages(following.wsgi_request)]
