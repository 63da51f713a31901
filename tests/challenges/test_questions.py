"""Asking, answering, choosing: what each action does, and for whom."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hanse_access.readings import recipients
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.follows import follow, followed_ids
from hanse_activity.models import Notification
from hanse_challenges import actions
from hanse_challenges.models import Question, Reply
from hanse_challenges.notifications import FOLLOWED, replies_to_own, tell_topics
from hanse_groups.actions import remove
from hanse_groups.models import Room
from hanse_members.actions import end_membership, merge_topics
from hanse_members.models import Membership
from hanse_members.topic_notifications import FOLLOWED as TOPICS
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import PLATFORM, answer, make_question
from tests.factories.rooms import add, make_room, owner_of, place_of
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db


def seen(person):
    return set(Question.objects.visible_to(Viewer.of(person)).shown())


def told(kind: str) -> set:
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_it_is_seen_by_whom_it_was_asked(photonik, leichtbau, member):
    other = MembershipFactory(cluster=leichtbau).person
    question = actions.ask_question(by=member, title=" Who  coats\nlenses? ", scopes=[Scope("cluster", photonik.pk)])
    assert str(question) == "Who coats lenses?"
    assert question.cluster == photonik
    assert (seen(member), seen(other)) == ({question}, set())
    actions.change_question(question, by=member, title="Who coats lenses?", scopes=[PLATFORM])
    assert seen(other) == {question}
    question.refresh_from_db()
    assert question.edited_at is None, "its words are the same"
    actions.change_question(question, by=member, title="Who coats mirrors?", scopes=[PLATFORM])
    question.refresh_from_db()
    assert question.edited_at


def test_it_is_of_the_own_cluster_that_is_asked(photonik, leichtbau, member):
    MembershipFactory(cluster=leichtbau, person=member)
    asked = actions.ask_question(by=member, title="What?", scopes=[Scope("cluster", leichtbau.pk)])
    assert asked.cluster == leichtbau


def test_who_belongs_to_no_cluster_asks_nothing(photonik):
    for person in (UserFactory(), MembershipFactory(cluster=photonik, state="applied").person):
        with pytest.raises(actions.NotPermitted):
            actions.ask_question(by=person, title="What?", scopes=[PUBLIC])


def test_an_audience_out_of_reach_and_one_of_nobody_are_refused_whole(photonik, leichtbau, member):
    for scopes in ([Scope("cluster", leichtbau.pk)], [EDITORS], []):
        with pytest.raises(ValidationError):
            actions.ask_question(by=member, title="What?", scopes=scopes)
    assert not Question.objects.exists()


def test_a_cluster_that_takes_no_part_hides_what_was_asked_through_it(photonik, member):
    question = make_question(photonik, scopes=[PUBLIC])
    photonik.state = "suspended"
    photonik.save()
    assert Question.objects.visible_to(Viewer.public()).count() == 0
    assert list(Question.objects.visible_to(Viewer.of(question.asker))) == [question]


def test_who_sees_it_answers_it_and_nobody_else(photonik, leichtbau, member):
    stranger, outsider = MembershipFactory(cluster=leichtbau).person, UserFactory()
    question = make_question(photonik, scopes=[Scope("cluster", photonik.pk)])
    with pytest.raises(actions.NotPermitted):
        actions.reply_to(question, by=stranger, text="I")
    reply = actions.reply_to(question, by=member, text=" We do. ")
    assert (reply.text, reply.by_asker) == ("We do.", False)
    public = make_question(photonik, scopes=[PUBLIC])
    with pytest.raises(actions.NotPermitted):
        actions.reply_to(public, by=outsider, text="On the web anybody could.")
    with pytest.raises(actions.NotPossible):
        actions.reply_to(public, by=member, text="  \n")
    actions.reply_to(public, by=stranger, text="We do.")


def test_a_guest_of_a_room_answers_what_is_asked_there(photonik, member):
    room = make_room(photonik, members=[member])
    guest = UserFactory()
    add(room, guest, role="guest")
    question = make_question(photonik, asker=member, scopes=[room.scope])
    assert actions.reply_to(question, by=guest, text="Here.").author == guest


def test_a_closed_question_is_read_and_not_answered_until_it_is_open_again(photonik, member):
    question = make_question(photonik, asker=member)
    reply = answer(question)
    question = actions.close_question(question, by=member)
    with pytest.raises(actions.NotPossible):
        answer(question)
    with pytest.raises(actions.NotPossible):
        actions.edit_reply(reply, by=reply.author, text="Changed")
    assert question in seen(reply.author)
    assert actions.reopen_question(question, by=member).state == "open"
    answer(question)


def test_the_best_answer_is_chosen_by_who_asked_alone(photonik, member):
    question = make_question(photonik, asker=member)
    first, second = answer(question), answer(question)
    own = actions.reply_to(question, by=member, text="To add:")
    with pytest.raises(actions.NotPermitted):
        actions.choose_answer(first, by=first.author)
    with pytest.raises(actions.NotPossible):
        actions.choose_answer(own, by=member)
    actions.choose_answer(first, by=member)
    actions.choose_answer(second, by=member)
    actions.choose_answer(second, by=member)
    question.refresh_from_db()
    assert (question.best, question.state) == (second, "answered")
    assert told("questions.chosen") == {first.author_id, second.author_id}
    assert Notification.objects.filter(kind="questions.chosen").count() == 2
    actions.delete_reply(second, by=second.author)
    question.refresh_from_db()
    assert (question.best, question.state) == (None, "open")
    actions.choose_answer(first, by=member)
    assert actions.take_choice_back(question, by=member).state == "open"


def test_an_answer_is_changed_and_deleted_with_a_trace(photonik, member):
    question = make_question(photonik)
    reply = answer(question, by=member)
    for act in (actions.edit_reply, actions.delete_reply):
        with pytest.raises(actions.NotPermitted):
            act(reply, by=question.asker, **({"text": "x"} if act is actions.edit_reply else {}))
    assert actions.edit_reply(reply, by=member, text="We do.").edited_at is None
    assert actions.edit_reply(reply, by=member, text="We did.").edited_at
    gone = actions.delete_reply(reply, by=member)
    assert (gone.text, bool(gone.deleted_at)) == ("", True)
    with pytest.raises(actions.NotPossible):
        actions.edit_reply(reply, by=member, text="Again")


def test_a_question_goes_as_long_as_nobody_else_has_answered(photonik, member):
    question = make_question(photonik, asker=member)
    follow(FOLLOWED, [question.pk], person=UserFactory())
    actions.reply_to(question, by=member, text="To add:")
    with pytest.raises(actions.NotPermitted):
        actions.delete_question(question, by=UserFactory())
    reply = answer(question)
    with pytest.raises(actions.NotPossible):
        actions.delete_question(question, by=member)
    actions.delete_reply(reply, by=reply.author)
    actions.delete_question(question, by=member)
    assert not Question.objects.exists()
    assert not followed_ids(FOLLOWED, UserFactory())
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("before", "wanted", "allowed"),
    [
        ("platform", ["cluster"], True),
        ("public", ["platform", "room"], True),
        ("platform room", ["cluster", "room"], True),
        ("cluster room", ["room"], True),
        ("cluster", ["platform"], False),
        ("platform", ["room"], False),  # with guests, who are no members
        ("platform", ["public"], False),
        ("room", ["cluster"], False),
    ],
)
def test_what_others_answered_is_shown_to_fewer_and_never_to_more(photonik, member, before, wanted, allowed):
    room = make_room(photonik, members=[member])
    scopes = {"public": PUBLIC, "platform": PLATFORM, "cluster": Scope("cluster", photonik.pk), "room": room.scope}
    question = make_question(photonik, asker=member, scopes=[scopes[name] for name in before.split()])
    reply = answer(question, by=owner_of(room))
    change = {"by": member, "title": "Changed?", "scopes": (scopes[name] for name in wanted)}
    if not allowed:
        with pytest.raises(actions.NotPossible):
            actions.change_question(question, **change)
        question.refresh_from_db()
        assert str(question) == "Who coats lenses?"
        actions.delete_reply(reply, by=reply.author)
        change["scopes"] = [scopes[name] for name in wanted]
    actions.change_question(question, **change)
    question.refresh_from_db()
    assert question.audience.scope_set == {scopes[name] for name in wanted}


class TestWhoLeft:
    """Whoever asked or answered where they no longer belong: their own words alone are theirs."""

    @pytest.fixture(params=["room", "cluster"])
    def asked(self, request, photonik, member):
        """A question with an answer, and what takes its asker from those who see it."""
        room = make_room(photonik, members=[member])
        scope = room.scope if request.param == "room" else PLATFORM
        question = make_question(photonik, asker=member, scopes=[scope])
        own = actions.reply_to(question, by=member, text="To add:")
        reply = answer(question, by=owner_of(room))

        def leave():
            if request.param == "room":
                remove(place_of(room, member), by=owner_of(room))
            else:
                end_membership(Membership.objects.get(person=member), by=member)

        return question, own, reply, leave

    def test_acts_no_more_but_closes_and_deletes(self, asked, photonik, member):
        question, own, reply, leave = asked
        actions.close_question(question, by=member)
        leave()
        acts = [
            lambda: actions.change_question(question, by=member, title="x", scopes=question.audience.scope_set),
            lambda: actions.reopen_question(question, by=member),
            lambda: actions.choose_answer(reply, by=member),
            lambda: actions.go_on_in_room(question, by=member, cluster=photonik),
        ]
        Question.objects.filter(pk=question.pk).update(state="open")
        acts += [
            lambda: actions.reply_to(question, by=member, text="x"),
            lambda: actions.edit_reply(own, by=member, text="x"),
        ]
        for act in acts:
            with pytest.raises(actions.NotPossible):
                act()
        assert not question.answerable_by(Viewer.of(member))
        actions.delete_reply(own, by=member)
        actions.close_question(question, by=member)
        actions.delete_reply(reply, by=reply.author)
        actions.delete_question(question, by=member)

    def test_reads_what_is_their_own_alone(self, asked, client, member):
        question, own, reply, leave = asked
        assert reply in replies_to_own(Viewer.of(member))
        actions.choose_answer(reply, by=member)
        leave()
        viewer = Viewer.of(member)
        assert list(Reply.objects.visible_to(viewer)) == [own]
        assert reply not in replies_to_own(viewer)
        client.force_login(member)
        for query in ("", f"?reply={reply.uid}", f"?after={own.uid}"):
            html = client.get(question.get_absolute_url() + query).content.decode()
            assert reply.text not in html
            assert reply.author.get_full_name() not in html
        assert "To add:" in client.get(question.get_absolute_url()).content.decode()
        told_of = client.get(reverse("hanse_activity:notifications"))
        assert told_of.status_code == 200
        assert reply.author.get_full_name() not in told_of.content.decode()

    def test_is_told_of_no_later_answer(self, asked, member, mailoutbox, django_capture_on_commit_callbacks):
        question, _own, reply, leave = asked
        leave()
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            actions.reply_to(question, by=reply.author, text="Later words")
        assert not [mail for mail in mailoutbox if mail.to == [member.email]]

    def test_an_answer_is_deleted_and_not_changed_by_its_author(self, photonik, member, client):
        room = make_room(photonik, members=[member])
        question = make_question(photonik, asker=owner_of(room), scopes=[room.scope])
        reply = answer(question, by=member)
        remove(place_of(room, member), by=owner_of(room))
        with pytest.raises(actions.NotPossible):
            actions.edit_reply(reply, by=member, text="Changed")
        client.force_login(member)
        deleted = client.post(f"{question.get_absolute_url()}replies/{reply.uid}/delete/")
        assert client.get(deleted["Location"]).status_code == 200
        reply.refresh_from_db()
        assert reply.deleted_at


def test_what_is_out_of_sight_is_changed_and_does_not_go_on_in_a_room(photonik, manager):
    question = make_question(photonik, asker=manager)
    answer(question)
    Question.objects.filter(pk=question.pk).update(withheld=True)
    with pytest.raises(actions.NotPossible):
        actions.go_on_in_room(question, by=manager, cluster=photonik)
    assert not Room.objects.exists()
    assert str(actions.change_question(question, by=manager, title="Better?", scopes=[PLATFORM])) == "Better?"


class TestTelling:
    @pytest.fixture
    def optics(self):
        return make_topic("Optics")

    def test_followers_of_a_topic_or_of_one_above_it_hear_of_a_question_that_they_see(
        self, photonik, leichtbau, member, optics, django_capture_on_commit_callbacks
    ):
        lenses = make_topic("Lenses", optics)
        near, above, foreign = (MembershipFactory(cluster=c).person for c in (photonik, photonik, leichtbau))
        for person, topic in ((near, lenses), (above, optics), (foreign, optics), (member, lenses)):
            follow(TOPICS, [topic.pk], person=person)
        with django_capture_on_commit_callbacks(execute=True):
            question = actions.ask_question(
                by=member, title="Who grinds?", scopes=[Scope("cluster", photonik.pk)], topics=[lenses]
            )
        assert told("questions.asked") == {near.pk, above.pk, foreign.pk}, "who sees nothing of it is told nothing"
        tell_topics.call(question.pk, [lenses.pk])
        assert Notification.objects.filter(kind="questions.asked").count() == 3
        assert {person.pk for person in recipients(question)} & {near.pk, above.pk, foreign.pk} == {near.pk, above.pk}

    def test_who_asked_and_who_follows_hears_of_an_answer_and_who_answers_follows(self, photonik, member):
        question = make_question(photonik, asker=member)
        first = answer(question)
        assert told("questions.replied") == {member.pk}
        assert told("questions.added") == set()
        assert followed_ids(FOLLOWED, first.author) == {question.pk}
        second = answer(question)
        assert told("questions.added") == {first.author_id}
        actions.reply_to(question, by=member, text="Thank you.")
        assert told("questions.added") == {first.author_id, second.author_id}
        assert told("questions.replied") == {member.pk}
        assert Notification.objects.filter(kind="questions.replied").count() == 2

    def test_a_mail_quotes_nothing_of_what_is_for_a_room(
        self, photonik, member, mailoutbox, django_capture_on_commit_callbacks
    ):
        room = make_room(photonik, members=[member])
        for scopes, quotes in (([room.scope], False), ([PLATFORM], True)):
            question = make_question(photonik, asker=member, scopes=scopes, title="Secretword")
            mailoutbox.clear()
            with django_capture_on_commit_callbacks(execute=True):
                actions.reply_to(question, by=owner_of(room), text="Answerword")
            (mail,) = [mail for mail in mailoutbox if mail.to == [member.email]]
            text = mail.subject + mail.body
            assert ("Secretword" in text, "Answerword" in text) == (quotes, quotes)


def test_topics_follow_when_one_is_merged_into_another(photonik, member):
    optics, light = make_topic("Optics"), make_topic("Light")
    question = make_question(photonik, topics=[optics, light])
    merge_topics(optics, light, by=None)
    assert list(question.topic_links.values_list("topic", flat=True)) == [light.pk]
    with pytest.raises(actions.NotPossible):
        actions.ask_question(by=member, title="What?", scopes=[PLATFORM], topics=[optics])
