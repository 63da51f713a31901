"""A test that commits leaves the database as it was, and the audit trail stays append-only inside it."""

import pytest
from django.db import DatabaseError, connection
from wagtail.models import Page

from hanse_access.models import AuditEvent
from hanse_base.models import JobState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_that_commits_finds_what_migrations_made_and_nothing_else(time):
    """Also what one before deleted, and nothing in the trail."""
    assert Page.objects.filter(depth=1).exists()
    assert JobState.objects.exists()
    assert not AuditEvent.objects.exists()
    AuditEvent.objects.create(verb="test")
    JobState.objects.all().delete()
    Page.objects.update(title="changed")
    assert Page.objects.filter(title="changed").count() == Page.objects.count()


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_trail_keeps_its_lock(time):
    AuditEvent.objects.create(verb="test")
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM hanse_access_auditevent")
