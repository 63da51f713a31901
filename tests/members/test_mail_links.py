"""The four kinds of links that go out by mail, and the six things that may befall each: one table of what then happens.

An invitation, the confirmation of an address with which somebody applies, a field that was released to an outsider, and
the draft of a profile.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hanse_access.scopes import Scope
from hanse_members import actions
from hanse_members.models import Membership, Profile
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import MembershipFactory
from tests.factories.invitations import invited
from tests.factories.profiles import ProfileFactory, fill
from tests.site.test_accounts import link_in, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ADDRESS, SECRET = "nele@example.org", "+49 30 23125 017"
LONG_AFTER = timedelta(days=400)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@dataclass
class Sent:
    """One link. ``use(client)`` presses the button behind it; ``effect()`` is what has come of it, as data.

    ``owner`` is a client of whom it was sent to, ``other`` one of whoever got it besides; ``revoke`` is what takes it
    back.
    """

    link: str
    owner: Client
    other: Client
    use: Callable[[Client, str], Any]
    effect: Callable[[], Any]
    revoke: Callable[[], Any]


@pytest.fixture
def invitation(photonik, manager):
    nele, other = confirmed_person(email=ADDRESS), confirmed_person(email="other@example.org")
    row, link = invited(photonik, ADDRESS, by=manager)
    return Sent(
        link,
        signed_in(nele),
        signed_in(other),
        lambda client, link: client.post(link),
        lambda: sorted(Membership.objects.filter(person__in=[nele, other]).values_list("person_id", "state")),
        lambda: actions.revoke_invitation(row, by=manager),
    )


@pytest.fixture
def confirmation(two_clusters, django_capture_on_commit_callbacks):
    """Without the address confirmed nobody can apply."""
    with django_capture_on_commit_callbacks(execute=True):
        sign_up(email=ADDRESS)
    addresses = EmailAddress.objects.filter(email=ADDRESS)
    return Sent(
        link_in(mail.outbox[-1]),
        Client(),
        Client(),
        lambda client, link: client.post(link),
        lambda: list(addresses.values_list("verified", flat=True)),
        lambda: addresses.delete(),
    )


@pytest.fixture
def release(photonik):
    owner = MembershipFactory(cluster=photonik).person
    phone = fill(
        ProfileFactory(person=owner), "phone", scopes=[Scope("cluster", photonik.pk)], on_request=True, text=SECRET
    )
    row, secret = actions.release_to_outsider(phone, outsider="Jo Steuer", days=7, by=owner)
    read = []

    def use(client, link):
        answer = client.post(link)
        read.extend([SECRET] if SECRET in answer.content.decode() else [])
        return answer

    return Sent(
        reverse("hanse_members:released", args=[secret]),
        Client(),
        Client(),
        use,
        lambda: list(read),
        lambda: actions.revoke_release(row, by=owner),
    )


@pytest.fixture
def draft(photonik, manager, django_capture_on_commit_callbacks):
    place = MembershipFactory(cluster=photonik)
    with django_capture_on_commit_callbacks(execute=True):
        row = actions.draft_profile(place, answers={"function": ["Head of coatings"]}, by=manager)
    link = re.search(r"/drafts/[\w-]+/", mail.outbox[-1].body)[0]

    def use(client, link):
        shown = client.post(link, {"decision": "show"})
        read = re.search(r'name="read" value="(\w+)"', shown.content.decode())
        return client.post(link, {"decision": "confirm", "read": read[1] if read else ""})

    return Sent(
        link,
        Client(),
        signed_in(MembershipFactory(cluster=photonik).person),
        use,
        lambda: list(Profile.objects.values_list("person_id", flat=True)),
        lambda: actions.discard_draft(row),
    )


KINDS = ("invitation", "confirmation", "release", "draft")
#: whoever has the link reads the released field until its time is over, as its owner was told when they made it; an
#: address is confirmed for the account that named it, whoever presses the button
BY_ITS_BEARER = {"release", "confirmation"}


@pytest.fixture
def sent(request) -> Sent:
    return request.getfixturevalue(request.param)


each_kind = pytest.mark.parametrize("sent", KINDS, indirect=True)


@each_kind
def test_it_does_what_it_is_for(sent):
    before = sent.effect()
    sent.use(sent.owner, sent.link)
    assert sent.effect() != before


@each_kind
def test_a_scanner_that_opens_it_changes_and_reads_nothing(sent):
    before = sent.effect()
    for client in (Client(), sent.other):
        for method in (client.get, client.head):
            answer = method(sent.link)
            assert answer.status_code in (200, 403)
            for told in (SECRET, "coatings", ADDRESS if "confirm" not in sent.link else SECRET):
                assert told not in answer.content.decode()
    assert sent.effect() == before
    sent.use(sent.owner, sent.link)
    assert sent.effect() != before, "and it still works for whom it is"


def guesses(link: str) -> list[str]:
    """Of the same shape: one character changed, cut, longer, of another kind of link, none at all."""
    head, secret = re.fullmatch(r"(.*/)([^/]+)/", link).groups()
    at = len(secret) // 2
    changed = next(each for each in string.ascii_letters if each != secret[at])
    wrong = [f"{secret[:at]}{changed}{secret[at + 1 :]}", secret[:-1], f"{secret}A", "A" * len(secret)]
    return [f"{head}{each}/" for each in wrong]


@each_kind
def test_guessing_opens_nothing_and_tells_nothing(sent):
    before = sent.effect()
    told = set()
    for link in guesses(sent.link):
        answer = sent.owner.get(link)
        told.add((answer.status_code, bare(answer, link)))
        sent.use(sent.owner, link)
    assert sent.effect() == before
    assert len(told) == 1, "near and far look alike"


def bare(answer, link: str) -> str:
    secret = link.rstrip("/").rpartition("/")[2]
    text = answer.content.decode()
    for form in (secret, quote(secret), quote(secret, safe=""), quote(quote(secret, safe=""), safe="")):
        text = text.replace(form, "SECRET")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|X-CSRFToken&quot;: ?&quot;[^&]+', "", text)


@each_kind
def test_a_secret_opens_nothing_of_another_kind(sent):
    before = sent.effect()
    secret = sent.link.rstrip("/").rpartition("/")[2]
    for name in ("invitation", "released", "confirm_draft"):
        other = reverse(f"hanse_members:{name}", args=[secret])
        if other != sent.link:
            assert sent.owner.get(other).status_code == sent.owner.post(other).status_code == 404
    assert sent.effect() == before


@each_kind
def test_it_works_once(sent, request):
    sent.use(sent.owner, sent.link)
    once = sent.effect()
    again = sent.use(sent.owner, sent.link)
    if request.node.callspec.params["sent"] == "release":
        assert sent.effect() == [SECRET, SECRET], "it is read again until its time is over"
    else:
        assert sent.effect() == once
        assert again.status_code in (302, 404)


@each_kind
def test_long_after_it_opens_nothing(sent):
    before = sent.effect()
    with time_machine.travel(timezone.now() + LONG_AFTER, tick=False):
        sent.use(sent.owner, sent.link)
        assert sent.effect() == before


@each_kind
def test_taken_back_it_opens_nothing(sent):
    sent.revoke()
    before = sent.effect()
    assert sent.use(sent.owner, sent.link).status_code in (302, 404)
    assert sent.effect() == before


@each_kind
def test_forwarded_it_is_for_whom_it_was_sent_to(sent, request):
    before = sent.effect()
    sent.use(sent.other, sent.link)
    if request.node.callspec.params["sent"] not in BY_ITS_BEARER:
        assert sent.effect() == before
        sent.use(sent.owner, sent.link)
    assert sent.effect() != before
    if request.node.callspec.params["sent"] == "confirmation":
        assert sent.other.get("/dashboard/").status_code == 302, "nobody is signed in by it"
