"""The pages of direct messages: what is typed, pressed and shown, without JavaScript too."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_access.scopes import Scope
from hanse_activity.blocks import block
from hanse_base.navigation import links
from hanse_groups.direct_lists import DirectList
from hanse_groups.models import Direct, Message
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import accepts, make_group, talk, write
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory
from tests.factories.rooms import add, make_room, place_of

from .talk import address, browser, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profiles"), pytest.mark.embedded]


def page(direct, name: str = "direct", *args) -> str:
    return reverse(f"hanse_groups:{name}", args=[direct.conversation.uid, *args])


def to(person) -> str:
    return f"/messages/to/{person.profile.uid}/"


FIRST = {"body": "May I ask you something?", "client_key": "5f0c9a50-8d7e-4f0c-9a2e-6f1f0a7f4a99"}


class TestWritingToSomebody:
    def test_a_profile_leads_to_the_form_and_the_form_to_the_conversation(self, member, other):
        client = browser(member)
        assert to(other) in client.get(other.profile.get_absolute_url()).content.decode()
        assert client.get(to(other)).status_code == 200
        answer = client.post(to(other), FIRST)
        direct = Direct.objects.get()
        assert answer.url == page(direct)
        assert FIRST["body"] in client.get(answer.url).content.decode()
        assert client.post(to(other), FIRST).url == page(direct)
        assert Message.objects.count() == 1

    def test_from_then_on_the_profile_leads_to_the_conversation(self, member, other):
        direct = talk(member, other)
        client = browser(other)
        assert page(direct) in client.get(member.profile.get_absolute_url()).content.decode()
        assert client.get(to(member)).url == page(direct)

    def test_the_profile_says_why_nobody_can_be_written_to(self, member, other):
        accepts(other, "rooms")
        shown = browser(member).get(other.profile.get_absolute_url()).content.decode()
        assert to(other) not in shown
        assert "only from people who are in a room with them" in shown

    def test_the_own_profile_and_visitors_get_no_button(self, client, member, other):
        assert "/messages/to/" not in browser(member).get(member.profile.get_absolute_url()).content.decode()
        assert "/messages/to/" not in client.get(other.profile.get_absolute_url()).content.decode()

    def test_what_was_typed_is_kept_when_it_is_refused(self, member, other):
        accepts(other, "nobody")
        answer = browser(member).post(to(other), FIRST)
        assert answer.status_code == 400
        assert FIRST["body"] in answer.content.decode()
        assert not Direct.objects.exists()

    @pytest.mark.parametrize("wrong", [{"body": ""}, {"body": "x" * 10_001}, {"client_key": "x"}])
    def test_bad_input_is_said(self, member, other, wrong):
        answer = browser(member).post(to(other), {**FIRST, **wrong})
        assert answer.status_code == 400
        assert answer.context["form"].errors

    def test_among_the_people_of_a_room(self, room, ada, ben, manager):
        client = browser(ada)
        where = f"/messages/to/{room.uid}/{place_of(room, ben).pk}/"
        assert where in client.get(reverse("hanse_groups:people", args=[room.uid])).content.decode()
        assert client.post(where, FIRST).status_code == 302
        accepts(manager, "nobody")
        where = f"/messages/to/{room.uid}/{place_of(room, manager).pk}/"
        assert where not in client.get(reverse("hanse_groups:people", args=[room.uid])).content.decode()
        assert client.post(where, FIRST).status_code == 400

    def test_in_a_room_of_others_nobody_is_found(self, room, ada, ben, member, stranger):
        elsewhere = make_room(stranger.memberships.get().cluster)
        add(elsewhere, stranger)
        for person, where, pk in (
            (member, room, place_of(room, ben).pk),
            (ada, elsewhere, place_of(room, ben).pk),
            (ada, room, place_of(elsewhere, stranger).pk),
        ):
            if where is elsewhere and person is ada:
                add(elsewhere, ada)
            assert browser(person).post(f"/messages/to/{where.uid}/{pk}/", FIRST).status_code == 404
        assert not Direct.objects.exists()

    def test_a_stranger_is_told_that_it_is_a_request(self, member, stranger):
        assert "as a request" in browser(stranger).get(to(member)).content.decode()


class TestNewConversation:
    URL = "/messages/new/"

    def test_people_are_found_added_and_written_to_and_nothing_typed_is_lost(self, member, other, third):
        client = browser(member)
        typed = {"body": "Shall we?", "title": "The fair", "client_key": str(uuid.uuid4())}
        found = client.post(self.URL, {**typed, "q": third.first_name, "find": "yes"}).context["found"]
        assert [each.person for each in found] == [third]
        answer = client.post(self.URL, {**typed, "add": found[0].key, "with": f"p{other.profile.uid}"})
        assert answer.status_code == 200
        assert {each.person for each in answer.context["chosen"]} == {other, third}
        assert answer.context["form"]["body"].value() == "Shall we?"
        keys = [each.key for each in answer.context["chosen"]]
        dropped = client.post(self.URL, {**typed, "with": keys, "drop": keys[0]})
        assert len(dropped.context["chosen"]) == 1
        sent = client.post(self.URL, {**typed, "with": keys, "send": "yes"})
        direct = Direct.objects.get()
        assert sent.url == page(direct)
        assert (direct.is_group, direct.title) == (True, "The fair")
        assert {row.person for row in direct.conversation.participants.all()} == {member, other, third}

    def test_one_person_is_a_conversation_of_two(self, member, other):
        data = {**FIRST, "with": f"p{other.profile.uid}", "send": "yes"}
        browser(member).post(self.URL, data)
        assert not Direct.objects.get().is_group

    def test_without_anybody_or_words_it_is_said(self, member, other):
        for data in ({**FIRST}, {"with": f"p{other.profile.uid}", "client_key": str(uuid.uuid4())}):
            answer = browser(member).post(self.URL, {**data, "send": "yes"})
            assert answer.status_code == 400
            assert answer.context["form"].errors
        assert not Direct.objects.exists()

    def test_keys_of_people_whom_one_does_not_know_name_nobody(self, room, ada, member, stranger):
        hidden = ProfileFactory(
            person=MembershipFactory(cluster=stranger.memberships.get().cluster).person,
            scopes=[Scope("cluster", stranger.memberships.get().cluster_id)],
        )
        keys = [f"p{hidden.uid}", f"r{place_of(room, ada).pk}", "p", "r", "x", "r99999999999999999999", "p\x00", "r²"]
        answer = browser(member).get(self.URL, {"with": keys})
        assert answer.context["chosen"] == []

    def test_people_of_own_rooms_are_found_too(self, room, ada, ben):
        found = browser(ada).get(self.URL, {"q": "Ben Cord"}).context["found"]
        assert [each.person for each in found] == [ben]


class TestTheConversation:
    def test_works_without_javascript(self, member, other):
        direct = talk(member, other, "Hello")
        client = browser(other)
        sent = client.post(address(direct), {"body": "And hello to you", "client_key": str(uuid.uuid4())})
        assert sent.url.startswith(page(direct))
        shown = client.get(page(direct)).content.decode()
        assert "Hello" in shown
        assert "And hello to you" in shown
        assert member.get_full_name() in shown

    def test_a_refusal_keeps_what_was_typed_and_says_why(self, member, other):
        direct = talk(member, other)
        accepts(other, "nobody")
        answer = browser(member).post(address(direct), {"body": "Lost words?", "client_key": str(uuid.uuid4())})
        assert answer.status_code == 400
        assert "Lost words?" in answer.content.decode()
        assert "accepts no messages at present" in answer.content.decode()
        refused = send(member, address(direct), body="x", client_key=str(uuid.uuid4()))
        assert "accepts no messages at present" in refused.json()["error"]

    def test_who_set_the_obstacle_is_led_to_where_it_ends(self, member, other):
        direct = talk(member, other)
        accepts(member, "nobody")
        assert "/messages/settings/" in browser(member).get(page(direct)).content.decode()
        accepts(member, "everybody")
        block(member, other)
        assert "/reports/" in browser(member).get(page(direct)).content.decode()

    def test_what_people_say_whom_one_blocks_is_neither_shown_nor_found(self, member, other, third):
        direct = make_group(member, other, third, body="Rude words")
        block(other, member)
        client = browser(other)
        assert "Rude words" not in client.get("/messages/").content.decode()
        assert "Rude words" not in client.get("/messages/search/?q=rude").content.decode()
        found = client.get(page(direct, "direct_search"), {"q": "rude"})
        assert found.context["found"] == []
        [shown] = [m for m in client.get(page(direct)).context["log"] if m["kind"] == "text"]
        assert shown["is_blocked"]

    def test_search_finds_own_messages_only(self, member, other, third):
        talk(member, other, "The *lens* is polished")
        talk(other, third, "Another lens")
        found = browser(member).get("/messages/search/?q=LENS polished")
        assert [message.body for message in found.context["found"]] == ["The *lens* is polished"]
        assert browser(member).get("/messages/search/?q=another lens").context["found"] == []
        assert len(browser(other).get("/messages/search/?q=lens").context["found"]) == 2

    def test_the_lasting_address_of_a_message_leads_to_it(self, member, other):
        direct = talk(member, other)
        said = Message.objects.get()
        answer = browser(other).get(page(direct, "direct_message", said.uid))
        assert (
            answer.url
            == f"{page(direct)}?around={said.seq}#m-{said.uid}"
            == browser(other).get(said.get_absolute_url()).url
        )

    def test_no_room_page_leads_to_it(self, member, other):
        direct = talk(member, other)
        for path in ("", "chat/", "people/", "settings/", "trail/"):
            assert browser(member).get(f"/rooms/{direct.conversation.uid}/{path}").status_code == 404


class TestTheList:
    def test_shows_the_newest_first_with_what_is_unread(self, member, other, third):
        early, late = talk(other, member, "First"), talk(third, member, "Second", "Third")
        client = browser(member)
        rows = client.get("/messages/").context["item_list"].rows
        assert [(row.pk, row.unread, row.text) for row in rows] == [(late.pk, 2, "Third"), (early.pk, 1, "First")]
        client.post(reverse("hanse_groups:read", args=[late.conversation.uid]), {"seq": 9})
        assert [row.unread for row in client.get("/messages/").context["item_list"].rows] == [0, 1]

    def test_the_side_bar_and_the_navigation_count_conversations_with_something_new(self, member, other, third):
        talk(other, member, "One", "Two")
        talk(third, member)
        answer = browser(member).get("/dashboard/")
        assert all(person.get_full_name() in answer.content.decode() for person in (other, third))
        [link] = [link for link in links(answer.wsgi_request, "workspace") if link.name == "messages"]
        assert link.count == 2

    def test_is_paged_by_keys(self, member, cluster, monkeypatch):
        monkeypatch.setattr(DirectList, "page_size", 2)
        for _ in range(5):
            person = MembershipFactory(cluster=cluster).person
            ProfileFactory(person=person, scopes=[PLATFORM])
            talk(member, person)
        seen, where = [], "/messages/"
        while where:
            item_list = browser(member).get(where).context["item_list"]
            seen += [row.pk for row in item_list.rows]
            where = item_list.more_url
        assert seen == list(Direct.objects.values_list("pk", flat=True))
        assert len(seen) == 5

    @pytest.mark.parametrize("where", ["/messages/", "/messages/search/?q=hello", "/messages/new/?q=anna", "/waiting/"])
    def test_asks_no_more_often_for_more_conversations(self, member, cluster, where):
        client = browser(member)

        def add_some(number: int) -> int:
            for _ in range(number):
                person = MembershipFactory(cluster=cluster, person=UserFactory(first_name="Anna")).person
                ProfileFactory(person=person, scopes=[PLATFORM])
                write(person, member)
                asking = MembershipFactory().person
                ProfileFactory(person=asking, scopes=[PLATFORM])
                write(asking, member)
            client.get(where)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(where)
            return len(queries)

        assert add_some(2) == add_some(4)

    def test_a_conversation_asks_no_more_often_for_more_people_and_messages(self, member, cluster):
        people = [MembershipFactory(cluster=cluster).person for _ in range(7)]
        for person in people:
            ProfileFactory(person=person, scopes=[PLATFORM])
        counts = []
        for number in (2, 7):
            direct = make_group(member, *people[:number])
            for name in ("direct", "direct_people"):
                browser(member).get(page(direct, name))
                client = browser(member)
                with CaptureQueriesContext(connection) as queries:
                    client.get(page(direct, name))
                counts.append(len(queries))
        assert counts[:2] == counts[2:]
