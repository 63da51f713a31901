"""Whoever made a link to a room is told who came in by it."""

import pytest
from django.core import mail

from hanse_access.viewer import Viewer
from hanse_activity.models import Notification
from hanse_activity.tasks import deliver
from hanse_groups import actions
from hanse_groups.models import Room
from hanse_groups.notifications import own_invited
from tests.factories.room_links import copied
from tests.factories.rooms import add, place_of

from .talk import browser, told
from .visits import is_in, signed_in

pytestmark = pytest.mark.django_db


def come(person, path: str) -> None:
    assert signed_in(person).post(path).status_code == 302


def mailed(notice) -> str:
    mail.outbox.clear()
    Notification.objects.filter(pk=notice.pk).update(mail="waiting", delivery="at_once", mail_due_at=None)
    deliver.call([notice.pk])
    return "\n".join(f"{sent.subject} {sent.body}" for sent in mail.outbox)


def test_once_for_each_person_and_nobody_else(room, manager, ada, member, other):
    _link, path = copied(room, by=manager, use_limit=3)
    for person in (member, other, member):
        come(person, path)
    assert (is_in(member, room), is_in(other, room)) == (True, True)
    assert (told(manager, "came"), told(ada, "came"), told(member, "came")) == (2, 0, 0)
    page = browser(manager).get("/notifications/").content.decode()
    assert member.get_full_name() in page


def test_the_mail_names_nobody_unless_the_room_allows_it(room, manager, member):
    _link, path = copied(room, by=manager)
    come(member, path)
    notice = Notification.objects.get(recipient=manager, kind="rooms.came")
    assert member.get_full_name() not in mailed(notice)
    Room.objects.update(mails_show_text=True)
    assert member.get_full_name() in mailed(notice)


def test_not_by_mail_once_one_of_the_two_is_no_longer_there(room, manager, member, ada):
    actions.set_role(place_of(room, ada), "moderator", by=manager)
    _link, path = copied(room, by=ada)
    come(member, path)
    notice = Notification.objects.get(recipient=ada, kind="rooms.came")
    place = place_of(room, member)
    assert list(own_invited(Viewer.of(ada))) == [place]
    actions.remove(place, by=manager)
    assert mailed(notice) == ""
    add(room, member)
    actions.leave(room, by=ada)
    assert not own_invited(Viewer.of(ada)).exists()
    assert mailed(notice) == ""
