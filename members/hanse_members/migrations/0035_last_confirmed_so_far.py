"""Organisations that are there count as confirmed when they were last changed, as "Data quality" reckoned until now.

But not as longer ago than a year: nobody was asked yet, and what is older still would leave suggestions unasked.
"""

from datetime import timedelta

from django.db import migrations
from django.db.models import CharField, Max, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

YEAR = timedelta(days=365)


def confirm_as_changed(apps, schema_editor):
    Organisation = apps.get_model("hanse_members", "Organisation")
    AuditEvent = apps.get_model("hanse_access", "AuditEvent")
    alias = schema_editor.connection.alias
    changed = (
        AuditEvent.objects.using(alias)
        .filter(
            object_type="hanse_members.organisation",
            object_id=Cast(OuterRef("pk"), CharField(max_length=64)),
            verb="organisation.changed",
        )
        .order_by()
        .values("object_id")
        .annotate(last=Max("at"))
        .values("last")
    )
    oldest = timezone.now() - YEAR
    found = Organisation.objects.using(alias).annotate(changed=Subquery(changed))
    for organisation in found.only("pk", "created_at").iterator():
        last = max(organisation.created_at, organisation.changed or organisation.created_at, oldest)
        Organisation.objects.using(alias).filter(pk=organisation.pk).update(confirmed_at=last)


class Migration(migrations.Migration):
    dependencies = [
        ("hanse_members", "0034_organisations_confirmed"),
        ("hanse_access", "0004_private_attachments"),
    ]

    operations = [migrations.RunPython(confirm_as_changed, migrations.RunPython.noop)]
