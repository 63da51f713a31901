"""Transactional tests leave an empty database behind, and the audit trail stays append-only inside them."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from wagtail.models import Page

from hanse_access.models import AuditEvent
from hanse_base.models import JobState

pytestmark = pytest.mark.django_db(transaction=True)


def record():
    return AuditEvent.objects.create(verb="test")


def test_flushing_empties_the_trail_and_keeps_its_lock():
    record()
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    assert not AuditEvent.objects.exists()
    record()
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM hanse_access_auditevent")


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_transactional_test_finds_what_migrations_made(time):
    assert Page.objects.filter(depth=1).exists()
    assert JobState.objects.exists()
