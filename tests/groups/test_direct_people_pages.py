"""Pages about the people of direct messages: who is in them, who may write, who asks, what is reported."""

import pytest
from django.urls import reverse

from hanse_activity import moderation
from hanse_activity.blocks import block
from hanse_activity.models import Block, Report
from hanse_groups.actions import direct as acts
from hanse_groups.models import Direct, Message, MessageSettings
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import make_group, seat, talk, write
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory

from .talk import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profiles")]


def page(direct, name: str = "direct", *args) -> str:
    return reverse(f"hanse_groups:{name}", args=[direct.conversation.uid, *args])


def to(person) -> str:
    return f"/messages/to/{person.profile.uid}/"


FIRST = {"body": "May I ask you something?", "client_key": "5f0c9a50-8d7e-4f0c-9a2e-6f1f0a7f4a99"}


class TestPeopleOfAConversation:
    def test_somebody_is_found_and_added(self, member, other, third, cluster):
        late = MembershipFactory(cluster=cluster, person=UserFactory(first_name="Zoe", last_name="Late")).person
        ProfileFactory(person=late, scopes=[PLATFORM])
        direct = make_group(member, other, third)
        client = browser(other)
        [found] = client.get(page(direct, "direct_people"), {"q": "zoe late"}).context["found"]
        client.post(page(direct, "direct_add"), {"add": found.key})
        assert seat(direct, late).is_active

    def test_the_title_is_changed_and_too_long_a_one_is_refused(self, member, other, third):
        direct = make_group(member, other, third, title="Old")
        client = browser(other)
        answer = client.post(page(direct, "direct_rename"), {"title": "x" * 101})
        assert answer.status_code == 400
        assert "x" * 101 in answer.content.decode()
        client.post(page(direct, "direct_rename"), {"title": "New"})
        assert Direct.objects.get().title == "New"

    def test_who_leaves_finds_nothing_any_more(self, member, other, third):
        direct = make_group(member, other, third)
        client = browser(other)
        client.post(page(direct, "direct_leave"))
        assert client.get(page(direct)).status_code == 404
        assert client.get("/messages/").context["item_list"].total == 0

    def test_what_is_for_groups_is_not_there_in_a_conversation_of_two(self, member, other, third):
        direct = talk(member, other)
        client = browser(member)
        for name, data in (
            ("direct_add", {"add": f"p{third.profile.uid}"}),
            ("direct_rename", {"title": "Ours"}),
            ("direct_leave", {}),
        ):
            assert client.post(page(direct, name), data).status_code == 404

    def test_somebody_is_blocked_from_there(self, member, other, third):
        direct = talk(other, member)
        client = browser(member)
        client.post(page(direct, "direct_block", seat(direct, other).pk))
        assert Block.objects.get().blocked == other
        assert client.post(page(direct, "direct_block", seat(direct, member).pk)).status_code == 404
        foreign = talk(other, third)
        assert client.post(page(direct, "direct_block", seat(foreign, third).pk)).status_code == 404

    def test_what_one_is_told_of_is_chosen(self, member, other):
        direct = talk(other, member)
        client = browser(member)
        client.post(page(direct, "direct_level"), {"level": "none"})
        assert seat(direct, member).level == "none"
        client.post(page(direct, "direct_level"), {"level": "loud"})
        assert seat(direct, member).level == "none"


class TestSettings:
    def test_are_kept_and_counted_at_once(self, member, other):
        client = browser(member)
        assert client.get("/messages/settings/").status_code == 200
        client.post("/messages/settings/", {"accepts": "close", "mails_show_text": "on"})
        stored = MessageSettings.objects.get(person=member)
        assert (stored.accepts, stored.mails_show_text) == ("close", True)
        assert client.post("/messages/settings/", {"accepts": "x"}).status_code == 400
        assert MessageSettings.objects.get(person=member).accepts == "close"


class TestRequestsThatWait:
    def test_are_accepted_ignored_and_blocked_from_the_page_of_what_waits(self, member, stranger, cluster):
        direct = talk(stranger, member, "May I?")
        client = browser(member)
        shown = client.get("/waiting/").content.decode()
        assert "May I?" in shown
        assert stranger.get_full_name() in shown
        assert client.get(page(direct)).url == "/waiting/?kind=message-requests"
        place = seat(direct, member)
        client.post("/waiting/", {"kind": "message-requests", "do": f"accept:{place.pk}"})
        assert seat(direct, member).is_active
        assert "May I?" in client.get(page(direct)).content.decode()

    def test_wait_no_longer_when_the_person_is_blocked_or_gone(self, member, stranger):
        talk(stranger, member, "May I?")
        block(member, stranger)
        assert "May I?" not in browser(member).get("/waiting/").content.decode()
        Block.objects.all().delete()
        assert "May I?" in browser(member).get("/waiting/").content.decode()
        stranger.is_active = False
        stranger.save()
        assert "May I?" not in browser(member).get("/waiting/").content.decode()


class TestReporting:
    def test_hands_over_this_message_to_the_management_of_its_author(self, cluster, manager, member, stranger):
        accepted = talk(stranger, member, "Insult")
        acts.accept(seat(accepted, member), by=member)
        write(member, stranger, "Please do not")
        theirs = MembershipFactory(cluster=stranger.memberships.get().cluster, role=Role.MANAGER).person
        said = Message.objects.get(body="Insult")
        client = browser(member)
        assert f"/reports/about/message/{said.uid}/" in client.get(page(accepted)).content.decode()
        client.post(f"/reports/about/message/{said.uid}/", {"category": "offensive", "reason": "Look"})
        report = Report.objects.get()
        assert (report.scope_id, "Insult" in report.copy) == (stranger.memberships.get().cluster_id, True)
        assert "Please do not" not in report.copy
        assert "Insult" in browser(theirs).get("/waiting/").content.decode()
        assert "Insult" not in browser(manager).get("/waiting/").content.decode()
        assert browser(theirs).get(page(accepted)).status_code == 404

    def test_what_is_withheld_is_gone_for_both(self, member, other, manager):
        direct = talk(other, member, "Insult")
        said = Message.objects.get()
        browser(member).post(f"/reports/about/message/{said.uid}/", {"category": "offensive"})
        moderation.withhold(Report.objects.get(), by=manager, statement="Not here")
        for person in (member, other):
            shown = browser(person).get(page(direct)).content.decode()
            assert "Insult" not in shown
            assert "after a report" in shown

    def test_a_request_can_be_reported_before_it_is_answered(self, member, stranger, other):
        direct = talk(stranger, member, "Insult")
        said = Message.objects.get()
        where = f"/reports/about/message/{said.uid}/"
        client = browser(member)
        assert where in client.get("/waiting/").content.decode()
        client.post(where, {"category": "offensive"})
        assert "Insult" in Report.objects.get().copy
        assert browser(other).get(where).status_code == 404
        acts.ignore(seat(direct, member), by=member)
        assert client.get(where).status_code == 404
        assert client.get(page(direct)).status_code == 404

    def test_nobody_reports_what_they_do_not_read_or_wrote(self, member, other, third):
        talk(other, member, "Insult")
        said = Message.objects.get()
        where = f"/reports/about/message/{said.uid}/"
        assert browser(third).get(where).status_code == 404
        assert browser(other).post(where, {"category": "offensive"}).status_code == 400
        assert not Report.objects.exists()
