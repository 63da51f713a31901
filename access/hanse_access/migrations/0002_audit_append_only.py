"""The audit trail can be added to, never changed: the databases themselves refuse."""

from django.db import migrations

from hanse_access.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("hanse_access", "0001_initial")]
    operations = [append_only("hanse_access_auditevent", "the audit trail")]
