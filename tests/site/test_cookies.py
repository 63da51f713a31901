"""The site keeps two things in a browser: who is signed in, and what protects forms."""

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.session import SessionStorage
from django.test import Client

from tests.factories.people import UserFactory
from tests.site.urls_walk import routes

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

NECESSARY = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "administrator"])
def test_no_address_keeps_a_third_cookie(signed_in):
    person = UserFactory(is_superuser=True) if signed_in else None
    kept, told = set(), False
    client = Client(raise_request_exception=False)
    for path in sorted({route.path for route in routes() if route.path}):
        for ask in (client.get, client.post):
            if person and "_auth_user_id" not in client.session:
                client.force_login(person)
            kept |= set(ask(path).cookies)
            told = told or SessionStorage.session_key in client.session
    assert kept <= NECESSARY
    assert told, "nothing on this walk leaves a message for the next page"


def test_what_the_next_page_tells_stays_on_the_server(client):
    client.force_login(UserFactory())
    answer = client.post("/accounts/logout/")
    assert set(answer.cookies) <= NECESSARY
    following = client.get("/accounts/login/")
    assert [str(message) for message in get_messages(following.wsgi_request)]
