"""The audit trail of a room: everything that changed who may do or see what, for its owners, by names and values."""

import pytest
from django.utils import timezone

from hanse_access.actions import break_glass
from hanse_access.models import AuditEvent
from hanse_access.operators import operator_group
from hanse_groups import actions, room_views
from hanse_groups.models import RoomLink
from hanse_groups.signal_handlers import end_with_account
from hanse_members.models import Membership
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import PLATFORM, add, place_of, say

from .visits import page, signed_in

pytestmark = pytest.mark.django_db


def trail(room, owner, query: str = "") -> list[tuple[str, str]]:
    """What and details, the oldest first."""
    events = signed_in(owner).get(page(room, "trail") + query).context["events"]
    return [(event.what, event.details) for event in reversed(events)]


def newest(room, owner) -> tuple[str, str]:
    return trail(room, owner)[-1]


def verbs(room) -> list[str]:
    events = AuditEvent.objects.filter(scope_kind="group", scope_id=room.pk).order_by("pk")
    return list(events.values_list("verb", flat=True))


class TestPeople:
    def test_coming_in(self, room, manager, ada, other, third):
        before = len(verbs(room))
        asked = actions.ask_to_join(room, by=other, request="Secret reason")
        actions.withdraw_request(asked, by=other)
        actions.decline_request(actions.ask_to_join(room, by=other), by=manager, reason="Secret answer")
        actions.accept_request(actions.ask_to_join(room, by=other), by=manager)
        actions.decline_invitation(actions.invite(room, by=manager, person=third, role="guest"), by=third)
        add(room, third)
        names = {"asked": other, "withdrawn": other, "declined": other, "let_in": other}
        assert verbs(room)[before:] == [
            f"rooms.{verb}"
            for verb in (
                *("asked", "withdrawn", "asked", "declined", "asked", "let_in"),
                *("invited", "invitation_ended", "invited", "joined"),
            )
        ]
        told = trail(room, manager)[before:]
        assert told[5] == ("Somebody was let into the room", f"Person: {names['let_in'].get_full_name()}; Role: Member")
        assert told[6] == ("Somebody was invited to the room", "Person: Thea Dritte; Role: Guest")
        assert "Secret" not in str(told)

    def test_roles_and_ownership_with_what_was_before(self, room, manager, ada, ben):
        actions.set_role(place_of(room, ada), "moderator", by=manager)
        assert newest(room, manager) == (
            "Role in the room changed",
            "Person: Ada Berg; Role: Moderator; Role before: Member",
        )
        actions.hand_over(room, by=manager, to=place_of(room, ada))
        assert trail(room, ada)[-2:] == [
            ("Room handed over", "Person: Ada Berg; Role: Owner; Role before: Moderator"),
            ("Role in the room changed", f"Person: {manager.get_full_name()}; Role: Moderator; Role before: Owner"),
        ]
        actions.set_role(place_of(room, ben), "owner", by=ada)
        actions.leave(room, by=ada)
        assert newest(room, ben) == ("Somebody left the room", "Person: Ada Berg; Role before: Owner")

    def test_going(self, room, manager, ada, ben, cluster):
        actions.remove(place_of(room, ada), by=manager, reason="Secret reason")
        actions.ban(place_of(room, ben), by=manager)
        actions.lift_ban(place_of(room, ben), by=manager)
        third = MembershipFactory(cluster=cluster).person
        add(room, third)
        Membership.objects.filter(person=third).get().delete()
        fourth = MembershipFactory(cluster=cluster).person
        add(room, fourth)
        fourth.is_active = False
        fourth.save()
        names = [line for line in trail(room, manager) if "Person" in line[1]]
        assert ("Somebody was removed from the room", "Person: Ada Berg; Role before: Member") in names
        assert ("Somebody was removed from the room and barred", "Person: Ben Cord; Role before: Member") in names
        assert ("Somebody is no longer barred from the room", "Person: Ben Cord") in names
        lost = [details for what, details in names if what == "Somebody lost the place in the room"]
        assert [details.split(";")[0] for details in lost] == [
            f"Person: {third.get_full_name()}",
            f"Person: {fourth.get_full_name()}",
        ]
        assert "Secret" not in str(names)

    def test_ownership_that_falls_to_somebody(self, room, manager, ada):
        actions.set_role(place_of(room, ada), "moderator", by=manager)
        end_with_account(manager, gone=True)
        fell, contact = trail(room, ada)[-2:]
        assert fell == ("Room fell to a new owner", "Person: Ada Berg; Role: Owner; Role before: Moderator")
        assert contact[1] == f"Contact: Ada Berg; Contact before: {manager.get_full_name()}"
        assert verbs(room)[-3:] == ["rooms.lost", "rooms.inherited", "rooms.changed"]

    def test_links(self, room, manager, other):
        link, secret = actions.make_link(room, by=manager, role="guest", use_limit=3, days=5)
        expected = f"Days that it works: 5; Number of the link: {link.pk}; Role: Guest; People who can come in by it: 3"
        assert newest(room, manager) == ("Invitation to the room made as a link", expected)
        actions.come_in(link, by=other, secret=secret)
        assert newest(room, manager)[1] == (
            f"Person: {other.get_full_name()}; Number of the link: {link.pk}; Role: Guest"
        )
        actions.revoke_room_link(link, by=manager)
        assert newest(room, manager)[0] == "Link to the room taken back"
        actions.mail_links(room, by=manager, addresses=["nele@example.org"], role="guest")
        RoomLink.objects.update(made_at=timezone.now() - actions.links.PAUSE * 2)
        actions.mail_links(room, by=manager, addresses=["nele@example.org"], role="guest")
        assert verbs(room)[-3:] == ["rooms.link_made", "rooms.link_revoked", "rooms.link_made"]
        assert "nele" not in str(trail(room, manager))


class TestSettings:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"newcomers_see_all": False}, "Changed: Newcomers see what was written before: no, before: yes"),
            ({"retention_days": 90}, "Changed: Days that messages are kept: 90, before: –"),
            ({"asks_members": False}, "Changed: Members hear who wants to join: no, before: yes"),
            ({"mails_show_text": True}, "Changed: Mails may show what was written: yes, before: no"),
            ({"shows_who_read": True}, "Changed: Everybody sees who has read what: yes, before: no"),
            ({"name": "Secret merger"}, "Changed: Name"),
        ],
    )
    def test_are_told_with_what_was_before_but_no_texts(self, room, manager, change, told):
        actions.change_room(room, by=manager, **change)
        assert newest(room, manager) == ("Settings of the room changed", told)

    def test_who_sees_and_who_joins(self, room, manager, cluster):
        actions.change_room(room, by=manager, kind="open", scopes=[PLATFORM])
        (_what, kind), (what, audience) = trail(room, manager)[-2:]
        assert kind == "Changed: Who can join: Open, before: Closed"
        assert (what, audience) == ("Audience changed", f"All members; before: {cluster.label}")
        actions.change_room(room, by=manager, kind="hidden")
        assert [what for what, _details in trail(room, manager)[-2:]] == [
            "Settings of the room changed",
            "Audience changed",
        ]

    def test_patron_and_contact_by_name(self, room, manager, ada, ben):
        actions.change_room(room, by=manager, patron=ada, contact=ada)
        actions.change_room(room, by=manager, patron=ben, contact=None)
        assert newest(room, manager)[1] == "Contact before: Ada Berg; Patron: Ben Cord; Patron before: Ada Berg"

    def test_states(self, room, manager):
        before = len(verbs(room))
        for act in (actions.archive_room, actions.reopen_room, actions.delete_room, actions.restore_room):
            act(room, by=manager)
        assert verbs(room)[before:] == [f"rooms.{verb}" for verb in ("archived", "reopened", "deleted", "restored")]


def test_who_broke_the_glass_stands_in_it(room, manager):
    operator = UserFactory(first_name="Olga", last_name="Operator")
    operator.groups.add(operator_group())
    break_glass(by=operator, scope=room.scope, reason="A complaint about this room")
    [first, *_more] = signed_in(manager).get(page(room, "trail")).context["events"]
    assert (first.what, str(first.who)) == ("Closed scope opened by break-glass", "Olga Operator")


def test_is_read_page_by_page_by_owners_alone(room, manager, ada, monkeypatch):
    monkeypatch.setattr(room_views, "MOST_EVENTS", 3)
    actions.set_role(place_of(room, ada), "moderator", by=manager)
    say(room, ada)
    client, found, address = signed_in(manager), [], page(room, "trail")
    while address:
        context = client.get(address).context
        assert len(context["events"]) <= 3
        found += [event.verb for event in context["events"]]
        address = f"{page(room, 'trail')}?before={context['older']}" if context["older"] else ""
    assert found == verbs(room)[::-1]
    assert signed_in(ada).get(page(room, "trail")).status_code == 404
    assert client.get(page(room, "trail") + "?before=x").status_code == 200
