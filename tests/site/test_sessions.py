"""Sessions that end elsewhere are announced, so that what people keep open can ask again."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from hanse_access.signals import rights_lost
from tests.factories.accounts import confirmed_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    """People announced, each with whether a session of theirs was still there."""
    heard = []

    def listen(sender, person_ids, **kwargs):
        heard.append((set(person_ids), Session.objects.count()))

    rights_lost.connect(listen)
    yield heard
    rights_lost.disconnect(listen)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get(reverse("hanse_base:dashboard"))
    return client


def test_signing_out_everywhere_is_announced_after_the_session_has_gone(announced):
    person = confirmed_person()
    own, other = browser(person), browser(person)
    before = Session.objects.count()
    own.post(reverse("usersessions_list"))
    assert ({person.pk}, before - 1) in announced
    assert other.get(reverse("hanse_base:dashboard")).status_code == 302


def test_the_end_of_one_session_is_announced(announced):
    person = confirmed_person()
    browser(person)
    UserSession.objects.get(user=person).end()
    assert announced == [({person.pk}, 0)]
