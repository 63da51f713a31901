"""Nobody gets or gives more than the own role has: every form and every address is tried, found in the URL patterns.

What counts is what is in force afterwards – memberships, groups, clusters, entries – not what an answer says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import resolve, reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from zeal import zeal_ignore

from hanse_access.operators import operator_group
from hanse_access.viewer import Viewer
from hanse_base.waiting import waiting
from hanse_members.actions import invite
from hanse_members.models import (
    Cluster,
    ClusterEntry,
    Deputy,
    Invitation,
    Membership,
    OrganisationMembership,
    Terms,
)
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory

from . import discovery
from .fillings import addresses, filled, rows
from .odd import Form, encoded, forms_of
from .test_odd_forms import OURS, Sender

pytestmark = pytest.mark.embedded

#: names of fields by which a form gives something to somebody; a form with one of them needs a line in GIVING
POWER = re.compile(
    r"^(role|decision|cluster|kind|person|people|email|addresses|deputy.*|groups|is_superuser|is_active|keeps|agreed|"
    r"organisation|entry|host_name|standing|do|owner|to|state|scopes.*|add_.*)$"
)
#: what each of a manager's forms with such a field gives, and why it cannot be too much
GIVING = {
    "account_email": "an address of the own account, once it is confirmed",
    "account_reset_password": "a mail to the address itself",
    "hanse_base:waiting": "decides about what waits for this person",
    "hanse_challenges:ask": "who sees an own question",
    "hanse_challenges:edit_question": "who sees an own question",
    "hanse_groups:act_on_message": "a reaction, or nothing: the action asks whose message it is",
    "hanse_groups:change_state": "the end of an own room, or its return",
    "hanse_groups:chat": "a reaction to a message of a room that one is in",
    "hanse_groups:direct": "a reaction to a message of a conversation that one is in",
    "hanse_groups:new_room": "a room of one's own in a cluster that lets one open rooms",
    "hanse_groups:participant": "a role in an own room, which gives nothing outside it",
    "hanse_groups:settings": "who joins an own room, and who stands for it",
    "hanse_members:apply": "an application: the other cluster decides",
    "hanse_members:change_organisation": "the organisation of the own membership",
    "hanse_members:contact": "the own name on the entry page",
    "hanse_members:edit_organisation": "who sees the own cluster's organisation",
    "hanse_members:give_enquiry": "an enquiry to a manager of the same cluster",
    "hanse_members:hand_over_enquiry": "an enquiry to another cluster, and no right with it",
    "hanse_members:import_people": "invitations to the own cluster, up to the own role",
    "hanse_members:invite": "invitations to the own cluster, up to the own role",
    "hanse_members:join_form": "an application: the operator decides",
    "hanse_members:my_profile": "who sees the own profile",
    "hanse_members_memberships:edit": "roles in the own cluster",
    "hanse_members_organisation_memberships:edit": "the part of an organisation in the own cluster",
    "hanse_members_organisations:add": "an organisation of the own cluster",
    "hanse_members_organisations:edit": "what an organisation of the own cluster says",
    "hanse_members_terms:add": "terms of the own cluster",
}
PERSONAS = ("manager_alpha", "editor_alpha", "member_alpha", "guest")


class Climber(Sender):
    """Somebody who sends what no page offered; what it led to is looked at before it is taken back."""

    def __init__(self, world, persona: str) -> None:
        super().__init__(world, persona)
        self.person = world.people[persona]
        self.alpha = world.clusters["alpha"]
        self.manages = persona == "manager_alpha"
        self.before = powers()

    def gained(self, url: str, body: bytes) -> list[str]:
        """What is in force after a POST that this person must not bring about."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        with transaction.atomic(), zeal_ignore():
            writes: list[str] = []
            with connection.execute_wrapper(noting_writes(writes)):
                answer = self.client.generic("POST", url, body, content_type="application/x-www-form-urlencoded")
            if answer.status_code >= 500:
                after = {"error": {("500",)}}
            elif any(table in sql for sql in writes for table in POWER_TABLES):
                after = powers()
            else:
                after = self.before
            transaction.set_rollback(True)
        return [
            f"{name} {sign}{row}"
            for name in after
            for sign, changed in (
                ("+", after[name] - self.before.get(name, set())),
                ("-", self.before.get(name, set()) - after[name]),
            )
            for row in changed
            if not self.may_bring_about(name, sign, row)
        ]

    def may_bring_about(self, name: str, sign: str, row: tuple) -> bool:
        own_cluster = self.manages and self.alpha.pk in row[:1]
        if name == "memberships":
            _cluster, person, _role = row
            leaves = sign == "-" and person == self.person.pk
            return own_cluster or leaves
        if name == "groups":
            ours = {self.alpha.editors_group_id, self.alpha.managers_group_id}
            return row[0] in ours and (self.manages or (sign == "-" and row[1] == self.person.pk))
        if name == "people":
            return row[0] == self.person.pk and not row[1]
        return own_cluster and name in ("invitations", "organisations", "terms", "deputies", "entries", "settings")


def noting_writes(writes: list[str]):
    """Keeps every statement but those that only read. What is sent is looked at, not what it is sent by."""

    def execute(execute, sql, params, many, context):
        if not sql.startswith(("SELECT ", "SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")):
            writes.append(sql)
        return execute(sql, params, many, context)

    return execute


#: what ``powers`` reads; it is read anew after each request that wrote to any of them
POWER_TABLES = [
    model._meta.db_table
    for model in (
        Cluster,
        ClusterEntry,
        Deputy,
        Group.permissions.through,
        GroupCollectionPermission,
        GroupPagePermission,
        Invitation,
        Membership,
        OrganisationMembership,
        Terms,
        get_user_model(),
        get_user_model()._meta.get_field("groups").remote_field.through,
        get_user_model()._meta.get_field("user_permissions").remote_field.through,
    )
]


def powers() -> dict[str, set[tuple]]:
    """What is in force. The first value of each row is the cluster or group or person that it belongs to."""
    people = get_user_model().objects
    through = get_user_model()._meta.get_field("groups").remote_field.through.objects
    approved = Membership.objects.filter(state=Membership.State.APPROVED)
    page_rights = GroupPagePermission.objects.values_list("group", "page", "permission")
    collection_rights = GroupCollectionPermission.objects.values_list("group", "collection", "permission")
    parts = OrganisationMembership.objects.filter(state="approved")
    return {
        "memberships": set(approved.values_list("cluster", "person", "role")),
        "groups": set(through.values_list("group", "user")),
        "people": set(people.values_list("pk", "is_superuser", "is_active")),
        "rights": set(people.exclude(user_permissions=None).values_list("pk", "user_permissions")),
        "rights of groups": set(Group.objects.exclude(permissions=None).values_list("pk", "permissions")),
        "rights of pages": set(page_rights) | set(collection_rights),
        "clusters": set(Cluster.objects.values_list("pk", "state", "slug", "host_name")),
        "settings": set(Cluster.objects.values_list("pk", "name", "accepts_shared_items", "notice_at")),
        "invitations": set(Invitation.objects.values_list("cluster", "email", "role", "state")),
        "organisations": set(parts.values_list("cluster", "organisation")),
        "terms": set(Terms.objects.values_list("cluster", "kind", "version")),
        "deputies": set(Deputy.objects.values_list("cluster", "person", "deputy")),
        "entries": set(ClusterEntry.objects.exclude(cluster=None).values_list("cluster", "pk")),
    }


@pytest.fixture
def foreign(world) -> dict[str, object]:
    """Of Beta: who applies, who was suspended, an invitation, an organisation that asks to take part."""
    beta, manager = world.clusters["beta"], world.people["manager_beta"]
    invite(cluster=beta, addresses=["new@example.org"], by=manager)
    asking = OrganisationFactory()
    OrganisationMembership.objects.create(organisation=asking, cluster=beta)
    return {
        "applied": MembershipFactory(cluster=beta, state="applied"),
        "suspended": MembershipFactory(cluster=beta, state="suspended", role=Role.MANAGER),
        "asking": asking,
    }


def bag(world, persona: str, cluster: str) -> list[tuple[str, bytes]]:
    """Values that raise somebody, under all names that a form might read."""
    beta, person = world.clusters[cluster], world.people[persona]
    said = {
        "role": "manager",
        "decision": "approve",
        "state": "approved",
        "standing": "close",
        "cluster": beta.pk,
        "clusters": beta.pk,
        "person": person.pk,
        "people": person.pk,
        "user": person.pk,
        "email": person.email,
        "addresses": person.email,
        "groups": operator_group().pk,
        "user_permissions": 1,
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "on",
        "host_name": "taken.example.org",
        "accepts_shared_items": "on",
        "keeps": "yes",
        "kind": "contract",
        "text_en": "Mine.",
        "seen": "x",
    }
    return [(name, str(value).encode()) for name, value in said.items()]


def with_bag(form: Form, extra: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The form as it is drawn, with each value of the bag in the place of its own."""
    names = {name for name, _value in extra}
    return [pair for pair in form.fields if pair[0] not in names] + extra


def own_forms(world, climber: Climber) -> Iterator[Form]:
    seen = set()
    for address in filter(OURS.search, dict.fromkeys(addresses(world))):
        for form in forms_of(climber.ask("get", address), address):
            key = (form.url.partition("?")[0], *form.names)
            if form.names and key not in seen:
                seen.add(key)
                yield form


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_form_gives_more_than_the_own_role_has(world, foreign, persona):
    climber = Climber(world, persona)
    told = []
    forms = list(own_forms(world, climber))
    climber.before = powers()  # with the rows that the addresses are of
    for form in forms:
        tries = [with_bag(form, bag(world, persona, cluster)) for cluster in ("alpha", "beta")]
        for name in filter(POWER.search, form.names):
            for value in (world.clusters["beta"].pk, "manager", operator_group().pk, "approve", "on"):
                tries.append(form.with_value(name, str(value).encode()))
        told += [(form.url, gained) for fields in tries if (gained := climber.gained(form.url, encoded(fields)))]
    assert told == []


def test_each_form_that_gives_something_says_why_it_cannot_be_too_much(world):
    climber = Climber(world, "manager_alpha")
    found = set()
    for form in own_forms(world, climber):
        if any(POWER.search(name) for name in form.names):
            found.add(resolve(form.url.partition("?")[0]).view_name)
    assert found - set(GIVING) == set(), "a new form: say in GIVING what it gives"
    assert set(GIVING) - found == set(), "no such form any more"


def foreign_addresses(world, foreign) -> Iterator[str]:
    """Each address that takes a number, with a row of Beta, and with the own membership."""
    beta = world.clusters["beta"]
    own = Membership.objects.get(person=world.people["manager_alpha"])
    firm = world.organisations["beta", "own"]
    memberships = [foreign["applied"].pk, foreign["suspended"].pk, own.pk]
    known = rows(world)
    for pk in memberships:
        here = [
            ("admin/hanse_members_clusters/", {"pk": beta.pk}),
            ("admin/hanse_members_organisation_memberships/", {"pk": foreign["asking"].memberships.get().pk}),
            ("admin/hanse_members_organisations/", {"pk": firm.pk}),
            ("admin/groups/", {"pk": operator_group().pk}),
            ("admin/users/", {"pk": world.people["manager_alpha"].pk}),
            ("admin/hanse_members_memberships/", {"pk": pk}),
            ("memberships/invitations/", {"pk": Invitation.objects.get(email="new@example.org").pk}),
            ("memberships/", {"pk": pk}),
            ("organisations/", {"uid": firm.uid, "pk": pk}),
            ("clusters/<slug:slug>/standing/", {"slug": "beta", "change": "close"}),
            ("", {"slug": "beta"}),
            *known,
        ]
        for route in discovery.routes():
            if route.takes and OURS.search(f"/{route.text}"):
                yield filled(route.text, here)
    yield from (reverse(name) for name in ("wagtailusers_users:add", "wagtailusers_groups:add"))
    yield from (reverse(f"hanse_members_{name}:add") for name in ("clusters", "memberships"))


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_address_of_anothers_row_gives_anything(world, foreign, persona):
    climber = Climber(world, persona)
    asked = list(dict.fromkeys(foreign_addresses(world, foreign)))
    climber.before = powers()
    told = []
    for url in asked:
        for cluster in ("alpha", "beta"):
            if gained := climber.gained(url, encoded(bag(world, persona, cluster))):
                told.append((url, gained))
    assert told == []


@pytest.mark.parametrize("persona", PERSONAS)
def test_nothing_is_done_with_what_waits_for_others(world, foreign, persona):
    """Every action of every kind, with the numbers of all rows there are."""
    climber = Climber(world, persona)
    url = reverse("hanse_base:waiting")
    told = []
    for kind in waiting:
        numbers = [str(pk).encode() for pk in model_of(kind, world)._default_manager.values_list("pk", flat=True)[:200]]
        for action in kind.actions:
            fields = [("kind", kind.name.encode()), ("do", action.name.encode())]
            fields += [(f"reason-{action.name}", b"Because"), *(("chosen", number) for number in numbers)]
            told += climber.gained(url, encoded(fields + bag(world, persona, "beta")[:1]))
    assert told == []


def model_of(kind, world):
    request = RequestFactory().get("/")
    request.user = world.people["operator"]
    request.viewer = Viewer.of(world.people["manager_alpha"])
    return kind.items(request).model


def test_the_walk_would_see_somebody_rise(world, foreign):
    """What a manager may do in the own cluster is seen, and called too much for anybody else."""
    member = Membership.objects.get(person=world.people["member_alpha"])
    url = reverse("hanse_members_memberships:edit", args=[member.pk])
    fields = encoded([("decision", b"keep"), ("role", b"manager")])
    climber = Climber(world, "manager_alpha")
    assert climber.gained(url, fields) == []
    climber.manages = False
    assert any("memberships +" in line for line in climber.gained(url, fields))
