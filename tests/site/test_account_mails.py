"""Mails about accounts are sent by tasks: what the tasks hold, and what a dead mail server does."""

import json
import smtplib
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hanse_base.jobs import jobs
from hanse_site.account import mails
from hanse_site.account.mails import send_account_mail
from tests.factories.accounts import confirmed_person

from .test_accounts import link_in, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def queue(settings):
    """Tasks wait in the database, as on a real site."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return DBTaskResult.objects.filter(task_path=send_account_mail.module_path)


@pytest.fixture
def dead_server(monkeypatch):
    def fail(self, fail_silently=False):
        raise smtplib.SMTPServerDisconnected("somebody@example.org")

    monkeypatch.setattr(EmailMessage, "send", fail)


def ask_for_password(address: str):
    return Client().post(reverse("account_reset_password"), {"email": address})


def run(row: DBTaskResult) -> None:
    send_account_mail.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])


def test_the_request_sends_nothing_itself_whether_the_address_is_known_or_not(queue, dead_server):
    confirmed_person(email="known@example.org")
    for act in (lambda address: sign_up(email=address), ask_for_password):
        for address in ("known@example.org", "unknown@example.org"):
            DBTaskResult.objects.all().delete()
            assert act(address).status_code == 302
            assert queue.count() == 1


def test_nothing_is_asked_for_before_the_commit(queue, monkeypatch):
    monkeypatch.setattr(mails, "on_commit", transaction.on_commit)
    ask_for_password("unknown@example.org")
    assert not queue.exists()


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_does_not_answer_fails_no_request(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(mails, "on_commit", transaction.on_commit)
    monkeypatch.setattr(mails, "send_account_mail", SimpleNamespace(enqueue=fail))
    assert ask_for_password("unknown@example.org").status_code == 302


def test_a_dead_mail_server_is_asked_again_and_then_given_up(queue, dead_server, caplog):
    sign_up(email="new@example.org")
    for tries in range(1, 8):
        row = queue.get()
        queue.all().delete()
        run(row)
        assert (queue.get().args_kwargs["args"][-1], queue.get().run_after > timezone.now()) == (tries, True)
    row = queue.get()
    queue.all().delete()
    run(row)
    assert not queue.exists()
    assert "example.org" not in caplog.text


def test_a_refused_address_is_not_tried_again(queue, monkeypatch):
    def refuse(self, fail_silently=False):
        raise smtplib.SMTPRecipientsRefused({"new@example.org": (550, b"no such user")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    sign_up(email="new@example.org")
    row = queue.get()
    queue.all().delete()
    run(row)
    assert not queue.exists()


def test_a_task_holds_neither_a_link_nor_the_address_of_an_account(queue):
    person = confirmed_person(email="known@example.org")
    ask_for_password("known@example.org")
    sign_up(email="new@example.org")
    for row in queue:
        held = json.dumps(row.args_kwargs)
        assert "example.org" not in held
        assert "http" not in held
        run(row)
    links = {message.to[0]: link_in(message) for message in mail.outbox}
    assert Client().get(links["known@example.org"]).status_code == 302
    Client().post(links["new@example.org"])
    assert EmailAddress.objects.get(email="new@example.org").verified
    assert person.pk


def test_rows_of_sent_mails_are_forgotten_within_the_hour(queue):
    ask_for_password("unknown@example.org")
    waiting = queue.get()
    assert jobs["hanse_site.forget_sent_mails"].run() == 0
    queue.update(status="SUCCESSFUL")
    assert jobs["hanse_site.forget_sent_mails"].run() == 1
    assert not DBTaskResult.objects.filter(pk=waiting.pk).exists()
