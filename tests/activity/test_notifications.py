"""What people are told, in the page and by mail: only what they may see, at the moment it is read or sent."""

import smtplib
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanse_access.actions import change_audience, decline_proposal
from hanse_access.models import AudienceProposal
from hanse_access.scopes import Scope
from hanse_activity import tasks, views, writing
from hanse_activity.actions import notify
from hanse_activity.choices import choose
from hanse_activity.delivery import Delivery
from hanse_activity.models import MailSuppression, Notification
from hanse_members.actions import apply_for_membership, approve_membership, decline_membership
from hanse_members.models import Membership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
Mail = Notification.Mail


@pytest.fixture
def manager():
    return MembershipFactory(role=Role.MANAGER, cluster=ClusterFactory(name="Optics North")).person


@pytest.fixture
def cluster(manager):
    return manager.memberships.get().cluster


@pytest.fixture
def newcomer():
    return UserFactory(first_name="Nele", last_name="Nord", language="de")


@pytest.fixture
def application(cluster, newcomer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return apply_for_membership(person=newcomer, cluster=cluster)


@pytest.fixture
def refusing(monkeypatch):
    """The mail server answers with this error."""

    def refuse(error):
        def send(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    return refuse


def told(person):
    return Notification.objects.of(person)


def page(client, person):
    client.force_login(person)
    return client.get("/notifications/").content.decode()


def test_the_management_is_told_of_an_application_in_the_page_and_by_mail(client, manager, application):
    assert "Nele Nord asks to be admitted to Optics North." in page(client, manager)
    (sent,) = mail.outbox
    assert sent.to == [manager.email]
    assert sent.subject == "Nele Nord asks to be admitted to Optics North."
    html = sent.alternatives[0][0]
    assert "/waiting/?kind=applications" in sent.body
    assert "/waiting/?kind=applications" in html
    assert "Nele" in html


def test_the_newcomer_reads_the_decision_in_the_own_language(
    client, manager, newcomer, application, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        approve_membership(application, by=manager)
    assert [sent.to for sent in mail.outbox] == [[newcomer.email]]
    assert "Sie sind jetzt Mitglied" in mail.outbox[0].subject
    assert "Sie sind jetzt Mitglied" in page(client, newcomer)


def test_a_name_that_breaks_the_line_breaks_no_mail(manager, cluster):
    apply_for_membership(person=UserFactory(first_name="Nele\nBcc: a@example.org"), cluster=cluster)
    tasks.deliver.call([told(manager).get().pk])
    (sent,) = mail.outbox
    assert sent.recipients() == [manager.email]
    assert sent.subject.startswith("Nele Bcc: a@example.org")


def test_who_does_it_is_not_told_of_it(cluster):
    person = UserFactory()
    membership = MembershipFactory(person=person, cluster=cluster, role=Role.MANAGER)
    notify("memberships.applied", about=membership, recipients=[person], by=person)
    assert not told(person).exists()


def test_who_may_no_longer_see_it_is_told_nothing(client, manager, application):
    assert "Nele Nord" in page(client, manager)
    manager.memberships.update(role=Role.MEMBER)
    shown = page(client, manager)
    assert "Nele Nord" not in shown
    assert "unread" not in client.get("/dashboard/").content.decode()
    notification = told(manager).get()
    hidden = client.post(f"/notifications/{notification.pk}/open/")
    missing = client.post("/notifications/987654/open/")
    assert hidden.status_code == missing.status_code == 404


def test_the_right_to_see_is_asked_when_the_mail_is_sent(manager, cluster, newcomer):
    apply_for_membership(person=newcomer, cluster=cluster)
    notification = told(manager).get()
    manager.memberships.update(role=Role.MEMBER)
    tasks.deliver.call([notification.pk])
    notification.refresh_from_db()
    assert (mail.outbox, notification.mail) == ([], Mail.LEFT_OUT)


def test_a_notification_of_another_person_does_not_exist(client, manager, newcomer, application):
    notification = told(manager).get()
    client.force_login(newcomer)
    assert client.post(f"/notifications/{notification.pk}/open/").status_code == 404
    notification.refresh_from_db()
    assert notification.read_at is None


def test_what_a_colleague_was_told_is_not_ones_own(client, manager, cluster, newcomer):
    colleague = MembershipFactory(role=Role.MANAGER, cluster=cluster).person
    apply_for_membership(person=newcomer, cluster=cluster)
    assert page(client, manager).count("Nele Nord asks") == 1
    assert client.post(f"/notifications/{told(colleague).get().pk}/open/").status_code == 404
    client.post("/notifications/read/")
    assert told(colleague).unread().exists()
    assert not told(manager).unread().exists()


def test_what_goes_out_of_sight_between_two_queries_is_not_told(client, manager, application, monkeypatch):
    notification = told(manager).get()
    monkeypatch.setattr(views, "notifications_of", lambda request: told(request.user))
    manager.memberships.update(role=Role.MEMBER)
    assert "Nele Nord" not in page(client, manager)
    assert client.post(f"/notifications/{notification.pk}/open/").status_code == 404
    assert told(manager).unread().exists()


def test_opening_marks_as_read_and_leads_there(client, manager, application):
    client.force_login(manager)
    assert "1 unread" in client.get("/dashboard/").content.decode()
    answer = client.post(f"/notifications/{told(manager).get().pk}/open/")
    assert answer.url == "/waiting/?kind=applications"
    assert "1 unread" not in client.get("/dashboard/").content.decode()


def test_following_a_link_changes_nothing(client, manager, application):
    client.force_login(manager)
    MailSuppression.objects.suppress(manager.email)
    for address in (f"{told(manager).get().pk}/open/", "read/", "mails/"):
        assert client.get(f"/notifications/{address}").status_code == 405
    assert told(manager).unread().exists()
    assert MailSuppression.objects.covers(manager.email)


def test_all_are_marked_as_read_at_once(client, manager, application):
    client.force_login(manager)
    client.post("/notifications/read/")
    assert not told(manager).unread().exists()


def test_a_mail_about_a_closed_room_quotes_nothing(django_capture_on_commit_callbacks):
    author, owner = UserFactory(), UserFactory(language="en")
    item = ItemFactory(author=author, title="Secret alloy")
    own = RoomFactory(owner=author, people=[author])
    asked = RoomFactory(owner=owner)
    with django_capture_on_commit_callbacks(execute=True):
        change_audience(item, scopes=[Scope("room", own.pk), Scope("room", asked.pk)], by=author)
    (sent,) = mail.outbox
    assert sent.to == [owner.email]
    everything = sent.subject + sent.body + sent.alternatives[0][0]
    assert "Secret alloy" not in everything
    assert "Something is proposed to your members" in sent.subject


def test_a_mail_about_what_is_gone_quotes_nothing():
    author, owner = UserFactory(), UserFactory()
    item = ItemFactory(author=author)
    choose(author, kinds={"proposals.decided": Delivery.AT_ONCE})
    change_audience(item, scopes=[Scope("room", RoomFactory(owner=owner).pk)], by=author)
    decline_proposal(AudienceProposal.objects.get(), by=owner, reason="Not our field")
    item.delete()
    tasks.deliver.call([told(author).get().pk])
    (sent,) = mail.outbox
    assert "Not our field" not in sent.subject + sent.body + sent.alternatives[0][0]


def test_the_author_reads_why_a_proposal_was_declined(client, django_capture_on_commit_callbacks):
    author, owner = UserFactory(), UserFactory()
    item = ItemFactory(author=author, title="Light on composites")
    choose(author, kinds={"proposals.decided": Delivery.AT_ONCE})
    change_audience(item, scopes=[Scope("room", RoomFactory(owner=owner).pk)], by=author)
    with django_capture_on_commit_callbacks(execute=True):
        decline_proposal(AudienceProposal.objects.get(), by=owner, reason="Not our field")
    (sent,) = mail.outbox
    assert sent.to == [author.email]
    assert "Not our field" in sent.body
    assert "Light on composites" in page(client, author)


def test_what_went_out_of_sight_since_is_not_named(client, django_capture_on_commit_callbacks):
    author, owner = UserFactory(), UserFactory()
    item = ItemFactory(author=author, title="Light on composites")
    change_audience(item, scopes=[Scope("room", RoomFactory(owner=owner).pk)], by=author)
    assert "Light on composites" in page(client, owner)
    decline_proposal(AudienceProposal.objects.get(), by=owner, reason="Not our field")
    shown = page(client, owner)
    assert "Light on composites" not in shown
    assert "An item that you cannot see at present" in shown
    tasks.deliver.call(list(told(owner).values_list("pk", flat=True)))
    assert "Light on composites" not in mail.outbox[-1].body


def test_a_mail_is_sent_once_even_when_its_task_runs_twice(manager, application):
    ids = list(told(manager).values_list("pk", flat=True))
    tasks.deliver.call(ids)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPSenderRefused(451, b"try later", "hanse@example.org"), Mail.WAITING),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"mailbox busy")}), Mail.WAITING),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), Mail.LEFT_OUT),
        (smtplib.SMTPServerDisconnected("gone"), Mail.UNKNOWN),
        (TimeoutError(), Mail.UNKNOWN),
    ],
)
def test_what_became_of_a_mail_is_known_or_said_to_be_unknown(manager, cluster, newcomer, refusing, error, state):
    apply_for_membership(person=newcomer, cluster=cluster)
    refusing(error)
    tasks.deliver.call([told(manager).get().pk])
    assert told(manager).get().mail == state
    assert MailSuppression.objects.covers(manager.email) == (state == Mail.LEFT_OUT)


def test_a_server_that_cannot_be_reached_is_tried_again_with_growing_pauses(
    manager, cluster, newcomer, monkeypatch, django_capture_on_commit_callbacks
):
    apply_for_membership(person=newcomer, cluster=cluster)
    reachable = EmailBackend.open
    monkeypatch.setattr(EmailBackend, "open", lambda self: (_ for _ in ()).throw(ConnectionRefusedError()))
    tasks.deliver.call([told(manager).get().pk])
    assert (told(manager).get().mail, tasks.retry_mails()) == (Mail.WAITING, 0)
    monkeypatch.setattr(EmailBackend, "open", reachable)
    told(manager).update(mail_changed_at=timezone.now() - tasks.FIRST_PAUSE * 2)
    with django_capture_on_commit_callbacks(execute=True):
        assert (tasks.retry_mails(), mail.outbox) == (1, [])
    assert (told(manager).get().mail, len(mail.outbox)) == (Mail.SENT, 1)


@pytest.mark.parametrize("since", ["read", "left the platform", "plugin gone"])
def test_a_mail_that_has_become_pointless_is_left_out(manager, cluster, newcomer, since):
    membership = apply_for_membership(person=newcomer, cluster=cluster)
    approve_membership(membership, by=manager)
    notification = told(newcomer).get()
    if since == "read":
        told(newcomer).update(read_at=timezone.now())
    elif since == "left the platform":
        get_user_model().objects.filter(pk=newcomer.pk).update(is_active=False)
    else:
        told(newcomer).update(kind="gone.with_its_plugin")
    tasks.deliver.call([notification.pk])
    assert (told(newcomer).get().mail, mail.outbox) == (Mail.LEFT_OUT, [])


def test_what_was_reported_as_interrupted_stays_so(manager, cluster, newcomer, monkeypatch):
    apply_for_membership(person=newcomer, cluster=cluster)

    def refuse_late(self, messages):
        told(manager).update(mail_changed_at=timezone.now() - timedelta(hours=2))
        assert tasks.report_interrupted() == 1
        raise smtplib.SMTPSenderRefused(451, b"try later", "hanse@example.org")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_late)
    tasks.deliver.call([told(manager).get().pk])
    assert told(manager).get().mail == Mail.UNKNOWN


def test_one_mail_that_cannot_be_written_does_not_keep_the_others(manager, cluster, newcomer, monkeypatch):
    second = MembershipFactory(role=Role.MANAGER, cluster=cluster).person
    apply_for_membership(person=newcomer, cluster=cluster)
    write = writing.notification_mail

    def fail_for_the_first(notification, *args):
        if notification.recipient_id == manager.pk:
            raise LookupError
        return write(notification, *args)

    monkeypatch.setattr(writing, "notification_mail", fail_for_the_first)
    tasks.deliver.call([told(manager).get().pk, told(second).get().pk])
    assert [message.to for message in mail.outbox] == [[second.email]]
    assert (told(manager).get().mail, told(manager).get().mail_tries) == (Mail.WAITING, 1)
    assert told(second).get().mail == Mail.SENT


def test_mails_that_wait_for_long_do_not_keep_others_from_being_tried_again(manager, application, monkeypatch):
    row = told(manager).get()
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(
            recipient=manager, kind=row.kind, object_id=row.object_id, created_at=now, mail=Mail.WAITING, **waits
        )
        for waits in [{"mail_tries": 7, "mail_changed_at": now - timedelta(hours=1)}] * 3
        + [{"mail_tries": 0, "mail_changed_at": now - tasks.FIRST_PAUSE}]
    )
    monkeypatch.setattr(tasks, "MOST_AT_ONCE", 2)
    assert tasks.retry_mails() == 1


def test_a_mail_whose_sending_never_ended_is_reported_and_not_sent_again(manager, application):
    told(manager).update(mail=Mail.SENDING, mail_changed_at=timezone.now() - timedelta(hours=2))
    mail.outbox.clear()
    assert tasks.report_interrupted() == 1
    tasks.deliver.call([told(manager).get().pk])
    assert (told(manager).get().mail, mail.outbox) == (Mail.UNKNOWN, [])


def test_no_mail_goes_where_mails_come_back_until_the_owner_asks(client, manager, cluster, newcomer):
    MailSuppression.objects.suppress(manager.email.upper())
    membership = apply_for_membership(person=newcomer, cluster=cluster)
    tasks.deliver.call([told(manager).get().pk])
    assert mail.outbox == []
    assert "Mails to your address came back" in page(client, manager)
    client.post("/notifications/mails/")
    assert not MailSuppression.objects.covers(manager.email)
    decline_membership(membership, reason="Another field", by=manager)
    assert Membership.objects.get(pk=membership.pk).state == "declined"


def test_old_ones_go(manager, application, settings):
    settings.HANSE_NOTIFICATION_DAYS = 30
    told(manager).update(created_at=timezone.now() - timedelta(days=31))
    assert tasks.remove_old() == 1


def test_a_deleted_person_takes_what_they_were_told_along(manager, application):
    get_user_model().objects.filter(pk=manager.pk).delete()
    assert not Notification.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(client, manager, cluster):
    client.force_login(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/notifications/").status_code == 200
        return len(captured)

    def apply(number):
        for person in UserFactory.create_batch(number):
            apply_for_membership(person=person, cluster=cluster)

    apply(2)
    queries()
    few = queries()
    apply(20)
    assert queries() == few
