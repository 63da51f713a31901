"""Reporting a message: a copy goes to the management of the room's cluster, and nobody looks into the room."""

import pytest
from django.test import Client
from django.urls import reverse

from hanse_access.viewer import Viewer
from hanse_activity import moderation
from hanse_activity.models import Notification, Report
from hanse_activity.reportables import reportables
from hanse_groups import actions
from hanse_groups.models import Message, Participant
from hanse_groups.reading import latest
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import add, make_room, place_of, say

from .talk import address, browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cluster):
    """Somebody of the management who is not in the room."""
    return MembershipFactory(cluster=cluster, role=Role.MANAGER, person=UserFactory(first_name="Olga")).person


@pytest.fixture
def message(room, ada, ben):
    return say(room, ada, "Zqinsultzq", quoted=say(room, ben, "Zqbeforezq"))


def url_of(message) -> str:
    return reverse("hanse_activity:make_report", args=["message", message.uid])


def payload_of(message, person) -> dict:
    place = Participant.objects.select_related("person", "conversation").get(
        conversation=message.conversation_id, person=person
    )
    return next(each for each in latest(place).messages if each["id"] == str(message.uid))


def report(message, by) -> Report:
    return moderation.report(reportables["message"], message, by=by, category="offensive", reason="An insult")


class TestReporting:
    def test_the_menu_of_a_message_leads_to_the_form_without_a_script(self, room, message, ada, ben):
        chat = reverse("hanse_groups:chat", args=[room.uid])
        assert url_of(message) in browser(ben).get(chat).content.decode()
        assert url_of(message) not in browser(ada).get(chat).content.decode()
        assert browser(ben).get(url_of(message)).status_code == 200

    def test_so_does_a_way_to_block_its_author_whom_one_then_reads_no_more(self, room, message, ada, ben):
        chat = reverse("hanse_groups:chat", args=[room.uid])
        block = reverse("hanse_activity:block_author", args=["message", message.uid])
        assert block in browser(ben).get(chat).content.decode()
        assert block not in browser(ada).get(chat).content.decode()
        browser(ben).post(block)
        assert "Zqinsultzq" not in browser(ben).get(chat).content.decode()

    def test_so_it_does_in_an_archived_room(self, room, manager, message, ben):
        actions.archive_room(room, by=manager)
        chat = reverse("hanse_groups:chat", args=[room.uid])
        assert url_of(message) in browser(ben).get(chat).content.decode()

    def test_a_copy_of_the_message_alone_goes_to_the_management_of_the_home_cluster(self, room, message, ben, office):
        browser(ben).post(url_of(message), {"category": "offensive", "reason": "An insult"})
        made = Report.objects.get()
        assert (made.scope_kind, made.scope_id, made.author) == ("cluster", room.cluster_id, message.author)
        assert "Zqinsultzq" in made.copy
        assert "Zqbeforezq" not in made.copy
        assert room.name not in made.copy
        assert office in moderation.deciders_of(made)
        waiting = browser(office).get("/waiting/").content.decode()
        assert "Zqinsultzq" in waiting
        assert "An insult" in waiting
        assert browser(office).get(reverse("hanse_groups:chat", args=[room.uid])).status_code == 404

    def test_who_is_not_in_the_room_finds_nothing_to_report(self, message, office, stranger):
        for person in (office, stranger):
            client = browser(person)
            missing = reverse("hanse_activity:make_report", args=["message", "00000000-0000-4000-8000-000000000000"])
            assert client.get(url_of(message)).status_code == client.get(missing).status_code == 404
            assert client.post(url_of(message), {"category": "offensive"}).status_code == 404
        assert Client().get(url_of(message)).status_code == 302
        assert not Report.objects.exists()

    def test_newcomers_report_nothing_from_before(self, newcomer):
        _room, before, person = newcomer
        assert reportables["message"].find(str(before.uid), Viewer.of(person)) is None

    def test_guests_report_too(self, room, message):
        guest = UserFactory()
        add(room, guest, role="guest")
        assert browser(guest).post(url_of(message), {"category": "untrue"}).status_code == 302
        assert Report.objects.get().reporter == guest

    def test_neither_ones_own_nor_what_is_deleted_nor_a_line(self, room, message, ada, ben):
        with pytest.raises(moderation.NotPossible):
            report(message, by=ada)
        actions.delete_message(message, by=ada)
        assert browser(ben).get(url_of(message)).status_code == 404
        line = Message.objects.filter(kind="system").first()
        assert browser(ben).get(url_of(line)).status_code == 404


class TestDeciding:
    def test_out_of_sight_it_is_read_by_its_author_alone(self, room, manager, message, ada, ben, office):
        answer = say(room, ben, "Look", quoted=message)
        actions.pin_message(message, by=ben)
        version = message.version_seq
        moderation.withhold(report(message, by=ben), by=office, statement="It insults")
        shown = payload_of(message, ben)
        assert shown["deleted"]
        assert shown["withheld"]
        assert shown["version"] > version
        assert "Zqinsultzq" not in str(shown)
        assert "Zqinsultzq" not in str(payload_of(answer, ben))
        chat = reverse("hanse_groups:chat", args=[room.uid])
        for person in (ben, manager):
            client = browser(person)
            for where in (
                chat,
                room.get_absolute_url(),
                reverse("hanse_groups:search", args=[room.uid]) + "?q=Zqinsult",
            ):
                assert "Zqinsultzq" not in client.get(where).content.decode(), where
        why = reverse("hanse_groups:withheld", args=[room.conversation.uid, message.uid])
        assert why in browser(ada).get(chat).content.decode()
        told = browser(ada).get(why).content.decode()
        for word in ("Zqinsultzq", "It insults", reverse("hanse_members:ask", args=["cluster", room.cluster.slug])):
            assert word in told
        assert browser(ben).get(why).status_code == 404

    def test_both_sides_are_told(self, message, ada, ben, office):
        moderation.withhold(report(message, by=ben), by=office, statement="It insults")
        assert Notification.objects.filter(recipient=ada, kind="reports.withheld").exists()
        assert Notification.objects.filter(recipient=ben, kind="reports.decided").exists()
        assert browser(ada).get("/notifications/").status_code == 200

    def test_it_is_neither_changed_nor_reacted_to_nor_quoted(self, room, message, ada, ben, office):
        moderation.withhold(report(message, by=ben), by=office, statement="It insults")
        message.refresh_from_db()
        for act in (
            lambda: actions.edit_message(message, by=ada, body="Other"),
            lambda: actions.react(message, "useful", by=ben),
            lambda: say(room, ben, quoted=message),
        ):
            with pytest.raises(actions.NotPossible):
                act()

    def test_shown_again_it_is_as_before(self, message, ada, ben, office):
        made = moderation.withhold(report(message, by=ben), by=office, statement="It insults")
        version = payload_of(message, ben)["version"]
        moderation.show_again(made, by=office)
        shown = payload_of(message, ben)
        assert "Zqinsultzq" in shown["html"]
        assert shown["version"] > version

    def test_its_author_can_delete_it_for_good(self, room, message, ada, ben, office):
        made = moderation.withhold(report(message, by=ben), by=office, statement="It insults")
        browser(ada).post(address(room, message, "delete"))
        message.refresh_from_db()
        assert (message.body, message.html, message.withheld) == ("", "", False)
        moderation.show_again(made, by=office)
        assert payload_of(message, ben)["deleted"]

    def test_whoever_leads_the_room_decides_nothing_by_that(self, cluster, office, message, ben):
        owner = MembershipFactory(cluster=cluster).person
        add(message.conversation.room, owner, role="moderator")
        assert owner not in moderation.deciders_of(report(message, by=ben))

    def test_where_the_only_manager_wrote_it_operators_decide(self, room, manager, ben):
        made = report(say(room, manager, "Mine"), by=ben)
        assert made.scope_kind == ""

    def test_of_several_reports_one_decision(self, room, message, ben, member, office):
        add(room, member)
        first, second = report(message, by=ben), report(message, by=member)
        moderation.withhold(first, by=office, statement="It insults")
        second.refresh_from_db()
        assert second.state == Report.State.WITHHELD

    def test_the_room_stays_closed_to_who_decides(self, room, message, ben, office, cluster):
        made = report(message, by=ben)
        moderation.withhold(made, by=office, statement="It insults")
        assert browser(office).get(message.get_absolute_url()).status_code == 404
        assert not place_exists(room, office)
        assert make_room(cluster)


def place_exists(room, person) -> bool:
    return Participant.objects.filter(conversation=room.conversation_id, person=person).exists()


def test_a_message_of_a_room_leads_to_its_place(room, ada):
    said = say(room, ada)
    assert browser(ada).get(said.get_absolute_url()).url.endswith(f"#m-{said.uid}")
    assert place_of(room, ada).is_active
