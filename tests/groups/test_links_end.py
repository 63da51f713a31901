"""What ends an invitation to a room by link, and that its end tells nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hanse_base.link_pages import MISSES
from hanse_base.link_tokens import NoSuchLink
from hanse_groups import actions
from hanse_groups.models import Participant, Room, RoomLink
from hanse_groups.personal_data import export
from hanse_groups.room_links import forget_room_links
from hanse_members.models import Cluster
from hanse_members.roles import Role as ClusterRole
from hanse_site.account.actions import delete_account
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.room_links import copied, mailed
from tests.factories.rooms import add, make_room, owner_of, place_of, say
from tests.matrix.probes import normalised

from .visits import ADDRESS, is_in, page, secret_of, signed_in, text

pytestmark = pytest.mark.django_db
State, Role = Participant.State, Participant.Role


def suspend(room):
    Cluster.objects.filter(pk=room.cluster_id).update(state="suspended")


def archive(room):
    actions.archive_room(room, by=owner_of(room))


def delete(room):
    actions.delete_room(room, by=owner_of(room))


def demote(room):
    heir = MembershipFactory(cluster=room.cluster).person
    owner = owner_of(room)
    actions.hand_over(room, by=owner, to=add(room, heir))
    actions.set_role(place_of(room, owner), Role.MEMBER, by=heir)


def leave(room):
    actions.leave(room, by=owner_of(room))


def deactivate(room):
    owner = owner_of(room)
    owner.is_active = False
    owner.save()


def expire(room):
    RoomLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke(room):
    actions.revoke_room_link(RoomLink.objects.get(), by=owner_of(room))


def use_up(room):
    link = RoomLink.objects.get()
    RoomLink.objects.update(uses=link.use_limit)


class TestTheEnd:
    @pytest.mark.parametrize(
        "end",
        [suspend, archive, delete, demote, leave, deactivate, expire, revoke, use_up],
        ids=lambda end: end.__name__,
    )
    @pytest.mark.parametrize("who", ["visitor", "nele"])
    def test_is_one_same_page_whatever_the_reason(self, room, manager, nele, end, who):
        client = signed_in(nele) if who == "nele" else Client()
        link, path = copied(room, by=manager, role="guest")
        end(room)
        unknown = "/rooms/invitation/unknown/"
        answer = client.get(path)
        assert answer.status_code == 404
        assert normalised(answer, secret_of(path)) == normalised(client.get(unknown), "unknown")
        if who == "nele":
            assert client.post(path).status_code == 404
        assert not is_in(nele, room)

    def test_who_is_barred_gets_the_same_page(self, room, manager, member):
        actions.ban(add(room, member), by=manager)
        link, path = copied(room, by=manager)
        client = signed_in(member)
        unknown = "/rooms/invitation/unknown/"
        assert normalised(client.get(path), secret_of(path)) == normalised(client.get(unknown), "unknown")
        assert client.post(path).status_code == 404
        assert place_of(room, member).state == State.BANNED
        with pytest.raises(NoSuchLink):
            actions.come_in(link, by=member, secret=secret_of(path))

    def test_a_used_link_opens_nothing_for_the_next(self, room, manager, nele, stranger):
        _link, path = copied(room, by=manager, role="guest")
        signed_in(nele).post(path)
        assert signed_in(stranger).post(path).status_code == 404
        assert not is_in(stranger, room)

    def test_a_secret_of_an_invitation_to_a_cluster_opens_no_room(self, room, manager):
        from tests.factories.invitations import invited

        _invitation, path = invited(room.cluster, ADDRESS, by=manager)
        secret = secret_of(path)
        assert Client().get(reverse("hanse_groups:link", args=[secret])).status_code == 404

    def test_who_guesses_often_has_to_wait(self):
        client = Client()
        for number in range(MISSES.most):
            assert client.get(f"/rooms/invitation/guess{number}/").status_code == 404
        assert client.get("/rooms/invitation/guess/").status_code == 429

    def test_one_without_effect_is_marked_and_can_be_taken_back_by_others(self, room, manager, member):
        add(room, member, role="moderator")
        link, path = copied(room, by=member)
        actions.set_role(place_of(room, member), Role.MEMBER, by=manager)
        client = signed_in(manager)
        assert "without effect" in text(client.get(page(room, "links")))
        client.post(page(room, "revoke_link", link.pk))
        assert "without effect" not in text(client.get(page(room, "links")))

    def test_what_is_over_is_forgotten_with_its_address(self, room, manager):
        mailed(room, ADDRESS, by=manager)
        assert forget_room_links() == 0
        RoomLink.objects.update(expires_at=timezone.now() - timedelta(days=91))
        assert forget_room_links() == 1
        assert not RoomLink.objects.exists()

    def test_a_room_that_is_emptied_keeps_none(self, room, manager):
        copied(room, by=manager)
        actions.delete_room(room, by=manager)
        Room.objects.filter(pk=room.pk).update(state_changed_at=timezone.now() - timedelta(days=31))
        actions.empty_deleted_rooms()
        assert not RoomLink.objects.exists()

    def test_an_account_that_ends_takes_the_links_that_it_made(self, room, manager, member):
        add(room, member, role="moderator")
        copied(room, by=member)
        delete_account(user=member)
        assert not RoomLink.objects.exists()

    def test_the_copy_of_ones_data_has_what_one_made_and_got(self, room, manager, nele):
        mailed(room, ADDRESS, by=manager, note="Hello")
        files = {file.path: file.content for file in export(nele)}
        assert [row["note"] for row in files["links_received.json"]] == ["Hello"]
        assert files["links_made.json"] == []
        files = {file.path: file.content for file in export(manager)}
        assert len(files["links_made.json"]) == 1
        assert "email" not in files["links_made.json"][0]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_use_the_last_one_at_the_same_moment_one_comes_in():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    manager = MembershipFactory(cluster=ClusterFactory(), role=ClusterRole.MANAGER)
    room = make_room(manager.cluster, owner=manager.person)
    link, path = copied(room, by=manager.person, role="guest", use_limit=2)
    clients = [signed_in(confirmed_person()) for _ in range(5)]
    ready, answers = threading.Barrier(5, timeout=20), []

    def press(client):
        try:
            ready.wait()
            answers.append(client.post(path).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 302, 404, 404, 404]
    assert Participant.objects.filter(conversation=room.conversation_id, role="guest", state="active").count() == 2
    link.refresh_from_db()
    assert (link.uses, link.token.uses) == (2, 2)
    assert say(room, manager.person).seq == room.conversation.messages.count()
