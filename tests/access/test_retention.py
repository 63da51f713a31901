"""The audit trail forgets who acted when the stated time after that person's leaving is over; what was done stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hanse_access import conf, retention
from hanse_access.audit import actor_key, record
from hanse_access.models import ActorKey, AuditEvent
from hanse_base.jobs import jobs
from hanse_base.personal_data import personal_data
from scripts.catalogues import ROOT
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

DAYS = 30


@pytest.fixture(autouse=True)
def stated(settings):
    settings.HANSE_ACTOR_RETENTION_DAYS = DAYS


@pytest.fixture
def person():
    return UserFactory(first_name="Ada", last_name="Berg")


@pytest.fixture
def leaves(person):
    """What happens to the trail when the account is deleted."""
    return lambda: next(entry for entry in personal_data if entry.name == "access").erase(person)


def after(days: int, monkeypatch) -> int:
    """The timed job so many days later: how many persons it forgot."""
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(retention.timezone, "now", lambda: later)
    return next(job for job in jobs if job.name == "access.forget_actors").run()


def test_whose_pseudonym_it_was_is_forgotten_and_the_event_stays(person, leaves, monkeypatch):
    event = record("audience.changed", by=person)
    as_it_was = AuditEvent.objects.filter(pk=event.pk).values().get()
    leaves()
    assert after(DAYS - 1, monkeypatch) == 0
    assert str(AuditEvent.objects.get().actor) == "Ada Berg"
    monkeypatch.undo()
    assert after(DAYS + 1, monkeypatch) == 1
    assert AuditEvent.objects.filter(pk=event.pk).values().get() == as_it_was
    assert str(AuditEvent.objects.get().actor) == "Person no longer known"
    assert not ActorKey.objects.filter(user=person).exists()


def test_two_who_left_are_still_told_apart(person, leaves, monkeypatch):
    other = UserFactory()
    keys = {record("audience.changed", by=who).actor_id for who in (person, other, person)}
    leaves()
    after(DAYS + 1, monkeypatch)
    assert len(keys) == 2
    assert set(AuditEvent.objects.values_list("actor", flat=True)) == keys


def test_who_is_still_here_is_not_forgotten(person, monkeypatch):
    key = actor_key(person)
    assert after(100 * DAYS, monkeypatch) == 0
    assert ActorKey.objects.get(user=person) == key


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_events_themselves_cannot_be_touched(person, act):
    """Not by the job either: the triggers of the database refuse it. Forgetting is a matter of the key alone."""
    record("audience.changed", by=person)
    events = AuditEvent.objects.all()
    statement = {"update": lambda: events.update(verb="x"), "delete": lambda: events._raw_delete(connection.alias)}[act]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        statement()


def test_the_privacy_statement_says_what_holds_unless_a_site_says_otherwise(settings):
    del settings.HANSE_ACTOR_RETENTION_DAYS
    assert conf.actor_retention_days() // 30 == 24
    for language, said in (("en", "[24] months"), ("de", "[24] Monate")):
        assert said in (ROOT / f"site/hanse_site/setup/texts/privacy.{language}.html").read_text()
