"""The socket of an open page ends with the right to read, whatever ends that, and nothing more reaches it."""

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from hanse_groups import actions, consumers, hints
from hanse_members.actions import end_membership, suspend_membership
from hanse_members.models import Cluster, Membership
from hanse_site.account.actions import delete_account
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import PLATFORM, add, make_room, place_of, say

from .live import do, session_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

SIGNED_OUT, NO_PLACE = 4401, 4403


# Losing the right to read: what ends, and the code that the page is closed with


def is_removed(room, person, manager, session):
    actions.remove(place_of(room, person), by=manager)


def is_barred(room, person, manager, session):
    actions.ban(place_of(room, person), by=manager)


def leaves(room, person, manager, session):
    actions.leave(room, by=person)


def leaves_the_cluster(room, person, manager, session):
    end_membership(Membership.objects.get(person=person, cluster=room.cluster), by=person)


def is_suspended_in_the_cluster(room, person, manager, session):
    suspend_membership(Membership.objects.get(person=person, cluster=room.cluster), by=manager)


def is_removed_as_a_row(room, person, manager, session):
    Membership.objects.get(person=person, cluster=room.cluster).delete()


def is_deactivated(room, person, manager, session):
    person.is_active = False
    person.save()


def deletes_the_account(room, person, manager, session):
    delete_account(user=person)


def signs_out(room, person, manager, session):
    client = Client()
    client.cookies[site_settings.SESSION_COOKIE_NAME] = session
    assert client.post(reverse("account_logout")).status_code == 302


def ends_other_sessions(room, person, manager, session, where="usersessions_list"):
    """From another browser, on a page of the account."""
    here, elsewhere = Client(), Client()
    here.cookies[site_settings.SESSION_COOKIE_NAME] = session
    here.get(reverse("hanse_base:dashboard"))
    elsewhere.force_login(person, backend=site_settings.AUTHENTICATION_BACKENDS[0])
    elsewhere.get(reverse("hanse_base:dashboard"))
    assert elsewhere.post(reverse(where)).status_code == 302


def signs_out_everywhere(room, person, manager, session):
    ends_other_sessions(room, person, manager, session, "hanse_account:sign_out_everywhere")


def has_a_new_password(room, person, manager, session):
    person.set_password("another-good-password")
    person.save()


LOSSES = [
    (is_removed, NO_PLACE),
    (is_barred, NO_PLACE),
    (leaves, NO_PLACE),
    (leaves_the_cluster, NO_PLACE),
    (is_suspended_in_the_cluster, NO_PLACE),
    (is_removed_as_a_row, NO_PLACE),
    (is_deactivated, SIGNED_OUT),
    (deletes_the_account, SIGNED_OUT),
    (signs_out, SIGNED_OUT),
    (ends_other_sessions, SIGNED_OUT),
    (signs_out_everywhere, SIGNED_OUT),
    (has_a_new_password, SIGNED_OUT),
]


class TestLosing:
    async def open_both(self, pages, room, person, witness):
        """A page of each, and the session of the first one."""
        session = await do(session_of)(person)
        loser, seeing = await pages.open(person, room, session=session), await pages.open(witness, room)
        await do(say)(room, witness, "Before")
        await loser.until_said("Before")
        await seeing.until_said("Before")
        return loser, seeing, session

    async def talk_on(self, pages, room, witness, person):
        """Something is said and typed; the page of ``person`` hears both."""
        writer = await pages.open(person, room)
        await do(say)(room, person, "Afterwards")
        await writer.send(type="typing")
        await witness.until_said("Afterwards")
        await witness.until("typing")

    async def check(self, loser):
        """Nothing of what was said and typed since has reached it, and nothing more is answered."""
        assert not loser.heard("Afterwards")
        assert not any(frame["type"] == "typing" for frame in loser.frames)
        for kind in ("open", "ping", "typing"):
            await loser.send(type=kind, conversation="x", after=0)
        assert await loser.is_quiet()

    async def newcomer(self, cluster, room):
        def come():
            person = MembershipFactory(cluster=cluster).person
            add(room, person)
            return person

        return await do(come)()

    async def test_the_page_is_closed_at_once_and_nothing_more_reaches_it(self, pages, cluster, talk, manager, other):
        for loses, code in LOSSES:
            person = await self.newcomer(cluster, talk)
            loser, witness, session = await self.open_both(pages, talk, person, other)
            await do(loses)(talk, person, manager, session)
            assert await loser.until_closed() == code, loses
            await self.talk_on(pages, talk, witness, other)
            await self.check(loser)

    async def test_so_it_is_with_the_next_word_when_the_hint_of_the_loss_was_lost(
        self, pages, cluster, talk, manager, other, monkeypatch
    ):
        send = hints.send_to
        for loses, code in LOSSES:
            person = await self.newcomer(cluster, talk)
            loser, witness, session = await self.open_both(pages, talk, person, other)
            monkeypatch.setattr(hints, "send_to", lambda group, event: None)
            await do(loses)(talk, person, manager, session)
            monkeypatch.setattr(hints, "send_to", send)
            await self.talk_on(pages, talk, witness, other)
            assert await loser.until_closed() == code, loses
            await self.check(loser)

    async def test_typing_alone_is_enough_to_end_it(self, pages, cluster, talk, manager, member, other, monkeypatch):
        loser, writer = await pages.open(member, talk), await pages.open(other, talk)
        monkeypatch.setattr(hints, "send_to", lambda group, event: None)
        await do(is_removed)(talk, member, manager, None)
        await writer.send(type="typing")
        assert await loser.until_closed() == NO_PLACE
        assert not any(frame["type"] == "typing" for frame in loser.frames)

    async def test_who_loses_the_last_cluster_is_out_of_a_room_for_all(self, pages, cluster, manager, member, stranger):
        room = await do(make_room)(cluster, owner=manager, scopes=[PLATFORM], members=[member, stranger])
        loser, witness, _session = await self.open_both(pages, room, stranger, member)
        await do(lambda: end_membership(Membership.objects.get(person=stranger), by=stranger))()
        assert await loser.until_closed() == NO_PLACE
        await self.talk_on(pages, room, witness, member)
        await self.check(loser)

    async def test_so_is_whose_only_cluster_is_suspended(self, pages, cluster, manager, member, stranger):
        room = await do(make_room)(cluster, owner=manager, scopes=[PLATFORM], members=[member, stranger])
        loser, witness, _session = await self.open_both(pages, room, stranger, member)

        def suspend():
            foreign = Membership.objects.get(person=stranger).cluster
            foreign.state = Cluster.State.SUSPENDED
            foreign.save()

        await do(suspend)()
        assert await loser.until_closed() == NO_PLACE
        await self.talk_on(pages, room, witness, member)
        await self.check(loser)

    async def test_who_belongs_to_another_cluster_of_the_room_stays(self, pages, cluster, manager, member):
        second = await do(ClusterFactory)()
        for person in (manager, member):
            await do(MembershipFactory)(person=person, cluster=second)
        scopes = [("cluster", cluster.pk), ("cluster", second.pk)]
        room = await do(make_room)(cluster, owner=manager, scopes=scopes, members=[member])
        page = await pages.open(member, room)
        await do(lambda: end_membership(Membership.objects.get(person=member, cluster=cluster), by=member))()
        await do(say)(room, manager, "Still here")
        await page.until_said("Still here")

    async def test_a_guest_is_out_when_removed(self, pages, talk, manager, member):
        guest = await do(UserFactory)()
        await do(add)(talk, guest, role="guest")
        loser, witness, _session = await self.open_both(pages, talk, guest, member)
        await do(lambda: actions.remove(place_of(talk, guest), by=manager))()
        assert await loser.until_closed() == NO_PLACE
        await self.talk_on(pages, talk, witness, member)
        await self.check(loser)

    async def test_nobody_hears_anything_of_a_deleted_room(self, pages, talk, manager, member, other):
        everybody = [await pages.open(person, talk) for person in (manager, member, other)]
        await do(actions.delete_room)(talk, by=manager)
        for page in everybody:
            assert await page.until_closed() == NO_PLACE
            assert not page.heard("deleted")

    async def test_nor_of_rooms_at_home_in_a_suspended_cluster(self, pages, talk, manager, member, stranger):
        await do(add)(talk, stranger)
        everybody = [await pages.open(person, talk) for person in (manager, member, stranger)]

        def suspend():
            home = Cluster.objects.get(pk=talk.cluster_id)
            home.state = Cluster.State.SUSPENDED
            home.save()

        await do(suspend)()
        for page in everybody:
            assert await page.until_closed() == NO_PLACE

    async def test_another_session_of_the_same_person_goes_on(self, pages, talk, manager, member):
        session = await do(session_of)(member)
        ended, kept = await pages.open(member, talk, session=session), await pages.open(member, talk)
        await do(signs_out)(talk, member, manager, session)
        assert await ended.until_closed() == SIGNED_OUT
        await do(say)(talk, manager, "Hello")
        await kept.until_said("Hello")

    async def test_a_session_that_nobody_speaks_of_is_missed_within_a_minute(self, pages, talk, member, monkeypatch):
        monkeypatch.setattr(consumers, "SESSION_CHECK", 0.05)
        page = await pages.open(member, talk)
        await do(Session.objects.all()._raw_delete)("default")
        assert await page.until_closed() == SIGNED_OUT

    async def test_who_lost_the_place_types_to_nobody(self, pages, talk, manager, member, other, monkeypatch):
        loser, reader = await pages.open(member, talk), await pages.open(other, talk)
        monkeypatch.setattr(hints, "send_to", lambda group, event: None)
        await do(is_removed)(talk, member, manager, None)
        await loser.send(type="typing")
        assert await loser.until_closed() == NO_PLACE
        assert not any(frame["type"] == "typing" for frame in await reader.answered())

    async def test_who_comes_back_hears_again(self, pages, talk, manager, member):
        await do(is_removed)(talk, member, manager, None)
        await do(add)(talk, member)
        page = await pages.open(member, talk)
        await do(say)(talk, manager, "Welcome back")
        await page.until_said("Welcome back")
