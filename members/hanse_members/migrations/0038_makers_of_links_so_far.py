"""Who made a link that is there already stands in the audit trail, as long as that knows the person."""

from django.db import migrations


def name_makers(apps, schema_editor):
    alias = schema_editor.connection.alias
    AuditEvent = apps.get_model("hanse_access", "AuditEvent")
    for name in ("FieldRelease", "OrganisationFieldRelease"):
        releases = apps.get_model("hanse_members", name).objects.using(alias)
        for release in releases.exclude(outsider="").filter(released_by=None).iterator():
            events = AuditEvent.objects.using(alias).filter(
                verb="field.released", object_type=f"hanse_members.{name.lower()}", object_id=str(release.pk)
            )
            maker = events.order_by("pk").values_list("actor__user_id", flat=True).first()
            if maker is not None:
                releases.filter(pk=release.pk).update(released_by_id=maker)


class Migration(migrations.Migration):
    dependencies = [
        ("hanse_members", "0037_makers_of_links"),
        ("hanse_access", "0004_private_attachments"),
    ]

    operations = [migrations.RunPython(name_makers, migrations.RunPython.noop)]
