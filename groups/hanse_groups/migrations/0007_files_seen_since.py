from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def nothing_is_new(apps, schema_editor):
    """What is in the rooms already has been there to be seen."""
    participant = apps.get_model("hanse_groups", "Participant")
    conversation = apps.get_model("hanse_groups", "Conversation")
    reached = conversation.objects.filter(pk=OuterRef("conversation")).values("last_seq")
    participant.objects.filter(conversation__room__isnull=False).update(files_seen_seq=Subquery(reached))


class Migration(migrations.Migration):
    dependencies = [("hanse_groups", "0006_shows_presence")]

    operations = [
        migrations.AddField(
            model_name="participant", name="files_seen_seq", field=models.PositiveBigIntegerField(default=0)
        ),
        migrations.RunPython(nothing_is_new, migrations.RunPython.noop),
    ]
