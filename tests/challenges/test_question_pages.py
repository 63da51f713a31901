"""The pages of questions: what each reader finds there, without JavaScript."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_access.scopes import PUBLIC, Scope
from hanse_activity.follows import follow
from hanse_activity.moderation import report, show_again, withhold
from hanse_activity.reportables import reportables
from hanse_base.personal_data import personal_data
from hanse_challenges import actions, pages, views
from hanse_challenges.models import Question, Reply
from hanse_groups.actions import set_room_opening
from hanse_groups.models import Participant, Room
from hanse_members.topic_notifications import FOLLOWED as TOPICS
from hanse_search.documents import write_all_changes
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import PLATFORM, answer, make_question
from tests.factories.rooms import make_room
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db

LIST = "/questions/"


def text(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def address(name: str, *parts) -> str:
    return reverse(f"hanse_challenges:{name}", args=[getattr(part, "uid", part) for part in parts])


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def test_a_sentence_is_enough(as_, member):
    client = as_(member)
    html = text(client.get("/questions/new/"))
    required = re.findall(r'<(?:input|textarea)[^>]*name="(\w+)"[^>]* required', html)
    assert set(required) == {"title"}
    checked = re.search(r'<input[^>]*name="scopes" value="platform"[^>]*>', html)[0]
    assert "checked" in checked
    answer = client.post("/questions/new/", {"title": "Who coats lenses?", "scopes": "platform"})
    question = Question.objects.get()
    assert answer["Location"] == question.get_absolute_url()
    assert question.audience.scope_set == {PLATFORM}
    assert "Who coats lenses?" in text(client.get(answer["Location"]))


def test_what_is_refused_is_kept(as_, member):
    client = as_(member)
    sent = {"title": "", "text": "Long thoughts", "scopes": "platform", "is_anonymous": "on"}
    html = text(client.post("/questions/new/", sent), 400)
    assert "Long thoughts" in html
    assert re.search(r'name="is_anonymous"[^>]*checked', html)
    assert not Question.objects.exists()


def test_who_asks_too_much_within_an_hour_keeps_the_text(as_, member, monkeypatch):
    monkeypatch.setattr(views, "ASKED", views.RateLimit("few", most=1, period=views.timedelta(hours=1)))
    client = as_(member)
    sent = {"title": "Who coats lenses?", "scopes": "platform"}
    assert client.post("/questions/new/", sent).status_code == 302
    assert "Who coats lenses?" in text(client.post("/questions/new/", sent), 400)
    assert Question.objects.count() == 1


def test_who_belongs_to_no_cluster_reads_how_to_come_to_one(as_):
    html = text(as_(UserFactory()).get("/questions/new/"), 403)
    assert reverse("hanse_members:directory") in html


def test_visitors_read_public_questions_and_sign_in_to_answer(client, photonik):
    public, platform = make_question(photonik, scopes=[PUBLIC]), make_question(photonik, title="Between us?")
    html = text(client.get(LIST))
    assert str(public) in html
    assert "Between us?" not in html
    page = text(client.get(public.get_absolute_url()))
    assert reverse("account_login") in page
    assert "<textarea" not in page
    assert client.get(platform.get_absolute_url()).status_code == 404
    assert reverse("account_login") in client.post(address("reply", public), {"text": "We"})["Location"]


def test_what_one_does_not_see_is_as_if_it_were_not_there_by_every_way(as_, photonik, leichtbau):
    question = make_question(photonik, scopes=[Scope("cluster", photonik.pk)])
    reply = answer(question)
    client = as_(MembershipFactory(cluster=leichtbau).person)
    ways = [address(name, question) for name in ("question", "edit_question", "delete_question", "close_question")]
    ways += [address("reply", question), address("go_on", question)]
    ways += [address(name, question, reply) for name in ("edit_reply", "delete_reply", "choose")]
    for way in ways:
        assert client.post(way, {"text": "x", "title": "x", "scopes": "platform"}).status_code == 404, way
    reply.refresh_from_db()
    assert (reply.text, reply.deleted_at) == ("We do.", None)


def test_what_belongs_to_others_is_not_changed_by_who_sees_it(as_, photonik, member):
    question = make_question(photonik)
    reply = answer(question)
    client = as_(member)
    for way in [address(name, question) for name in ("edit_question", "delete_question", "close_question", "go_on")]:
        assert client.post(way, {"title": "x", "scopes": "platform"}).status_code == 404, way
    for name in ("edit_reply", "delete_reply", "choose"):
        assert client.post(address(name, question, reply), {"text": "x", "choose": "yes"}).status_code == 404
    assert client.post(address("choose", question, uuid4()), {"choose": "yes"}).status_code == 404


def test_the_whole_talk_on_the_page(as_, photonik, member):
    asker = MembershipFactory(cluster=photonik).person
    question = make_question(photonik, asker=asker)
    client = as_(member)
    assert "Shown with your name" in text(client.get(question.get_absolute_url()))
    assert "required" in text(client.post(address("reply", question), {"text": ""}), 400)
    client.post(address("reply", question), {"text": "We do, <b>gladly</b>."})
    reply = Reply.objects.get()
    html = text(client.get(question.get_absolute_url()))
    assert "We do, &lt;b&gt;gladly&lt;/b&gt;." in html
    assert "We do" in text(client.get(address("edit_reply", question, reply)))
    client.post(address("edit_reply", question, reply), {"text": "We did."})
    client = as_(asker)
    html = text(client.get(question.get_absolute_url()))
    assert "We did." in html
    assert "changed on" in html
    client.post(address("choose", question, reply), {"choose": "yes"})
    assert "Best answer" in text(client.get(question.get_absolute_url()))
    client.post(address("choose", question, reply), {"choose": "no"})
    assert "Best answer" not in text(client.get(question.get_absolute_url()))
    assert "Somebody has answered" in text(client.post(address("delete_question", question), follow=True))
    client.post(address("close_question", question))
    assert "This question is closed" in text(as_(member).get(question.get_absolute_url()))
    client = as_(asker)
    client.post(address("close_question", question), {"again": "yes"})
    client = as_(member)
    client.post(address("delete_reply", question, reply))
    assert "An answer was deleted" in text(client.get(question.get_absolute_url()))


def test_a_question_is_changed_and_its_readers_too(as_, photonik, member):
    question = make_question(photonik, asker=member)
    client = as_(member)
    assert "is_anonymous" not in text(client.get(address("edit_question", question)))
    sent = {"title": "Who polishes?", "scopes": "cluster", "scopes-cluster": [photonik.pk]}
    assert client.post(address("edit_question", question), sent).status_code == 302
    question.refresh_from_db()
    assert (question.title, question.audience.scope_set) == ("Who polishes?", {Scope("cluster", photonik.pk)})


def test_more_readers_than_those_who_were_answered_are_refused_and_the_text_kept(as_, photonik, member):
    question = make_question(photonik, asker=member, scopes=[Scope("cluster", photonik.pk)])
    answer(question)
    sent = {"title": "Who polishes?", "text": "Long thoughts", "scopes": "platform"}
    html = text(as_(member).post(address("edit_question", question), sent), 400)
    assert "ask anew for more" in html
    assert "Long thoughts" in html


def test_many_answers_come_in_pages_and_a_link_leads_to_its_own(client, photonik, monkeypatch):
    monkeypatch.setattr(pages, "MOST_SHOWN", 2)
    question = make_question(photonik, scopes=[PUBLIC])
    replies = [answer(question, text=f"Answer {number}") for number in range(5)]
    shown = re.findall(r"Answer \d", text(client.get(question.get_absolute_url())))
    assert shown == ["Answer 0", "Answer 1"]
    later = text(client.get(question.get_absolute_url(), {"after": replies[1].uid}))
    assert re.findall(r"Answer \d", later) == ["Answer 2", "Answer 3"]
    for number in (0, 3, 4):
        assert f"Answer {number}" in text(client.get(replies[number].get_absolute_url()))
    assert client.get(question.get_absolute_url(), {"after": "nonsense"}).status_code == 200


def test_lists_are_narrowed_and_count_what_the_reader_sees(as_, photonik, leichtbau, member):
    optics = make_topic("Optics")
    shown = make_question(photonik, topics=[make_topic("Lenses", optics)])
    make_question(leichtbau, title="Hidden", topics=[optics], scopes=[Scope("cluster", leichtbau.pk)])
    actions.close_question(make_question(photonik, asker=member, title="Old"), by=member)
    client = as_(member)
    response = client.get(LIST)
    facets = {
        facet.name: {str(o.label): o.count for o in facet.first} for facet in response.context["item_list"].drawn_facets
    }
    assert facets["state"] == {"open": 1, "closed": 1}
    assert facets["topic"] == {"Optics": 1, "Lenses": 1}
    assert set(facets) == {"state", "topic", "level"}
    html = text(client.get(LIST, {"topic": optics.pk}))
    assert str(shown) in html
    assert "Hidden" not in html
    own = text(client.get("/questions/own/"))
    assert "Old" in own
    assert str(shown) not in own
    answer(shown, by=member)
    assert str(shown) in text(client.get("/questions/own/"))


def test_the_card_has_the_topics_that_one_follows_first(as_, photonik, member):
    optics = make_topic("Optics")
    make_question(photonik, title="In my topic", topics=[make_topic("Lenses", optics)])
    for number in range(6):
        make_question(photonik, title=f"Other {number}")
    make_question(photonik, title="My own", asker=member)
    follow(TOPICS, [optics.pk], person=member)
    card = next(card for card in as_(member).get("/dashboard/").context["cards"] if card.card.name == "questions")
    titles = [question.title for question in card.context["questions"]]
    assert titles == ["In my topic", "Other 5", "Other 4", "Other 3", "Other 2"]


def test_the_page_of_a_topic_has_the_questions_that_the_reader_sees(as_, photonik, leichtbau, member):
    optics = make_topic("Optics")
    make_question(photonik, title="Seen", topics=[make_topic("Lenses", optics)])
    make_question(photonik, title="Unseen", topics=[optics], scopes=[Scope("cluster", leichtbau.pk)])
    html = text(as_(member).get(optics.get_absolute_url()))
    assert "Seen" in html
    assert "Unseen" not in html


def test_it_is_found_by_its_answers_too_as_long_as_they_are_read(client, photonik):
    question = make_question(photonik, scopes=[PUBLIC])
    reply = answer(question, text="Try sapphirewords.")
    write_all_changes()
    assert str(question) in text(client.get("/search/?q=sapphirewords"))
    actions.delete_reply(reply, by=reply.author)
    assert str(question) not in text(client.get("/search/?q=sapphirewords"))


class TestReports:
    def test_a_question_goes_out_of_sight_and_comes_back(self, as_, photonik, leichtbau, manager, member):
        question = make_question(photonik)
        found = report(reportables["question"], question, by=member, category="untrue")
        assert (found.scope_kind, found.scope_id) == ("cluster", photonik.pk)
        withhold(found, by=manager, statement="It is untrue.")
        assert as_(member).get(question.get_absolute_url()).status_code == 404
        html = text(as_(question.asker).get(question.get_absolute_url()))
        assert "It is untrue." in html
        assert "Out of sight" in html
        with pytest.raises(actions.NotPossible):
            actions.delete_question(question, by=question.asker)
        show_again(found, by=manager)
        assert as_(member).get(question.get_absolute_url()).status_code == 200

    def test_an_answer_keeps_its_place_and_is_no_longer_the_best(self, as_, photonik, manager, member):
        question = make_question(photonik, asker=member)
        reply = answer(question, text="Untrue words")
        actions.choose_answer(reply, by=member)
        found = report(reportables["answer"], reply, by=member, category="untrue")
        withhold(found, by=manager, statement="It is untrue.")
        html = text(as_(member).get(question.get_absolute_url()))
        assert "Untrue words" not in html
        assert "was taken out of sight" in html
        assert "Best answer" not in html
        html = text(as_(reply.author).get(question.get_absolute_url()))
        assert "Untrue words" in html
        assert "It is untrue." in html
        with pytest.raises(actions.NotPossible):
            actions.edit_reply(reply, by=reply.author, text="True words")


class TestRooms:
    def test_one_click_opens_a_room_with_all_who_answered(self, as_, photonik, member, manager):
        set_room_opening(photonik, by_members=True, by=manager)
        question = make_question(photonik, asker=member, text="We need 200.")
        client = as_(member)
        assert address("go_on", question) not in text(client.get(question.get_absolute_url()))
        replier, gone = answer(question).author, answer(question)
        actions.delete_reply(gone, by=gone.author)
        assert replier.get_full_name() in text(client.get(question.get_absolute_url()))
        opened = client.post(address("go_on", question))
        room = Room.objects.get()
        assert opened["Location"] == reverse("hanse_groups:chat", args=[room.uid])
        assert (room.kind, room.audience.scope_set) == ("closed", {PLATFORM})
        assert set(Participant.objects.invited().values_list("person", flat=True)) == {replier.pk}
        assert "We need 200." in text(client.get(opened["Location"]))
        assert room.get_absolute_url() in text(as_(replier).get(question.get_absolute_url()))
        with pytest.raises(actions.NotPossible):
            actions.go_on_in_room(question, by=member, cluster=photonik)

    def test_the_room_of_a_question_for_one_room_is_hidden(self, photonik, member, manager):
        other = make_room(photonik, owner=manager, members=[member])
        question = make_question(photonik, asker=manager, scopes=[other.scope])
        answer(question, by=member)
        assert actions.go_on_in_room(question, by=manager, cluster=photonik).kind == "hidden"

    def test_who_may_open_none_asks_the_management(self, as_, photonik, member):
        question = make_question(photonik, asker=member)
        answer(question)
        html = text(as_(member).get(question.get_absolute_url()))
        assert reverse("hanse_members:ask", args=["cluster", photonik.slug]) in html
        as_(member).post(address("go_on", question), {"cluster": photonik.pk})
        assert not Room.objects.exists()


def test_the_administration_shows_managers_what_the_rule_shows_them(as_, photonik, leichtbau, manager):
    seen = make_question(photonik, title="Seen here")
    make_question(photonik, title="Elsewhere", scopes=[Scope("cluster", leichtbau.pk)])
    make_question(leichtbau, title="Of others")
    client = as_(manager)
    html = text(client.get(reverse("hanse_challenges_questions:index")))
    assert "Seen here" in html
    assert "Elsewhere" not in html
    assert "Of others" not in html
    assert seen.asker.get_full_name() in text(client.get(reverse("hanse_challenges_questions:inspect", args=[seen.pk])))
    for name in ("edit", "delete"):
        assert client.post(reverse(f"hanse_challenges_questions:{name}", args=[seen.pk])).status_code == 302
    assert client.get(reverse("hanse_challenges_questions:add")).status_code == 302
    assert Question.objects.filter(title="Seen here").exists()


def test_what_others_answered_stays_when_who_asked_goes(photonik, member):
    alone, answered = make_question(photonik, asker=member), make_question(photonik, asker=member)
    answer(answered)
    kept = answer(make_question(photonik), by=member)
    exported = {file.path: file.content for file in personal_data["questions"].export(member)}
    assert len(exported["questions.json"]) == 2
    assert [row["text"] for row in exported["answers.json"]] == ["We do."]
    personal_data["questions"].erase(member)
    assert not Question.objects.filter(pk=alone.pk).exists()
    answered.refresh_from_db()
    kept.refresh_from_db()
    assert (answered.asker_name, kept.author_name) == ("Former member", "Former member")


def test_pages_ask_the_same_number_of_queries_for_many_answers(as_, photonik, member, django_assert_max_num_queries):
    question = make_question(photonik, asker=member)
    for _number in range(3):
        answer(question)
    client = as_(member)
    client.get(question.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(question.get_absolute_url())
    for _number in range(12):
        answer(question)
    with django_assert_max_num_queries(len(few)):
        client.get(question.get_absolute_url())
