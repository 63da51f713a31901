"""Whoever goes from control to control by ear is told what each is about: no two on a page have the same name."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from hanse_members.models import Membership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.invitations import invited
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
State = Membership.State


class Controls(HTMLParser):
    """The words of the buttons and of what opens, in the main part of a page."""

    TAGS = {"button", "summary"}

    def __init__(self, html: str):
        super().__init__()
        self.names: list[str] = []
        self.inside = False
        self.feed(html[html.index("<main") : html.index("</main")])

    def handle_starttag(self, tag, attrs):
        if tag in self.TAGS:
            self.inside = True
            self.names.append(dict(attrs).get("aria-label") or "")

    def handle_endtag(self, tag):
        if tag in self.TAGS:
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.names[-1] = " ".join(f"{self.names[-1]}{data}".split())


def doubles(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    names = Controls(response.content.decode()).names
    assert len(names) > 3
    return [name for name, number in Counter(names).items() if number > 1]


def test_those_of_ones_memberships(client):
    person = UserFactory()
    for fields in ({"role": Role.MANAGER}, {"role": Role.MANAGER}, {"state": State.APPLIED}, {"state": State.APPLIED}):
        MembershipFactory(person=person, cluster=ClusterFactory(), **fields)
    client.force_login(person)
    assert doubles(client, reverse("hanse_members:memberships")) == []


def test_those_of_what_waits(client):
    cluster = ClusterFactory()
    manager = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
    for _ in range(2):
        client.force_login(UserFactory())
        said = {"contributes": "Optics", "seeks": "Partners", "organisation": "Lens Works"}
        client.post(reverse("hanse_members:apply", args=[cluster.slug]), said)
    client.force_login(manager)
    assert doubles(client, reverse("hanse_base:waiting")) == []


def test_those_of_invitations(client):
    cluster = ClusterFactory()
    manager = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
    for address in ("one@example.org", "two@example.org"):
        invited(cluster, address, by=manager, language="en")
    client.force_login(manager)
    assert doubles(client, reverse("hanse_members:invitations")) == []
