"""Transactional tests leave an empty database behind, and the audit trail stays append-only inside them."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from hanse_access.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def record():
    return AuditEvent.objects.create(verb="test")


def test_flushing_empties_the_trail_and_keeps_its_lock():
    record()
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    assert not AuditEvent.objects.exists()
    record()
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM hanse_access_auditevent")
