"""The link in each mail that stops such mails: one click, without signing in, and only on POST (RFC 8058)."""

import re
from dataclasses import replace

import pytest
from django.core import mail
from django.test import Client

from hanse_activity import delivery_views, digests
from hanse_activity.actions import notify
from hanse_activity.choices import Choices, choose
from hanse_activity.delivery import Delivery, Source
from hanse_activity.kinds import notification_kinds
from hanse_activity.models import DeliveryChoice, Digest
from hanse_base import link_pages
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.invitations import invited
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory

from .conftest import SECRET, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rooms"), pytest.mark.embedded]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader():
    return UserFactory(first_name="Rika", last_name="Reader", language="en")


@pytest.fixture
def room(reader):
    return RoomFactory(name="Lidar", people=[reader])


@pytest.fixture
def stranger():
    """A mail program or a link scanner: signed in nowhere, and checked for forged requests."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def sent(reader, django_capture_on_commit_callbacks):
    """The mail about one thing."""

    def act(kind="circles.asked", **more):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            notify(kind, about=ItemFactory(title="News"), recipients=[reader], **more)
        (message,) = mail.outbox
        return message

    return act


@pytest.fixture
def digest(reader, room, clock, django_capture_on_commit_callbacks):
    """The daily mail with news of a room and of a kind."""
    choose(reader, of_sources={Source("circles", room.pk): Delivery.DAILY})
    notify("circles.posted", about=ItemFactory(title="In the room"), recipients=[reader], of=Source("circles", room.pk))
    notify("circles.ruled", about=ItemFactory(title="A rule"), recipients=[reader])
    clock.move_to(at(2, 7))
    with django_capture_on_commit_callbacks(execute=True):
        digests.gather_digests()
    (message,) = mail.outbox
    return message


def link(message):
    return re.fullmatch(r"<http://localhost:8000(/[^>]+)>", message.extra_headers["List-Unsubscribe"])[1]


def off(person):
    return {
        str(row.kind or (row.source, row.source_id))
        for row in DeliveryChoice.objects.of(person)
        if row.delivery == "off"
    }


def test_each_mail_has_the_headers_and_the_same_link_at_its_end(sent):
    message = sent()
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link(message) in message.body
    assert link(message) in message.alternatives[0][0]
    assert "/notifications/delivery/" in message.body
    assert "\n" not in str(message.message()["List-Unsubscribe"])


def test_following_the_link_shows_a_button_and_stops_nothing(sent, stranger, reader):
    address = link(sent())
    for answer in (stranger.get(address), stranger.head(address)):
        assert answer.status_code == 200
        assert answer.cookies == {}
    page = stranger.get(address).content.decode()
    assert "Stop these mails?" in page
    assert "Asked" in page
    assert not DeliveryChoice.objects.exists()


@pytest.mark.parametrize("body", [ONE_CLICK, {}], ids=["mail program", "button"])
def test_one_click_stops_the_kind_without_session_and_token(sent, stranger, reader, body):
    answer = stranger.post(link(sent()), body)
    assert (answer.status_code, answer.cookies) == (200, {})
    assert "do not come any more" in answer.content.decode()
    assert off(reader) == {"circles.asked"}
    assert Choices.of(reader).of_kind(notification_kinds["circles.named"]) == Delivery.AT_ONCE


def test_a_second_click_does_no_harm(sent, stranger, reader):
    address = link(sent())
    assert stranger.post(address).status_code == stranger.post(address).status_code == 200
    assert off(reader) == {"circles.asked"}


def test_it_stops_the_room_that_the_mail_came_from_and_no_other(sent, stranger, reader, room):
    message = sent(of=Source("circles", room.pk))
    assert "Circles: Lidar" in stranger.get(link(message)).content.decode()
    stranger.post(link(message))
    assert off(reader) == {str(("circles", room.pk))}


def test_of_what_is_meant_for_the_person_it_stops_the_kind_not_the_room(sent, stranger, reader, room):
    stranger.post(link(sent("circles.named", of=Source("circles", room.pk))))
    assert off(reader) == {"circles.named"}


def test_of_a_digest_it_stops_all_that_comes_in_it(digest, stranger, reader, room):
    assert "Your daily digest" in stranger.get(link(digest)).content.decode()
    choose(reader, kinds={"reports.decided": Delivery.WEEKLY})
    stranger.post(link(digest), ONE_CLICK)
    choices = Choices.of(reader)
    left = {kind.name for kind in notification_kinds if choices.of_kind(kind) == Delivery.DAILY}
    assert left == {"circles.ruled"}
    assert choices.of_kind(notification_kinds["reports.decided"]) == Delivery.WEEKLY
    assert choices.of_kind(notification_kinds["circles.asked"]) == Delivery.AT_ONCE
    assert choices.others == choices.sources[Source("circles", room.pk)] == Delivery.OFF


def test_it_also_stops_what_waits_for_the_next_one(digest, stranger, reader, clock, django_capture_on_commit_callbacks):
    notify("circles.posted", about=ItemFactory(title="Too late"), recipients=[reader])
    stranger.post(link(digest))
    mail.outbox.clear()
    clock.move_to(at(3, 7))
    with django_capture_on_commit_callbacks(execute=True):
        digests.gather_digests()
    assert mail.outbox == []
    assert Digest.objects.count() == 1


def test_a_mail_that_nobody_can_be_spared_has_no_such_link(reader, django_capture_on_commit_callbacks):
    choose(reader, kinds={"circles.ruled": Delivery.AT_ONCE})
    with django_capture_on_commit_callbacks(execute=True):
        notify("circles.ruled", about=ItemFactory(), recipients=[reader])
    (message,) = mail.outbox
    assert "List-Unsubscribe" not in message.extra_headers
    assert "/notifications/delivery/" in message.body
    assert "/notifications/stop/" not in message.body


def test_the_page_says_no_more_than_the_mail_did(sent, stranger, reader, room):
    address = link(sent(of=Source("circles", room.pk)))
    SECRET.add(room.pk)
    page = stranger.get(address).content.decode()
    for secret in ("Lidar", "Rika", "Reader", reader.email):
        assert secret not in page
    SECRET.clear()
    room.people.clear()
    assert "Lidar" not in stranger.get(address).content.decode()


def test_a_changed_link_opens_nothing_and_who_guesses_has_to_wait(sent, stranger, reader):
    address = link(sent())
    for changed in (address[:-2] + "x/", "/notifications/stop/nonsense/", "/notifications/stop/%00/"):
        assert stranger.get(changed).status_code == stranger.post(changed).status_code == 404
    assert not DeliveryChoice.objects.exists()
    for _number in range(link_pages.MISSES.most):
        stranger.post("/notifications/stop/nonsense/")
    assert stranger.post("/notifications/stop/nonsense/").status_code == 429


def test_a_link_cannot_be_pressed_again_and_again(sent, stranger, monkeypatch):
    monkeypatch.setattr(delivery_views, "PRESSED", replace(delivery_views.PRESSED, most=2))
    address = link(sent())
    assert [stranger.post(address).status_code for _press in range(3)] == [200, 200, 429]
    assert stranger.get(address).status_code == 200


def test_the_link_of_somebody_who_is_gone_tells_nothing(sent, stranger, reader):
    address = link(sent())
    before = stranger.get(address).content.decode()
    reader.delete()
    assert stranger.get(address).content.decode() == before
    assert stranger.post(address).status_code == 200


def test_whoever_is_signed_in_only_the_reader_of_the_mail_is_spared(sent, client, reader):
    other = UserFactory()
    client.force_login(other)
    client.post(link(sent()))
    assert off(reader) == {"circles.asked"}
    assert off(other) == set()


def test_a_kind_that_is_gone_with_its_plugin_is_no_error(sent, stranger):
    message = sent()
    kind = notification_kinds.unregister("circles.asked")
    try:
        assert stranger.get(link(message)).status_code == stranger.post(link(message)).status_code == 200
    finally:
        notification_kinds.register(kind)


def test_an_invitation_is_no_notification_and_has_no_such_link():
    manager = MembershipFactory(role=Role.MANAGER)
    invited(manager.cluster, "new@example.org", by=manager.person)
    (message,) = mail.outbox
    assert "List-Unsubscribe" not in message.extra_headers
    assert "/notifications/" not in message.body
