"""Each person chooses how news come by mail: by kind, by topic and by room; and when none come at all."""

from datetime import time

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hanse_activity import tasks
from hanse_activity.actions import notify
from hanse_activity.choices import Choices, choose, keep_quiet
from hanse_activity.delivery import Delivery, Source
from hanse_activity.follows import follow, unfollow
from hanse_activity.kinds import notification_kinds
from hanse_activity.models import DeliveryChoice, MailSuppression, Notification, QuietHours
from hanse_activity.models.delivery import OTHERS
from hanse_base.personal_data import personal_data
from hanse_members import actions
from hanse_members.actions.organisations import set_topics
from hanse_members.roles import Role
from hanse_members.topic_notifications import FOLLOWED, tell_followers
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.topics import make_topic

from .conftest import SECRET, at

pytestmark = pytest.mark.django_db
Mail = Notification.Mail
PAGE = "/notifications/delivery/"


@pytest.fixture
def reader():
    return UserFactory(first_name="Rika", language="en")


@pytest.fixture
def room(reader):
    return RoomFactory(name="Lidar", people=[reader])


@pytest.fixture
def tell(reader, django_capture_on_commit_callbacks):
    """Tell the reader of a new item."""

    def act(kind="circles.posted", title="News", **more):
        item = ItemFactory(title=title)
        with django_capture_on_commit_callbacks(execute=True):
            (told,) = notify(kind, about=item, recipients=[reader], **more)
        told.refresh_from_db()
        return told

    return act


def source(room):
    return Source("circles", room.pk)


class TestDefaults:
    def test_what_a_person_must_act_on_comes_at_once_and_the_rest_in_the_daily_digest(self, rooms, clock, tell):
        assert tell("circles.asked", "Question").mail == Mail.SENT
        told = tell("circles.posted")
        assert (told.mail, told.delivery, told.mail_due_at) == (Mail.NONE, Delivery.DAILY, at(2, 7))
        assert [sent.subject for sent in mail.outbox] == ["Question (circles.asked)"]

    @pytest.mark.parametrize("kind", list(notification_kinds), ids=lambda kind: kind.name)
    def test_every_kind_comes_by_mail_as_long_as_nobody_chose_otherwise(self, kind):
        assert Choices().of_kind(kind) == kind.delivery != Delivery.OFF

    def test_followers_of_topics_get_them_daily(self, reader, clock):
        topic = make_topic("Lasers")
        follow(FOLLOWED, [topic.pk], person=reader)
        firm = OrganisationFactory(clusters=[ClusterFactory()])
        set_topics(firm, [topic], by=None)
        tell_followers.call(firm.pk, [topic.pk])
        told = Notification.objects.get(recipient=reader)
        assert (told.delivery, told.belongs_to) == (Delivery.DAILY, Source(FOLLOWED, topic.pk))


class TestChoosing:
    def test_of_a_kind(self, rooms, clock, reader, tell):
        choose(reader, kinds={"circles.posted": Delivery.WEEKLY})
        assert tell().mail_due_at == at(7, 7)
        choose(reader, kinds={"circles.posted": Delivery.AT_ONCE})
        assert tell().mail == Mail.SENT
        choose(reader, kinds={"circles.posted": Delivery.OFF})
        told = tell()
        assert (told.mail, told.mail_due_at, len(mail.outbox)) == (Mail.NONE, None, 1)

    def test_is_told_on_the_platform_in_any_case(self, rooms, client, reader, tell):
        choose(reader, kinds={"circles.posted": Delivery.OFF})
        tell(title="Quiet news")
        client.force_login(reader)
        assert "Quiet news" in client.get("/notifications/").content.decode()

    def test_of_one_room_counts_before_the_kind_and_for_this_room_only(self, rooms, clock, reader, room, tell):
        other = RoomFactory(people=[reader])
        choose(reader, of_sources={source(room): Delivery.AT_ONCE})
        assert tell(of=source(room)).delivery == Delivery.AT_ONCE
        assert tell(of=source(other)).delivery == Delivery.DAILY
        choose(reader, of_sources={source(room): None})
        assert tell(of=source(room)).delivery == Delivery.DAILY

    def test_of_a_room_does_not_keep_back_what_is_meant_for_the_person(self, rooms, reader, room, tell):
        choose(reader, of_sources={source(room): Delivery.OFF})
        assert tell("circles.named", of=source(room)).mail == Mail.SENT
        assert tell("circles.asked", of=source(room)).mail == Mail.NONE

    def test_what_is_required_cannot_be_stopped(self, rooms, clock, reader, room, tell):
        with pytest.raises(ValueError, match="required"):
            choose(reader, kinds={"circles.ruled": Delivery.OFF})
        choose(reader, kinds={OTHERS: Delivery.OFF}, of_sources={source(room): Delivery.OFF})
        assert tell("circles.ruled", of=source(room)).delivery == Delivery.DAILY
        assert tell("circles.posted").delivery == Delivery.OFF

    def test_of_all_others_leaves_what_must_be_acted_on(self, rooms, reader, tell):
        choose(reader, kinds={OTHERS: Delivery.WEEKLY})
        assert tell("circles.posted").delivery == Delivery.WEEKLY
        assert tell("circles.asked").delivery == Delivery.AT_ONCE

    def test_is_per_person(self, rooms, tell):
        choose(UserFactory(), kinds={"circles.posted": Delivery.OFF})
        assert tell().delivery == Delivery.DAILY

    def test_reaches_what_waits_already(self, rooms, clock, reader, tell, django_capture_on_commit_callbacks):
        waiting, stopped = tell(title="Soon"), tell("circles.ruled")
        with django_capture_on_commit_callbacks(execute=True):
            choose(reader, kinds={"circles.posted": Delivery.AT_ONCE, "circles.ruled": Delivery.WEEKLY})
        waiting.refresh_from_db()
        stopped.refresh_from_db()
        assert (waiting.mail, stopped.mail_due_at) == (Mail.SENT, at(7, 7))
        assert [sent.subject for sent in mail.outbox] == ["Soon (circles.posted)"]

    def test_is_asked_once_more_when_the_mail_is_sent(self, rooms, reader):
        (told,) = notify("circles.asked", about=ItemFactory(), recipients=[reader])
        DeliveryChoice.objects.create(person=reader, kind="circles.asked", delivery=Delivery.OFF)
        tasks.deliver.call([told.pk])
        told.refresh_from_db()
        assert (told.mail, mail.outbox) == (Mail.LEFT_OUT, [])

    def test_a_room_that_one_has_left_sends_nothing(self, rooms, reader, room):
        (told,) = notify("circles.asked", about=ItemFactory(), recipients=[reader], of=source(room))
        room.people.clear()
        tasks.deliver.call([told.pk])
        assert mail.outbox == []

    def test_of_several_topics_the_soonest_counts(self, rooms, reader, clock):
        above = make_topic("Photonics")
        topic = make_topic("Lasers", above)
        follow(FOLLOWED, [above.pk, topic.pk], person=reader)
        choose(
            reader, of_sources={Source(FOLLOWED, above.pk): Delivery.OFF, Source(FOLLOWED, topic.pk): Delivery.WEEKLY}
        )
        firm = OrganisationFactory(clusters=[ClusterFactory()])
        set_topics(firm, [topic], by=None)
        tell_followers.call(firm.pk, [topic.pk])
        told = Notification.objects.get(recipient=reader)
        assert (told.delivery, told.belongs_to) == (Delivery.WEEKLY, Source(FOLLOWED, topic.pk))

    def test_goes_with_the_follow_and_moves_with_a_merged_topic(self, reader):
        lasers, photonics = make_topic("Lasers"), make_topic("Photonics")
        follow(FOLLOWED, [lasers.pk], person=reader)
        choose(reader, of_sources={Source(FOLLOWED, lasers.pk): Delivery.WEEKLY})
        actions.merge_topics(lasers, photonics, by=None)
        assert Choices.of(reader).sources == {Source(FOLLOWED, photonics.pk): Delivery.WEEKLY}
        unfollow(FOLLOWED, [photonics.pk], person=reader)
        assert Choices.of(reader) == Choices()

    def test_the_number_of_queries_does_not_grow_with_the_people_told(self, rooms, room):
        def queries(number):
            people = UserFactory.create_batch(number)
            for person in people:
                choose(person, kinds={"circles.posted": Delivery.WEEKLY})
            item = ItemFactory()
            with CaptureQueriesContext(connection) as captured:
                notify("circles.posted", about=item, recipients=people, of=source(room))
            return len(captured)

        assert queries(2) == queries(12)

    @pytest.mark.parametrize("row", [{"kind": "", "source": ""}, {"kind": "a", "source": "topics", "source_id": 3}])
    def test_a_row_is_about_a_kind_or_about_a_source(self, reader, row):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeliveryChoice.objects.create(person=reader, delivery=Delivery.OFF, **row)


class TestQuietHours:
    @pytest.fixture(autouse=True)
    def nights(self, rooms, clock, reader):
        keep_quiet(reader, (time(22), time(6, 30)))

    def test_mails_at_once_wait_until_they_end(self, clock, tell, django_capture_on_commit_callbacks):
        clock.move_to(at(1, 23))
        told = tell("circles.asked", "Late question")
        assert (told.mail, told.mail_due_at, mail.outbox) == (Mail.NONE, at(2, 6, 30), [])
        clock.move_to(at(2, 6, 29))
        assert tasks.release_held() == 0
        clock.move_to(at(2, 6, 30))
        with django_capture_on_commit_callbacks(execute=True):
            assert tasks.release_held() == 1
        assert [sent.subject for sent in mail.outbox] == ["Late question (circles.asked)"]
        assert tasks.release_held() == 0

    def test_outside_of_them_mails_come_at_once(self, clock, tell):
        clock.move_to(at(1, 21, 59))
        assert tell("circles.asked").mail == Mail.SENT

    def test_a_mail_that_is_tried_again_waits_too(self, clock, reader):
        (told,) = notify("circles.asked", about=ItemFactory(), recipients=[reader])
        clock.move_to(at(1, 22))
        tasks.deliver.call([told.pk])
        told.refresh_from_db()
        assert (told.mail, told.mail_due_at, told.mail_tries, mail.outbox) == (Mail.NONE, at(2, 6, 30), 0, [])

    def test_they_are_in_the_persons_own_time_zone(self, clock, reader, tell):
        reader.time_zone = "America/New_York"
        reader.save()
        clock.move_to(at(2, 5))  # 23:00 there
        assert tell("circles.asked").mail_due_at == at(2, 12, 30)

    def test_what_waited_comes_when_they_are_given_up(self, clock, reader, tell, django_capture_on_commit_callbacks):
        clock.move_to(at(1, 23))
        tell("circles.asked")
        with django_capture_on_commit_callbacks(execute=True):
            keep_quiet(reader, None)
        assert len(mail.outbox) == 1

    def test_what_was_read_meanwhile_is_left_out(self, clock, reader, tell, django_capture_on_commit_callbacks):
        clock.move_to(at(1, 23))
        told = tell("circles.asked")
        Notification.objects.filter(pk=told.pk).update(read_at=at(1, 23, 5))
        clock.move_to(at(2, 8))
        with django_capture_on_commit_callbacks(execute=True):
            tasks.release_held()
        assert mail.outbox == []


class TestDiscreet:
    def test_a_mail_of_a_room_that_does_not_allow_text_quotes_nothing(self, rooms, reader, room, tell):
        SECRET.add(room.pk)
        tell("circles.asked", "Secret alloy", of=source(room))
        (sent,) = mail.outbox
        everything = sent.subject + sent.body + sent.alternatives[0][0]
        assert "Secret alloy" not in everything
        assert "Lidar" not in everything
        assert sent.subject == "Asked"

    def test_a_room_that_allows_text_is_quoted(self, rooms, reader, room, tell):
        tell("circles.asked", "Open question", of=source(room))
        assert "Open question" in mail.outbox[0].subject


class TestPage:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, reader):
        client.force_login(reader)

    @staticmethod
    def filled(client):
        """What a browser would send of the page as it is."""
        form = client.get(PAGE).context["form"]
        values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        return {name: "" if value is None else value for name, value in values.items()}

    def test_is_reached_from_the_menu_of_the_person_and_from_the_notifications(self, client):
        assert client.get("/notifications/").content.decode().count(f'href="{PAGE}"') >= 2

    def test_has_a_line_for_each_kind_that_concerns_the_person(self, client):
        page = client.get(PAGE).content.decode()
        assert "Your membership" in page
        assert "Somebody applies to your cluster" not in page
        manager = MembershipFactory(role=Role.MANAGER).person
        client.force_login(manager)
        assert "Somebody applies to your cluster" in client.get(PAGE).content.decode()

    def test_has_a_line_for_each_topic_and_room_of_ones_own(self, rooms, client, reader, room):
        topic, foreign = make_topic("Lasers"), make_topic("Gears")
        RoomFactory(name="Foreign room", people=[UserFactory()])
        follow(FOLLOWED, [topic.pk], person=reader)
        follow(FOLLOWED, [foreign.pk], person=UserFactory())
        page = client.get(PAGE).content.decode()
        assert "Lasers" in page
        assert "Lidar" in page
        assert "Gears" not in page
        assert "Foreign room" not in page

    def test_stores_what_is_chosen_and_shows_it_again(self, rooms, client, reader, room):
        sent = self.filled(client) | {
            "kind.circles.posted": "off",
            f"source.circles.{room.pk}": "weekly",
            f"kind.{OTHERS}": "weekly",
            "starts": "21:00",
            "ends": "07:15",
        }
        assert client.post(PAGE, sent)["Location"] == PAGE
        choices = Choices.of(reader)
        assert choices.of_kind(notification_kinds["circles.posted"]) == Delivery.OFF
        assert choices.of_kind(notification_kinds["circles.asked"]) == Delivery.AT_ONCE
        assert choices.of_kind(notification_kinds["topics.organisation"]) == Delivery.DAILY
        assert choices.sources == {source(room): Delivery.WEEKLY}
        assert QuietHours.objects.get().ends == time(7, 15)
        again = self.filled(client)
        assert again | {"starts": "", "ends": ""} == sent | {"starts": "", "ends": ""}
        assert client.post(PAGE, again | {"starts": "", "ends": "", f"source.circles.{room.pk}": ""}).status_code == 302
        assert not QuietHours.objects.exists()
        assert Choices.of(reader).sources == {}

    def test_a_line_that_was_not_on_the_page_stays_as_it_is(self, rooms, client, reader, room):
        sent = self.filled(client)
        del sent["kind.circles.posted"], sent[f"source.circles.{room.pk}"]
        choose(reader, kinds={"circles.posted": Delivery.OFF}, of_sources={source(room): Delivery.WEEKLY})
        client.post(PAGE, sent)
        choices = Choices.of(reader)
        assert choices.of_kind(notification_kinds["circles.posted"]) == Delivery.OFF
        assert choices.sources == {source(room): Delivery.WEEKLY}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("kind.circles.posted", "hourly"),
            ("kind.circles.ruled", "off"),
            ("starts", "25:00"),
            ("ends", "07:00"),
        ],
    )
    def test_refuses_what_cannot_be_chosen_beside_the_line_and_keeps_the_rest(self, rooms, client, field, value):
        sent = self.filled(client) | {"kind.circles.asked": "weekly", field: value}
        answer = client.post(PAGE, sent)
        assert answer.status_code == 400
        form = answer.context["form"]
        assert form.errors
        assert form["kind.circles.asked"].value() == "weekly"
        assert not DeliveryChoice.objects.exists()

    def test_quiet_hours_must_differ(self, client):
        answer = client.post(PAGE, self.filled(client) | {"starts": "07:00", "ends": "07:00"})
        assert answer.status_code == 400
        assert "ends" in answer.context["form"].errors

    def test_says_so_where_mails_come_back(self, client, reader):
        assert "came back" not in client.get(PAGE).content.decode()
        MailSuppression.objects.suppress(reader.email)
        assert "came back" in client.get(PAGE).content.decode()

    def test_is_for_people_with_an_account(self, client):
        client.logout()
        assert client.get(PAGE).status_code == client.post(PAGE).status_code == 302

    def test_its_number_of_queries_does_not_grow_with_the_lines(self, client, reader):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(PAGE).status_code == 200
            return len(captured)

        follow(FOLLOWED, [make_topic().pk], person=reader)
        queries()
        few = queries()
        follow(FOLLOWED, [make_topic().pk for _number in range(15)], person=reader)
        assert queries() == few


def test_choices_are_handed_out_and_erased(reader):
    choose(reader, kinds={"memberships.role": Delivery.WEEKLY})
    keep_quiet(reader, (time(22), time(6)))
    entry = personal_data["activity"]
    (file,) = [file for file in entry.export(reader) if file.path == "mail_choices.json"]
    assert file.content["choices"][0]["delivery"] == "weekly"
    assert file.content["quiet_hours"] == [{"starts": time(22), "ends": time(6)}]
    entry.erase(reader)
    assert not DeliveryChoice.objects.exists()
    assert not QuietHours.objects.exists()
