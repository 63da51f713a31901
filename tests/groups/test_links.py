"""Invitations to a room by link: who makes one, what it tells, who comes in by it, and what ends it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_activity.tasks import deliver
from hanse_base.models import LinkToken
from hanse_groups import actions
from hanse_groups.actions.links import PAUSE
from hanse_groups.models import Message, Participant, Room, RoomLink
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.room_links import copied, mailed
from tests.factories.rooms import add, make_room, owner_of, place_of

from .visits import ADDRESS, is_in, page, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
State, Role = Participant.State, Participant.Role


@pytest.fixture
def hidden(cluster, manager):
    return make_room(cluster, owner=manager, kind=Room.Kind.HIDDEN, name="Zqnamezq", purpose="Zqpurposezq", members=())


def changed() -> tuple:
    """What looking at a page must leave alone."""
    return (
        list(RoomLink.objects.values()),
        list(LinkToken.objects.values()),
        list(Participant.objects.values()),
        Message.objects.count(),
        AuditEvent.objects.count(),
    )


class TestMaking:
    COPY = {"copy-way": "this", "copy-role": "guest", "copy-days": "14", "copy-use_limit": "3"}
    MAIL = {"mail-role": "member", "mail-days": "14", "mail-language": "de"}

    def test_a_link_to_copy_is_shown_once_and_kept_as_its_digest(self, room, manager):
        client = signed_in(manager)
        answer = client.post(page(room, "links"), self.COPY)
        secret = answer.context["address"].rstrip("/").rsplit("/", 1)[-1]
        assert secret in text(answer)
        assert answer["Cache-Control"] == "private, no-store"
        assert secret not in text(client.get(page(room, "links")))
        token = LinkToken.objects.get()
        assert secret not in str(token.__dict__)
        link = RoomLink.objects.get()
        assert (link.role, link.use_limit, link.email, link.made_by) == ("guest", 3, "", manager)

    def test_each_address_gets_a_link_of_its_own_that_works_once(
        self, room, manager, django_capture_on_commit_callbacks
    ):
        data = {**self.MAIL, "mail-addresses": f"{ADDRESS}\nOle <Ole@Example.org>"}
        with django_capture_on_commit_callbacks(execute=True):
            assert signed_in(manager).post(page(room, "links"), data).url == page(room, "links")
        links = RoomLink.objects.order_by("email")
        assert [(link.email, link.use_limit) for link in links] == [(ADDRESS, 1), ("ole@example.org", 1)]
        assert {message.to[0] for message in mail.outbox} == {ADDRESS, "ole@example.org"}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"copy-days": "0"}, "days"),
            ({"copy-days": "91"}, "days"),
            ({"copy-use_limit": "0"}, "use_limit"),
            ({"copy-use_limit": "101"}, "use_limit"),
            ({"copy-role": "owner"}, "role"),
            ({"copy-role": ""}, "role"),
        ],
    )
    def test_what_is_out_of_range_is_said_at_the_field(self, room, manager, wrong, field):
        answer = signed_in(manager).post(page(room, "links"), {**self.COPY, **wrong})
        assert answer.status_code == 400
        assert field in answer.context["copied"].errors
        assert not RoomLink.objects.exists()

    def test_what_is_no_address_is_said_and_the_rest_is_kept(self, room, manager):
        data = {**self.MAIL, "mail-addresses": f"{ADDRESS}\nnobody", "mail-note": "Come and see"}
        answer = signed_in(manager).post(page(room, "links"), data)
        assert answer.status_code == 400
        assert "addresses" in answer.context["mailed"].errors
        assert "Come and see" in text(answer)
        assert not RoomLink.objects.exists()

    def test_those_who_lead_make_and_take_back_and_nobody_else(self, room, manager, member, other):
        link, _path = copied(room, by=manager)
        add(room, member, role="moderator")
        add(room, other)
        assert signed_in(other).get(page(room, "links")).status_code == 404
        assert signed_in(other).post(page(room, "links"), self.COPY).status_code == 404
        assert signed_in(other).post(page(room, "revoke_link", link.pk)).status_code == 404
        with pytest.raises(PermissionDenied):
            actions.make_link(room, by=other, role="guest")
        with pytest.raises(PermissionDenied):
            actions.revoke_room_link(link, by=other)
        assert signed_in(member).post(page(room, "links"), self.COPY).status_code == 200
        signed_in(member).post(page(room, "revoke_link", link.pk))
        link.refresh_from_db()
        assert link.revoked_at is not None

    def test_a_link_of_another_room_is_missing_at_the_address_of_the_own(self, room, cluster, manager):
        other = make_room(cluster)
        link = actions.make_link(other, by=owner_of(other), role="guest")[0]
        assert signed_in(manager).post(page(room, "revoke_link", link.pk)).status_code == 404
        link.refresh_from_db()
        assert link.revoked_at is None

    def test_nobody_gives_a_leading_role_by_a_link(self, room, manager):
        for role in ("owner", "moderator"):
            with pytest.raises(PermissionDenied):
                actions.make_link(room, by=manager, role=role)

    def test_the_list_says_role_uses_left_expiry_and_who_made_it(self, room, manager, nele):
        link, path = copied(room, by=manager, role="guest", use_limit=4)
        signed_in(nele).post(path)
        shown = text(signed_in(manager).get(page(room, "links")))
        assert "3 of 4 uses left" in shown
        assert manager.get_full_name() in shown
        assert f"Number {link.pk}" in shown
        assert "1 link can still be used" in text(signed_in(manager).get(page(room, "people")))

    def test_one_who_is_invited_again_gets_a_new_link_and_the_old_one_dies(self, room, manager, nele):
        _link, before = mailed(room, ADDRESS, by=manager, role="guest")
        with pytest.raises(actions.NotPossible):
            mailed(room, ADDRESS, by=manager)
        RoomLink.objects.update(made_at=timezone.now() - PAUSE - timedelta(seconds=1))
        _link, after = mailed(room, ADDRESS, by=manager, role="guest")
        assert signed_in(nele).get(before).status_code == 404
        assert signed_in(nele).get(after).status_code == 200

    def test_the_form_tells_nothing_of_accounts(self, room, manager, nele):
        data = {**self.MAIL, "mail-addresses": ADDRESS}
        known = signed_in(manager).post(page(room, "links"), data, follow=True)
        unknown = signed_in(manager).post(
            page(room, "links"), {**data, "mail-addresses": "nina@example.org"}, follow=True
        )
        assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)

    def test_the_number_of_queries_does_not_grow_with_links(self, room, manager):
        client = signed_in(manager)

        def asked() -> int:
            client.get(page(room, "links"))
            with CaptureQueriesContext(connection) as captured:
                client.get(page(room, "links"))
            return len(captured)

        copied(room, by=manager)
        few = asked()
        for _ in range(5):
            copied(room, by=manager)
        assert asked() == few


class TestTheMail:
    def test_says_who_what_for_until_when_and_has_the_link(self, room, manager):
        mailed(room, ADDRESS, by=manager, note="Because of your lenses", language="en")
        message = mail.outbox[-1]
        assert room.name in message.subject
        for word in (manager.get_full_name(), room.name, "Because of your lenses", "/rooms/invitation/"):
            assert word in message.body

    def test_names_a_hidden_room_only_where_the_sender_wants_it(self, hidden, manager, nele):
        _link, path = mailed(hidden, ADDRESS, by=manager, language="en")
        message = mail.outbox[-1]
        page_of_visitor = text(Client().get(path))
        for where in (message.subject, message.body, message.alternatives[0][0], page_of_visitor):
            assert "Zqnamezq" not in where
            assert "Zqpurposezq" not in where
        assert "Zqnamezq" in text(signed_in(nele).get(path))
        RoomLink.objects.update(made_at=timezone.now() - PAUSE - timedelta(seconds=1))
        _link, path = mailed(hidden, ADDRESS, by=manager, names_room=True, language="en")
        assert "Zqnamezq" in mail.outbox[-1].subject
        assert "Zqnamezq" in text(Client().get(path))

    def test_asks_only_for_a_hidden_room_whether_to_name_it(self, room, hidden, manager):
        assert "names_room" in signed_in(manager).get(page(hidden, "links")).context["mailed"].fields
        assert "names_room" not in signed_in(manager).get(page(room, "links")).context["mailed"].fields

    def test_one_taken_back_before_it_was_sent_is_not_sent(self, room, manager):
        (link,) = actions.mail_links(room, by=manager, addresses=[ADDRESS], role="guest")
        actions.revoke_room_link(link, by=manager)
        deliver.call([link.pk], "room-links")
        assert not mail.outbox


class TestLooking:
    def test_shows_room_purpose_inviter_and_numbers_and_changes_nothing(self, room, manager, member, nele):
        add(room, member)
        _link, path = copied(room, by=manager, role="guest", note="For the lenses")
        before = changed()
        for client in (Client(), signed_in(nele), signed_in(member)):
            for ask in (client.get, client.head):
                assert ask(path).status_code == 200
        shown = text(Client().get(path))
        for word in (room.name, room.purpose, manager.get_full_name(), "2 people are in it"):
            assert word in shown
        assert member.get_full_name() not in shown
        assert "Nele Nord" in text(signed_in(nele).get(path))
        assert changed() == before

    def test_the_answer_is_kept_by_nobody_and_tells_no_other_site(self, room, manager):
        answer = Client().get(copied(room, by=manager)[1])
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "noindex" in answer["X-Robots-Tag"]

    def test_leads_through_the_door_and_back(self, room, manager):
        _link, path = copied(room, by=manager)
        shown = text(Client().get(path))
        assert f"/accounts/login/?next={quote(path, safe='')}" in shown
        assert f"/accounts/signup/?next={quote(path, safe='')}" in shown
        assert Client().post(path).url == f"/accounts/login/?next={quote(path, safe='')}"

    def test_who_is_in_already_is_told_and_uses_nothing(self, room, manager, member):
        add(room, member)
        link, path = copied(room, by=manager, role="guest")
        assert "already" in text(signed_in(member).get(path))
        assert signed_in(member).post(path).url == page(room, "chat")
        link.refresh_from_db()
        assert (link.uses, place_of(room, member).role) == (0, Role.MEMBER)


class TestComingIn:
    def test_a_guest_from_outside(self, room, manager, nele):
        link, path = copied(room, by=manager, role="guest")
        assert signed_in(nele).post(path).url == page(room, "chat")
        place = place_of(room, nele)
        assert (place.state, place.role, place.invited_by) == (State.ACTIVE, Role.GUEST, manager)
        link.refresh_from_db()
        assert link.uses == 1

    def test_a_member_of_any_cluster_as_a_member(self, room, manager, stranger):
        signed_in(stranger).post(copied(room, by=manager)[1])
        assert place_of(room, stranger).role == Role.MEMBER

    def test_who_belongs_to_no_cluster_is_told_kindly_and_stays_outside(self, room, manager, nele):
        link, path = copied(room, by=manager)
        client = signed_in(nele)
        shown = client.get(path)
        assert "Members of this room belong to a cluster" in text(shown)
        assert "<button" not in text(shown).split('class="gate')[1].split("</main>")[0]
        assert client.post(path).status_code == 400
        assert client.post(path, {"as": "guest"}).status_code == 400
        link.refresh_from_db()
        assert (link.uses, is_in(nele, room)) == (0, False)

    def test_or_as_a_guest_where_the_link_allows_it(self, room, manager, nele):
        _link, path = copied(room, by=manager, or_guest=True)
        client = signed_in(nele)
        assert 'value="guest"' in text(client.get(path))
        assert client.post(path).status_code == 400
        client.post(path, {"as": "guest"})
        assert place_of(room, nele).role == Role.GUEST

    def test_a_guest_who_became_a_member_of_a_cluster_is_made_one_of_the_room_by_its_owner(self, room, manager, nele):
        signed_in(nele).post(copied(room, by=manager, role="guest")[1])
        MembershipFactory(cluster=room.cluster, person=nele)
        actions.set_role(place_of(room, nele), Role.MEMBER, by=manager)
        assert place_of(room, nele).role == Role.MEMBER

    def test_a_mailed_link_is_for_its_address_alone(self, room, manager, stranger, nele):
        _link, path = mailed(room, ADDRESS, by=manager, role="guest")
        client = signed_in(stranger)
        assert "another address" in text(client.get(path))
        assert client.post(path).status_code == 403
        assert not is_in(stranger, room)
        signed_in(nele).post(path)
        assert is_in(nele, room)

    def test_an_address_that_is_not_confirmed_does_not_count(self, room, manager):
        claiming = UserFactory(email=ADDRESS)
        _link, path = mailed(room, ADDRESS, by=manager, role="guest")
        assert signed_in(claiming).post(path).status_code == 403
        assert not is_in(claiming, room)

    def test_newcomers_by_link_see_what_newcomers_see(self, newcomer, manager, nele):
        room, before, _person = newcomer
        signed_in(nele).post(copied(room, by=manager, role="guest")[1])
        assert not Message.objects.readable_by(place_of(room, nele)).filter(pk=before.pk).exists()

    def test_the_room_and_its_trail_tell_by_whose_link(self, room, manager, nele):
        link, path = copied(room, by=manager, role="guest")
        signed_in(nele).post(path)
        line = Message.objects.filter(kind="system").latest("seq")
        assert line.data == {"verb": "came_by_link", "by": manager.pk, "person": nele.pk}
        event = AuditEvent.objects.get(verb="rooms.joined", scope_kind="group", scope_id=room.pk)
        assert event.data["room_link"] == link.pk
        shown = text(signed_in(manager).get(page(room, "trail")))
        assert f"Number of the link: {link.pk}" in shown

    def test_an_objection_and_a_request_are_done_with(self, room, manager, member, other):
        add(room, other)
        asking = actions.ask_to_join(room, by=member)
        actions.object_to(asking, by=other, text="No")
        signed_in(member).post(copied(room, by=manager)[1])
        place = place_of(room, member)
        assert (place.state, place.objections.count()) == (State.ACTIVE, 0)
