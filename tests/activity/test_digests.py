"""Digests: one mail to a person and period, in the morning where they live, with what they may see at that moment."""

import smtplib
import threading
import zoneinfo
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hanse_access.actions import change_audience
from hanse_access.models import Audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_activity import digests, tasks
from hanse_activity.actions import mark_read, notify
from hanse_activity.choices import choose, keep_quiet
from hanse_activity.delivery import Delivery, Source
from hanse_activity.kinds import notification_kinds
from hanse_activity.models import DeliveryChoice, Digest, MailSuppression, Notification
from hanse_activity.times import MORNING, end_of_quiet, next_morning
from hanse_base.personal_data import personal_data
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item

from .conftest import BERLIN, SECRET, at

pytestmark = pytest.mark.django_db
Mail = Notification.Mail
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.fixture
def reader():
    return UserFactory(first_name="Rika", language="en")


@pytest.fixture
def room(reader):
    return RoomFactory(name="Lidar", people=[reader])


@pytest.fixture
def tell(rooms, clock, reader):
    def act(title, kind="circles.posted", *, to=None, **more):
        item = ItemFactory(title=title, scopes=[PUBLIC])
        (told,) = notify(kind, about=item, recipients=[to or reader], **more)
        return told

    return act


@pytest.fixture
def gather(django_capture_on_commit_callbacks):
    """Run the job at a moment; gives the mails that went out by it."""

    def act(clock, moment):
        clock.move_to(moment)
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            digests.gather_digests()
        return list(mail.outbox)

    return act


def item_of(told):
    return Item.objects.get(pk=told.object_id)


def html_of(message):
    return message.alternatives[0][0]


def everything(message):
    return message.subject + message.body + html_of(message)


class TestWhen:
    def test_daily_ones_come_in_the_morning_with_all_of_the_day(self, clock, tell, gather):
        tell("First")
        tell("Second")
        assert gather(clock, at(2, 6, 59)) == []
        (sent,) = gather(clock, at(2, 7))
        assert sent.subject == "Your day: 2 things are new"
        assert "First (circles.posted)" in sent.body
        assert "Second (circles.posted)" in html_of(sent)
        assert gather(clock, at(2, 7, 10)) == gather(clock, at(3, 7)) == []

    def test_weekly_ones_come_on_monday(self, clock, reader, tell, gather):
        choose(reader, kinds={"circles.posted": Delivery.WEEKLY})
        tell("First")
        clock.move_to(at(4, 9))
        tell("Second")
        assert gather(clock, at(5, 7)) == gather(clock, at(6, 7)) == []
        (sent,) = gather(clock, at(7, 7))
        assert sent.subject == "Your week: 2 things are new"

    def test_each_period_has_a_mail_of_its_own(self, clock, reader, tell, gather):
        choose(reader, kinds={"circles.posted": Delivery.WEEKLY})
        tell("Of the week")
        clock.move_to(at(6, 12))
        tell("Of the day", "circles.ruled")
        day, week = sorted(gather(clock, at(7, 7)), key=lambda sent: sent.subject)
        assert "Of the week" not in day.body
        assert "Of the day" not in week.body

    def test_in_the_morning_where_the_person_lives(self, clock, reader, tell, gather):
        reader.time_zone = "America/New_York"
        reader.save()
        tell("Far away")
        assert gather(clock, at(2, 12)) == []
        assert len(gather(clock, at(2, 13))) == 1

    def test_also_of_who_has_moved_meanwhile(self, clock, reader, tell, gather):
        tell("Far away")
        get_user_model().objects.filter(pk=reader.pk).update(time_zone="America/New_York")
        assert gather(clock, at(2, 7)) == []
        assert len(gather(clock, at(2, 13))) == 1

    def test_not_in_quiet_hours(self, clock, reader, tell, gather, django_capture_on_commit_callbacks):
        keep_quiet(reader, (time(20), time(9)))
        tell("Sleep well")
        assert gather(clock, at(2, 7)) == []
        clock.move_to(at(2, 9))
        with django_capture_on_commit_callbacks(execute=True):
            assert tasks.release_held() == 1
        assert len(mail.outbox) == 1

    def test_what_comes_after_the_mail_of_the_day_waits_for_the_next(self, clock, reader, tell, gather):
        tell("First")
        gather(clock, at(2, 7))
        late = tell("Second")
        Notification.objects.filter(pk=late.pk).update(mail_due_at=at(2, 7))
        assert gather(clock, at(2, 8)) == []
        (sent,) = gather(clock, at(3, 7))
        assert "Second" in sent.body
        assert "First" not in sent.body

    @given(
        now=MOMENTS,
        zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "UTC"]),
        period=st.sampled_from([Delivery.DAILY, Delivery.WEEKLY]),
    )
    def test_the_next_morning_is_the_first_one_after_now(self, now, zone, period):
        zone = zoneinfo.ZoneInfo(zone)
        morning = next_morning(period, now, zone)
        assert morning.time() == MORNING
        assert now < morning <= now + timedelta(days=1 if period == Delivery.DAILY else 7, hours=1)
        assert period == Delivery.DAILY or morning.weekday() == 0

    @given(
        now=MOMENTS,
        starts=st.times(),
        ends=st.times(),
    )
    def test_quiet_hours_have_an_end_within_a_day(self, now, starts, ends):
        if starts == ends:
            return
        end = end_of_quiet(starts, ends, now, BERLIN)
        clock = now.astimezone(BERLIN).time()
        inside = starts <= clock < ends if starts < ends else not ends <= clock < starts
        if end is None:
            # in the hour that comes twice, the end may have been already
            assert not inside or now.astimezone(BERLIN).fold
        else:
            assert inside
            assert now < end <= now + timedelta(days=1, hours=1)


class TestWhatStandsInThem:
    def test_news_of_a_room_stand_under_its_name_and_others_under_their_kind(self, clock, room, tell, gather):
        tell("In the room", of=Source("circles", room.pk))
        tell("Elsewhere", "circles.ruled")
        (sent,) = gather(clock, at(2, 7))
        assert sent.body.index("Circles: Lidar") < sent.body.index("In the room")
        assert sent.body.index("In the room") < sent.body.index("Ruled\n") < sent.body.index("Elsewhere")
        item = Notification.objects.order_by("pk")[0].object_id
        assert f"/items/{item}/" in sent.body
        assert f"/items/{item}/" in html_of(sent)

    def test_in_the_readers_language_with_what_they_follow(self, clock, reader, tell, gather):
        get_user_model().objects.filter(pk=reader.pk).update(language="de")
        tell("Neues")
        (sent,) = gather(clock, at(2, 7))
        assert "Ihr Tag: 1 Neuigkeit" in sent.subject
        assert 'lang="de"' in html_of(sent)

    def test_what_may_not_be_seen_any_more_is_left_out(self, clock, tell, gather):
        hidden = tell("Hidden since")
        tell("Still there")
        change_audience(item_of(hidden), scopes=[Scope("room", RoomFactory().pk)], by=None)
        (sent,) = gather(clock, at(2, 7))
        assert sent.subject == "Your day: 1 thing is new"
        assert "Hidden since" not in everything(sent)
        assert "Still there" in sent.body

    def test_the_right_to_see_is_asked_when_the_mail_is_sent_not_when_it_is_gathered(self, clock, tell):
        told = tell("Hidden at last")
        clock.move_to(at(2, 7))
        digests.gather_digests()
        change_audience(item_of(told), scopes=[Scope("room", RoomFactory().pk)], by=None)
        digest = Digest.objects.get()
        tasks.deliver.call([digest.pk], "digests")
        digest.refresh_from_db()
        assert (digest.mail, mail.outbox) == (Mail.LEFT_OUT, [])

    def test_each_reader_gets_what_they_may_see(self, rooms, clock, gather):
        one, other = UserFactory(), UserFactory()
        item = ItemFactory(title="For one", audience=Audience.objects.of([Scope("room", RoomFactory(people=[one]).pk)]))
        notify("circles.posted", about=item, recipients=[one, other])
        (sent,) = gather(clock, at(2, 7))
        assert sent.to == [one.email]
        assert Digest.objects.get(person=other).mail == Mail.LEFT_OUT

    def test_what_was_read_meanwhile_is_left_out(self, clock, tell, gather):
        told = tell("Read")
        tell("Unread")
        mark_read(Notification.objects.filter(pk=told.pk))
        (sent,) = gather(clock, at(2, 7))
        assert "Unread" in sent.body
        assert "Read (" not in sent.body

    def test_what_was_switched_off_meanwhile_is_left_out(self, clock, reader, room, tell, gather):
        tell("Switched off", of=Source("circles", room.pk))
        choose(reader, of_sources={Source("circles", room.pk): Delivery.OFF})
        assert gather(clock, at(2, 7)) == []
        tell("Ruled out", "circles.posted")
        clock.move_to(at(3, 7))
        digests.gather_digests()
        DeliveryChoice.objects.create(person=reader, kind="circles.posted", delivery=Delivery.OFF)
        tasks.deliver.call([Digest.objects.get().pk], "digests")
        assert mail.outbox == []

    def test_a_room_that_one_has_left_is_left_out_but_not_what_is_meant_for_the_person(
        self, clock, reader, room, tell, gather
    ):
        choose(reader, kinds={"circles.named": Delivery.DAILY})
        tell("In the room", of=Source("circles", room.pk))
        tell("You are named", "circles.named", of=Source("circles", room.pk))
        room.people.clear()
        (sent,) = gather(clock, at(2, 7))
        assert "You are named" in sent.body
        assert "In the room" not in sent.body
        assert "Lidar" not in sent.body

    def test_of_rooms_that_do_not_allow_text_only_the_number_is_told(self, clock, reader, room, tell, gather):
        other = RoomFactory(name="Radar", people=[reader])
        SECRET.update([room.pk, other.pk])
        tell("Secret alloy", of=Source("circles", room.pk))
        tell("Secret glass", of=Source("circles", other.pk))
        tell("Open", "circles.ruled")
        (sent,) = gather(clock, at(2, 7))
        for secret in ("Secret", "Lidar", "Radar"):
            assert secret not in everything(sent)
        assert "Posted: 2" in sent.body
        assert sent.subject == "Your day: 3 things are new"

    def test_one_kind_that_cannot_be_written_does_not_keep_the_others(self, clock, tell, gather, monkeypatch):
        tell("Broken")
        tell("Whole", "circles.ruled")
        kind = notification_kinds["circles.posted"]
        monkeypatch.setitem(kind.__dict__, "text", lambda notification, item: 1 / 0)
        (sent,) = gather(clock, at(2, 7))
        assert "Whole" in sent.body

    def test_the_same_line_stands_once(self, clock, reader, tell, gather):
        told = tell("Twice")
        notify("circles.posted", about=item_of(told), recipients=[reader])
        (sent,) = gather(clock, at(2, 7))
        assert sent.body.count("Twice") == 1

    def test_it_has_an_end(self, clock, tell, gather, monkeypatch):
        monkeypatch.setattr(digests, "MOST_LINES", 3)
        for number in range(5):
            tell(f"Item {number}")
        (sent,) = gather(clock, at(2, 7))
        assert sent.body.count("(circles.posted)") == 3
        assert "with more that is new" in sent.body
        assert sent.subject == "Your day: 5 things are new"

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, clock, reader, room, tell):
        def queries(number, day):
            for each in range(number):
                tell(f"Item {each}", of=Source("circles", RoomFactory(people=[reader]).pk))
                tell(f"Other {each}", "circles.ruled")
            clock.move_to(at(day, 7))
            digests.gather_digests()
            digest = Digest.objects.select_related("person").latest("day")
            with CaptureQueriesContext(connection) as captured:
                assert digests.write_digest(digest) is not None
            return len(captured)

        queries(2, 2)
        assert queries(2, 3) == queries(12, 4)


class TestSendingOnce:
    def test_running_again_sends_nothing_again(self, clock, tell, gather):
        tell("Once")
        assert len(gather(clock, at(2, 7))) == 1
        digest = Digest.objects.get()
        mail.outbox.clear()
        tasks.deliver.call([digest.pk], "digests")
        digests.gather_digests()
        assert (mail.outbox, Digest.objects.count()) == ([], 1)

    def test_what_was_interrupted_is_reported_as_unknown_and_never_repeated(self, clock, tell, gather, monkeypatch):
        def interrupt(self, messages):
            raise smtplib.SMTPServerDisconnected("gone")

        tell("Perhaps")
        with monkeypatch.context() as patched:
            patched.setattr(EmailBackend, "send_messages", interrupt)
            assert gather(clock, at(2, 7)) == []
        digest = Digest.objects.get()
        assert digest.mail == Mail.UNKNOWN
        tasks.deliver.call([digest.pk], "digests")
        assert gather(clock, at(3, 7)) == []
        assert tasks.retry_mails() == 0

    def test_a_worker_that_dies_while_sending_is_reported_too(self, clock, tell, gather):
        tell("Perhaps")
        gather(clock, at(2, 7))
        Digest.objects.update(mail=Mail.SENDING, mail_changed_at=at(2, 7))
        clock.move_to(at(2, 9))
        assert tasks.report_interrupted() == 1
        assert Digest.objects.get().mail == Mail.UNKNOWN

    def test_one_whose_task_was_lost_is_sent_by_the_clock(self, clock, tell, django_capture_on_commit_callbacks):
        tell("Late")
        clock.move_to(at(2, 7))
        digests.gather_digests()
        clock.move_to(at(2, 7, 6))
        with django_capture_on_commit_callbacks(execute=True):
            assert tasks.retry_mails() == 1
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("since", ["left the platform", "mails come back"])
    def test_nobody_is_written_to_in_vain(self, clock, reader, tell, gather, since):
        tell("Nobody there")
        if since == "left the platform":
            get_user_model().objects.filter(pk=reader.pk).update(is_active=False)
        else:
            MailSuppression.objects.suppress(reader.email)
        assert gather(clock, at(2, 7)) == []
        assert Digest.objects.get().mail == Mail.LEFT_OUT


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_at_the_same_moment_one_sends(rooms):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    people = UserFactory.create_batch(5)
    with time_machine.travel(at(1, 12), tick=True):
        notify("circles.posted", about=ItemFactory(title="Once"), recipients=people)
    mail.outbox.clear()
    ready, problems = threading.Barrier(4, timeout=20), []

    def work():
        try:
            ready.wait()
            digests.gather_digests()
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    with time_machine.travel(at(2, 8), tick=True):
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(person.email for person in people)
    assert not Notification.objects.filter(digest=None).exists()


def test_digests_are_handed_out_erased_and_removed_when_they_are_old(clock, reader, tell, gather, settings):
    tell("Once")
    gather(clock, at(2, 7))
    entry = personal_data["activity"]
    (file,) = [file for file in entry.export(reader) if file.path == "digests.json"]
    assert file.content[0]["mail"] == Mail.SENT
    settings.HANSE_NOTIFICATION_DAYS = 10
    clock.move_to(at(14, 12))
    tasks.remove_old()
    assert not Digest.objects.exists()
    Digest.objects.create(person=reader, period=Delivery.DAILY, day=at(14, 12).date())
    entry.erase(reader)
    assert not Digest.objects.exists()
