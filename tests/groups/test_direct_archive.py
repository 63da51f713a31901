"""Direct conversations that are put out of the list, and the card with those that have something new."""

import pytest
from django.urls import reverse

from hanse_activity.blocks import block
from hanse_base.navigation import links
from hanse_groups.actions import direct as acts
from hanse_groups.models import Participant
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import make_group, talk, write
from tests.factories.profiles import PLATFORM, ProfileFactory
from tests.factories.rooms import add

from .talk import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seen(member, other, manager):
    for person in (member, other, manager):
        ProfileFactory(person=person, scopes=[PLATFORM])


def listed(person, where: str = "/messages/") -> list[int]:
    return [row.pk for row in browser(person).get(where).context["item_list"].rows]


def archive(person, direct, **data):
    where = reverse("hanse_groups:direct_archive", args=[direct.conversation.uid])
    return browser(person).post(where, data, follow=True)


def card_of(person):
    """The directs of the card, or None where there is none."""
    cards = browser(person).get("/dashboard/").context["cards"]
    return next((filled.context["directs"] for filled in cards if filled.card.name == "messages"), None)


class TestArchiving:
    def test_hides_the_conversation_from_one_s_own_list_and_side_bar_alone(self, member, other):
        direct = talk(member, other, "Come to the fair")
        answer = archive(member, direct)
        assert answer.redirect_chain[-1][0] == "/messages/"
        assert listed(member) == []
        assert listed(member, "/messages/archived/") == [direct.pk]
        assert direct.get_absolute_url() not in browser(member).get("/dashboard/").content.decode()
        assert listed(other) == [direct.pk]
        assert listed(other, "/messages/archived/") == []

    def test_the_list_leads_to_what_is_archived_where_there_is_any(self, member, other):
        direct = talk(member, other)
        assert "/messages/archived/" not in browser(member).get("/messages/").content.decode()
        archive(member, direct)
        assert "/messages/archived/" in browser(member).get("/messages/").content.decode()
        assert "/messages/archived/" not in browser(other).get("/messages/").content.decode()

    @pytest.mark.parametrize("writes", ["member", "other"])
    def test_ends_when_either_of_the_two_writes(self, member, other, writes):
        direct = talk(member, other)
        archive(member, direct)
        by, to = (member, other) if writes == "member" else (other, member)
        write(by, to, "And?")
        assert listed(member) == [direct.pk]
        assert listed(member, "/messages/archived/") == []

    def test_does_not_end_with_a_reaction_or_a_change(self, member, other):
        direct = talk(member, other)
        archive(member, direct)
        message = direct.conversation.messages.get(kind="text")
        uid = direct.conversation.uid
        browser(other).post(reverse("hanse_groups:act_on_message", args=[uid, message.uid, "react"]), {"kind": "agree"})
        assert message.reactions.exists()
        assert listed(member) == []

    def test_counts_what_is_in_it_as_read(self, member, other):
        direct = talk(other, member, "One", "Two")
        archive(member, direct)
        answer = browser(member).get("/rooms/")
        [link] = [link for link in links(answer.wsgi_request, "workspace") if link.name == "messages"]
        assert link.count == 0
        assert card_of(member) is None

    def test_is_taken_back_by_hand(self, member, other):
        direct = talk(member, other)
        archive(member, direct)
        page = browser(member).get(reverse("hanse_groups:direct_people", args=[direct.conversation.uid]))
        assert 'name="back"' in page.content.decode()
        archive(member, direct, back="yes")
        assert listed(member) == [direct.pk]

    def test_groups_can_be_archived_too(self, member, other, manager):
        group = make_group(member, other, manager)
        archive(member, group)
        assert (listed(member), listed(other)) == ([], [group.pk])

    def test_the_conversation_is_still_read_searched_and_written_in(self, member, other):
        direct = talk(member, other, "Come to the fair")
        archive(member, direct)
        assert browser(member).get(direct.get_absolute_url()).status_code == 200
        assert browser(member).get("/messages/search/?q=fair").context["found"]

    def test_who_takes_no_part_archives_nothing(self, member, other, manager):
        direct = talk(member, other)
        where = reverse("hanse_groups:direct_archive", args=[direct.conversation.uid])
        assert browser(manager).post(where).status_code == 404
        assert browser(member).get(where).status_code == 405
        assert not Participant.objects.filter(archived=True).exists()

    def test_a_guest_without_rooms_still_finds_what_is_archived(self, room, manager, nele):
        place = add(room, nele, "guest")
        direct = talk(nele, manager)
        acts.archive_direct(direct, by=nele)
        Participant.objects.filter(pk=place.pk).delete()
        answer = browser(nele).get("/messages/archived/")
        assert [row.pk for row in answer.context["item_list"].rows] == [direct.pk]
        assert "messages" in [link.name for link in links(answer.wsgi_request, "workspace")]


class TestTheCard:
    def test_names_conversations_with_something_new_and_how_much(self, member, other, manager):
        assert card_of(member) is None
        talk(member, manager, "Mine")
        talk(other, member, "One", "Two")
        assert [(direct.label, direct.unread) for direct in card_of(member)] == [(other.get_full_name(), 2)]
        assert card_of(other) is None

    def test_tells_nothing_of_what_people_write_whom_one_blocks(self, member, other):
        talk(other, member)
        block(member, other)
        assert card_of(member) is None

    def test_is_found_for_conversations_that_are_not_among_the_newest(self, member, other, cluster):
        old = talk(other, member, "Unread")
        for _ in range(8):
            person = MembershipFactory(cluster=cluster).person
            ProfileFactory(person=person, scopes=[PLATFORM])
            talk(member, person)
        assert [direct.pk for direct in card_of(member)] == [old.pk]


def test_open_pages_get_the_number_beside_messages(member, other):
    where = reverse("hanse_base:frame_parts")
    assert "1" not in browser(member).get(where).json()["count-messages"]
    talk(other, member, "One", "Two")
    assert ">1<" in browser(member).get(where).json()["count-messages"]
    assert 'data-frame-part="count-messages"' in browser(member).get("/dashboard/").content.decode()
