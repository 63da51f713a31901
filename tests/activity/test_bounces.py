"""Mails that come back: what is permanent stops further mails, what is a delay does not."""

import email
import io
import sys
from email import policy
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from hanse_activity.bounces import record_bounces
from hanse_activity.models import MailSuppression

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: bounces@hanse.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; Ada@Example.org
Action: {action}
Status: {status}

--b--
"""

COMPLAINT = """\
From: abuse@provider.example
To: bounces@hanse.example.org
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is spam, says the reader.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <ada@example.org>

--b--
"""


def message(text):
    return email.message_from_string(text, policy=policy.default)


@pytest.mark.parametrize(
    ("action", "status", "suppressed"),
    [("failed", "5.1.1", True), ("delayed", "4.4.1", False), ("failed", "4.2.2", False), ("delivered", "2.0.0", False)],
)
def test_only_what_failed_for_good_stops_mails(action, status, suppressed):
    record_bounces(message(REPORT.format(action=action, status=status)))
    assert MailSuppression.objects.covers("ada@example.org") == suppressed


def test_a_complaint_stops_mails():
    assert record_bounces(message(COMPLAINT)) == 1
    assert MailSuppression.objects.get().reason == "complained"


def test_any_other_mail_is_no_bounce():
    assert record_bounces(message("From: a@example.org\nSubject: Hello\n\nAction: failed\nStatus: 5.1.1\n")) == 0


def test_the_list_holds_no_address():
    record_bounces(message(REPORT.format(action="failed", status="5.1.1")))
    row = MailSuppression.objects.get()
    assert "ada" not in str(vars(row)).lower()


def test_a_mail_server_pipes_what_comes_back_into_the_command(monkeypatch, capsys):
    sent = REPORT.format(action="failed", status="5.1.1").encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(sent)))
    call_command("record_bounce")
    assert MailSuppression.objects.covers("ada@example.org")
    assert "ada" not in capsys.readouterr().out.lower()


@pytest.mark.parametrize(
    ("event", "suppressed"), [("bounced", True), ("complained", True), ("deferred", False), ("opened", False)]
)
def test_a_providers_webhook_does_the_same(event, suppressed):
    from anymail.signals import AnymailTrackingEvent, tracking

    tracking.send(object, event=AnymailTrackingEvent(event_type=event, recipient="ada@example.org"), esp_name="X")
    assert MailSuppression.objects.covers("ada@example.org") == suppressed
