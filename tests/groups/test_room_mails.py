"""Mails about rooms: they go on while something is new, come as each person chose, and tell nobody what is secret."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from hanse_activity.blocks import block
from hanse_activity.choices import choose
from hanse_activity.delivery import Delivery, Source
from hanse_activity.digests import gather_digests
from hanse_activity.follows import follow
from hanse_activity.kinds import notification_kinds
from hanse_activity.models import Notification
from hanse_activity.tasks import release_held
from hanse_groups import actions
from hanse_groups.models import FileVersion, Participant
from hanse_groups.notifications import SOURCE
from hanse_groups.notifications_of_files import tell_infected
from hanse_members.actions.organisations import set_topics
from hanse_members.roles import Role
from hanse_members.topic_notifications import FOLLOWED
from tests.activity.conftest import at
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.room_files import bring
from tests.factories.rooms import make_room, owner_of, place_of, say
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db
NOON = at(1, 12)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mails(clock, django_capture_on_commit_callbacks):
    """``mails(act, person)``: what this act, and the timed jobs after it, send to the person: subject and text."""

    def after(act, person, moment=None) -> list[str]:
        if moment is not None:
            clock.move_to(moment)
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        with django_capture_on_commit_callbacks(execute=True):
            gather_digests()
            release_held()
        sent = [one for one in mail.outbox if one.to == [person.email]]
        return [f"{one.subject}\n{one.body}\n{one.alternatives[0][0]}" for one in sent]

    return after


def nothing() -> None:
    pass


def wants(person, room, delivery: Delivery) -> None:
    choose(person, of_sources={Source(SOURCE, room.pk): delivery})


class TestGoingOn:
    @pytest.fixture
    def talkative(self, cluster, manager, ada, room):
        """Mails of the room show text, and Ada hears of every message."""
        actions.change_room(room, by=manager, mails_show_text=True)
        actions.set_level(room.conversation, Participant.Level.ALL, by=ada)
        return room

    def test_each_digest_tells_what_is_new_since_the_last_one(self, talkative, manager, ada, mails):
        assert mails(lambda: say(talkative, manager, "Monday’s plan"), ada) == []
        [first] = mails(nothing, ada, at(2, 8))
        assert "Monday’s plan" in first
        assert mails(lambda: say(talkative, manager, "Tuesday’s result"), ada, at(2, 10)) == []
        [second] = mails(nothing, ada, at(3, 8))
        assert "Tuesday’s result" in second
        assert "Monday’s plan" not in second
        assert mails(nothing, ada, at(4, 8)) == []
        assert Notification.objects.filter(recipient=ada, kind="rooms.messages").count() == 1

    def test_what_comes_before_the_digest_is_sent_is_in_it(self, talkative, manager, ada, mails):
        say(talkative, manager, "One")
        mails(lambda: say(talkative, manager, "Two"), ada)
        [digest] = mails(nothing, ada, at(2, 8))
        assert "One" in digest
        assert "Two" in digest

    def test_mails_at_once_go_on_too_once_an_hour(self, talkative, manager, ada, mails):
        wants(ada, talkative, Delivery.AT_ONCE)
        [first] = mails(lambda: say(talkative, manager, "One"), ada)
        assert "One" in first
        assert mails(lambda: say(talkative, manager, "Two"), ada, NOON + timedelta(minutes=10)) == []
        assert mails(lambda: say(talkative, manager, "Three"), ada, NOON + timedelta(minutes=20)) == []
        [second] = mails(nothing, ada, NOON + timedelta(minutes=61))
        assert "Two" in second
        assert "Three" in second
        assert "One\n" not in second
        assert mails(nothing, ada, NOON + timedelta(hours=5)) == []

    def test_whoever_has_read_gets_no_more(self, talkative, manager, ada, mails):
        wants(ada, talkative, Delivery.AT_ONCE)
        mails(lambda: say(talkative, manager, "One"), ada)
        said = say(talkative, manager, "Two")
        actions.mark_read(talkative.conversation, by=ada, seq=said.seq)
        assert mails(nothing, ada, NOON + timedelta(hours=2)) == []

    def test_so_do_those_of_files(self, talkative, manager, ada, mails):
        mails(lambda: bring(talkative, manager, "one.txt"), ada)
        [first] = mails(nothing, ada, at(2, 8))
        mails(lambda: bring(talkative, manager, "two.txt"), ada)
        [second] = mails(nothing, ada, at(3, 8))
        assert "one.txt" in first
        assert "two.txt" in second
        assert "one.txt" not in second

    def test_whoever_wants_no_mail_has_the_news_on_top_again_after_a_while(self, talkative, manager, ada, mails):
        wants(ada, talkative, Delivery.OFF)
        mails(lambda: say(talkative, manager), ada)
        for minutes, expected in ((30, NOON), (90, NOON + timedelta(minutes=90))):
            assert mails(lambda: say(talkative, manager), ada, NOON + timedelta(minutes=minutes)) == []
            assert Notification.objects.get(recipient=ada, kind="rooms.messages").created_at == expected

    def test_nothing_is_told_of_whom_one_blocks(self, talkative, ada, ben):
        block(ada, ben)
        say(talkative, ben)
        assert not Notification.objects.filter(recipient=ada, kind="rooms.messages").exists()


class TestTheRoomsOwnLine:
    """What is chosen for the room counts for all kinds of its news, but for what concerns the person alone."""

    @pytest.fixture
    def boss(self, room):
        return owner_of(room)

    @pytest.fixture
    def acts(self, room, boss, ada, other, third):
        """Name of a kind → who is told, and what tells it."""
        asked = lambda person: actions.ask_to_join(room, by=person, request="Please")  # noqa: E731

        def object_to_other():
            actions.object_to(asked(third), by=ada, text="A competitor")

        def come_by_link():
            link, secret = actions.make_link(room, by=boss, role="member")
            actions.come_in(link, by=other, secret=secret)

        def infect():
            version = bring(room, ada)
            FileVersion.objects.filter(pk=version.pk).update(scan="infected")
            tell_infected(FileVersion.objects.get(pk=version.pk))

        return {
            "applied": (boss, lambda: asked(other)),
            "applicant": (ada, lambda: asked(other)),
            "objection": (boss, object_to_other),
            "came": (boss, come_by_link),
            "messages": (boss, lambda: say(room, ada, "I said this")),
            "files": (boss, lambda: bring(room, ada)),
            "infected": (boss, infect),
            "mention": (boss, lambda: say(room, ada, f"I said this, @{boss.get_full_name()}")),
            "decided": (other, lambda: actions.accept_request(asked(other), by=boss)),
            "invited": (other, lambda: actions.invite(room, by=boss, person=other)),
            "removed": (ada, lambda: actions.remove(place_of(room, ada), by=boss)),
        }

    @pytest.mark.parametrize("kind", ["applied", "applicant", "objection", "came", "messages", "files"])
    def test_no_mail_of_a_room_means_none(self, room, acts, mails, kind):
        person, act = acts[kind]
        wants(person, room, Delivery.OFF)
        assert mails(act, person) == []
        assert mails(nothing, person, at(9, 12)) == []
        told = Notification.objects.get(recipient=person, kind=f"rooms.{kind}")
        assert told.belongs_to == Source(SOURCE, room.pk)

    @pytest.mark.parametrize("kind", ["applied", "applicant", "objection", "came", "messages", "files"])
    def test_weekly_means_on_monday(self, room, acts, mails, kind):
        person, act = acts[kind]
        wants(person, room, Delivery.WEEKLY)
        assert mails(act, person) == []
        assert mails(nothing, person, at(5, 12)) == []
        assert len(mails(nothing, person, at(7, 12))) == 1

    @pytest.mark.parametrize("kind", ["mention", "decided", "invited", "removed", "infected"])
    def test_what_concerns_the_person_comes_all_the_same(self, room, acts, mails, kind):
        person, act = acts[kind]
        wants(person, room, Delivery.OFF)
        assert len(mails(act, person)) == 1

    @pytest.mark.parametrize("kind", ["applied", "objection", "decided", "invited", "removed", "mention", "infected"])
    def test_what_somebody_must_act_on_comes_at_once_as_long_as_nothing_is_chosen(self, acts, mails, kind):
        person, act = acts[kind]
        label = str(notification_kinds[f"rooms.{kind}"].label)
        assert sum(text.startswith(label) for text in mails(act, person)) == 1

    def test_a_room_that_allows_no_text_is_not_named_in_any_mail(self, room, acts, mails, boss, cluster):
        """Of all that people are told of it, at once and in digests."""
        actions.change_room(room, by=boss, name="Vertraulich-4711", purpose="Geheimnis-815")
        kinds = ("messages", "mention", "files", "infected", "objection", "decided", "removed")
        told = {kind: mails(acts[kind][1], acts[kind][0]) for kind in kinds}
        secrets = ("Vertraulich-4711", "Geheimnis-815", "A competitor", "Please", "plan.txt", "said this")
        for kind, sent in told.items():
            assert not any(secret in text for text in sent for secret in secrets), kind
        [digest] = mails(nothing, boss, at(2, 8))
        assert not any(secret in digest for secret in secrets)
        assert "There is something new in a room" in digest


def test_a_digest_asks_once_more_who_is_in_the_room(room, manager, ada, ben, mails):
    actions.change_room(room, by=manager, mails_show_text=True, name="Lidar")
    for person in (ada, ben):
        actions.set_level(room.conversation, Participant.Level.ALL, by=person)
    mails(lambda: say(room, manager, "Secret merger"), ada)
    actions.remove(place_of(room, ada), by=manager)
    assert mails(nothing, ben, at(2, 8)) != []
    assert not any("merger" in one.body or "Lidar" in one.body for one in mail.outbox if one.to == [ada.email])


def test_whoever_follows_two_topics_gets_those_and_what_is_addressed_to_them(cluster, mails):
    """All chosen on the page of delivery."""
    reader = MembershipFactory(cluster=cluster).person
    lasers, lidar, gears = (make_topic(label) for label in ("Lasers", "Lidar", "Gears"))
    follow(FOLLOWED, [lasers.pk, lidar.pk], person=reader)
    room = make_room(cluster, members=[reader])
    boss = owner_of(room)
    actions.set_level(room.conversation, Participant.Level.ALL, by=reader)
    client = Client()
    client.force_login(reader)
    page = reverse("hanse_activity:delivery")
    form = client.get(page).context["form"]
    sent = {name: "off" for name in form.kind_fields if ("off", "no mail") in form.fields[name].choices}
    sent |= {
        name: field.initial for name, field in form.fields.items() if name not in sent and name in form.kind_fields
    }
    sent |= {"kind.rooms.mention": "at_once"}
    sent |= {f"source.{FOLLOWED}.{topic.pk}": "at_once" for topic in (lasers, lidar)}
    sent |= {f"source.{SOURCE}.{room.pk}": ""}
    assert client.post(page, sent).status_code == 302

    def news() -> None:
        for name, topic in (("Laserwerk", lasers), ("Lidarbau", lidar), ("Zahnrad", gears)):
            set_topics(OrganisationFactory(name=name, clusters=[cluster]), [topic], by=None)
        say(room, boss, "Hello all")
        bring(room, boss)
        say(room, boss, f"@{reader.get_full_name()} what do you think?")

    got = "\n".join(mails(news, reader))
    assert "Laserwerk" in got
    assert "Lidarbau" in got
    assert "Zahnrad" not in got
    assert len(mail.outbox) >= 3
    assert sum(one.to == [reader.email] for one in mail.outbox) == 3
    assert mails(nothing, reader, at(9, 12)) == []


def test_requests_reach_every_owner_and_moderator_at_once(room, manager, ada, ben, cluster, mails):
    actions.set_role(place_of(room, ada), "moderator", by=manager)
    asking = MembershipFactory(cluster=cluster, role=Role.MEMBER).person
    assert len(mails(lambda: actions.ask_to_join(room, by=asking), manager)) == 1
    assert [one.to for one in mail.outbox if "let into your room" in one.subject] == [[manager.email], [ada.email]]
