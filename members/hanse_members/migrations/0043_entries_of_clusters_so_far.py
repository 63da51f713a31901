from django.db import migrations


def add_missing(apps, schema_editor):
    """The directory lists entries: each cluster gets one."""
    entries = apps.get_model("hanse_members", "ClusterEntry").objects
    clusters = apps.get_model("hanse_members", "Cluster").objects
    known = entries.exclude(cluster=None).values("cluster_id")
    entries.bulk_create(
        entries.model(cluster=cluster, name=cluster.name) for cluster in clusters.exclude(pk__in=known)
    )


class Migration(migrations.Migration):
    dependencies = [("hanse_members", "0042_topics_of_entries")]
    operations = [migrations.RunPython(add_missing, migrations.RunPython.noop)]
