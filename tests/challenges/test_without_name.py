"""A question without name: nobody who reads anything of it learns who asked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hanse_access.models import AuditEvent
from hanse_access.scopes import PUBLIC
from hanse_access.viewer import Viewer
from hanse_activity.blocks import block
from hanse_activity.follows import follow
from hanse_activity.models import Notification, Report
from hanse_activity.moderation import withhold
from hanse_base.personal_data import personal_data
from hanse_base.rate_limits import RateLimit
from hanse_challenges import actions, forms
from hanse_challenges.models import Question
from hanse_challenges.notifications import FOLLOWED, tell_topics
from hanse_groups.actions import set_room_opening
from hanse_groups.models import Room
from hanse_members.topic_notifications import FOLLOWED as TOPICS
from hanse_search.documents import write_all_changes
from hanse_search.sources import sources
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import PLATFORM, answer, make_question
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db

NAME = "Zaphod"


@pytest.fixture
def asker(photonik):
    return MembershipFactory(cluster=photonik, person=UserFactory(first_name=NAME)).person


@pytest.fixture
def question(photonik, asker):
    return make_question(photonik, asker=asker, scopes=[PUBLIC], is_anonymous=True)


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_neither_the_page_nor_the_list_nor_the_search_has_the_name(client, question, member, asker):
    actions.reply_to(question, by=asker, text="To add something:")
    write_all_changes()
    for person in (None, member):
        if person:
            client.force_login(person)
        for address in (question.get_absolute_url(), "/questions/", "/search/?q=coats"):
            assert NAME not in text(client.get(address)), address
        assert client.get(f"/search/?q={NAME}").context["item_list"].total == 0
    page = text(client.get(question.get_absolute_url()))
    assert "Whoever asked" in page
    source = sources["question"]
    assert [entry.author_id for entry in source.entries(list(source.rows())).values()] == [None]


def test_mails_and_notifications_have_none(
    photonik, member, asker, mailoutbox, django_capture_on_commit_callbacks, client
):
    optics, other = make_topic("Optics"), MembershipFactory(cluster=photonik).person
    follow(TOPICS, [optics.pk], person=member)
    Notification.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        question = actions.ask_question(
            by=asker, title="Who coats?", scopes=[PLATFORM], topics=[optics], is_anonymous=True
        )
        follow(FOLLOWED, [question.pk], person=other)
        actions.reply_to(question, by=asker, text="To add:")
        actions.choose_answer(answer(question, by=member), by=asker)
    kinds = {row.kind.partition(".")[2] for row in Notification.objects.all()}
    assert kinds == {"asked", "added", "chosen", "replied"}
    assert {row.actor_id for row in Notification.objects.all()} == {None, member.pk}
    for person in (member, other):
        client.force_login(person)
        assert NAME not in text(client.get(reverse("hanse_activity:notifications")))
    assert not [mail for mail in mailoutbox if mail.to != [asker.email] and NAME in mail.subject + mail.body]


def test_who_blocks_the_asker_misses_nothing_by_which_to_know(photonik, member, asker):
    optics = make_topic("Optics")
    follow(TOPICS, [optics.pk], person=member)
    block(member, asker)
    question = make_question(photonik, asker=asker, topics=[optics], is_anonymous=True)
    tell_topics.call(question.pk, [optics.pk])
    follow(FOLLOWED, [question.pk], person=member)
    actions.reply_to(question, by=asker, text="To add:")
    assert Notification.objects.filter(recipient=member).count() == 2


def test_a_report_names_nobody_and_nobody_is_blocked_by_it(client, question, member, manager, asker):
    client.force_login(member)
    client.post(reverse("hanse_activity:make_report", args=["question", question.uid]), {"category": "untrue"})
    made = Report.objects.get()
    assert (made.author, made.author_named) == (asker, False)
    assert NAME not in made.copy
    assert client.post(reverse("hanse_activity:block_author", args=["question", question.uid])).status_code == 404
    assert "Block" not in text(client.get(question.get_absolute_url()))
    client.force_login(manager)
    waiting = text(client.get("/waiting/"))
    assert "somebody unnamed" in waiting
    assert NAME not in waiting
    Report.objects.update(author=None)
    assert "somebody unnamed" in text(client.get("/waiting/")), "that it is a former member tells something"
    Report.objects.update(author=asker)
    withhold(made, by=manager, statement="Untrue.")
    assert NAME not in text(client.get(reverse("hanse_activity:reports")))
    client.force_login(asker)
    page = text(client.get(question.get_absolute_url()))
    assert "Untrue." in page
    assert "An objection bears your name." in page


def test_what_could_give_one_away_is_said_before_it_is_sent(client, member):
    client.force_login(member)
    sent = {"title": "Who coats?", "text": "Call +49 431 555 0123.", "scopes": "platform", "is_anonymous": "on"}
    assert 'name="sure"' not in text(client.get("/questions/new/"))
    refused = client.post("/questions/new/", sent)
    assert refused.status_code == 400
    html = refused.content.decode()
    assert "+49 431 555 0123" in html
    assert 'name="sure"' in html
    assert not Question.objects.exists()
    assert client.post("/questions/new/", {**sent, "sure": "on"}).status_code == 302
    named = {**sent, "is_anonymous": ""}
    assert client.post("/questions/new/", named).status_code == 302
    question = Question.objects.get(is_anonymous=True)
    address = reverse("hanse_challenges:reply", args=[question.uid])
    assert client.post(address, {"text": "Call +49 431 555 0123."}).status_code == 400
    assert client.post(address, {"text": "Call +49 431 555 0123.", "sure": "on"}).status_code == 302


def test_warnings_come_to_an_end(client, member, monkeypatch):
    monkeypatch.setattr(forms, "WARNED", RateLimit("warned", most=1, period=timedelta(hours=1)))
    client.force_login(member)
    sent = {"title": "Who coats?", "text": "Call +49 431 555 0123.", "scopes": "platform", "is_anonymous": "on"}
    assert "names “+49 431 555 0123”" in client.post("/questions/new/", sent).content.decode()
    refused = client.post("/questions/new/", {**sent, "text": "Call +49 431 555 9999."})
    assert refused.status_code == 400
    assert "names “" not in refused.content.decode()
    assert 'name="sure"' in refused.content.decode()
    assert client.post("/questions/new/", {**sent, "sure": "on"}).status_code == 302


def test_the_room_in_which_it_goes_on_is_hidden_and_says_so_before(client, photonik, question, asker, member, manager):
    set_room_opening(photonik, by_members=True, by=manager)
    answer(question, by=member)
    client.force_login(asker)
    assert "In the room you are there by name." in text(client.get(question.get_absolute_url()))
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    room = actions.go_on_in_room(question, by=asker, cluster=photonik)
    assert room.kind == "hidden"
    events = AuditEvent.objects.exclude(pk__in=before)
    assert events.filter(verb="rooms.opened").exists()
    assert not events.filter(object_type="hanse_challenges.question").exists(), "the events beside it have the name"
    outsider = Viewer.of(MembershipFactory(cluster=photonik).person)
    assert not Room.objects.visible_to(outsider).exists()
    client.logout()
    assert room.get_absolute_url() not in text(client.get(question.get_absolute_url()))


def test_it_stays_without_name_when_its_asker_is_gone(client, question, asker):
    actions.reply_to(question, by=asker, text="To add:")
    answer(question)
    personal_data["questions"].erase(asker)
    page = text(client.get(question.get_absolute_url()))
    assert "Without name" in page
    assert "Former member" not in page
