from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hanse_members", "0029_fill_organisation_fields")]

    operations = [
        migrations.RemoveField(model_name="organisation", name="about"),
        migrations.RemoveField(model_name="organisation", name="size"),
        migrations.RemoveField(model_name="organisation", name="website"),
    ]
