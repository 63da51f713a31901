from django.db import migrations
from django.db.models import Q


def grant(apps, schema_editor):
    """New clusters' groups get it when they are made; a new database has neither clusters nor the permission yet."""
    permission = (
        apps.get_model("auth", "Permission")
        .objects.filter(content_type__app_label="wagtail_localize", codename="submit_translation")
        .first()
    )
    if permission is None:
        return
    clusters = apps.get_model("hanse_members", "Cluster").objects
    groups = apps.get_model("auth", "Group").objects.filter(
        Q(pk__in=clusters.values("editors_group")) | Q(pk__in=clusters.values("managers_group"))
    )
    for group in groups:
        group.permissions.add(permission)


class Migration(migrations.Migration):

    dependencies = [
        ('hanse_members', '0003_applications'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
