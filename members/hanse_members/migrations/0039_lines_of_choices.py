from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("hanse_members", "0038_makers_of_links_so_far"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisationfield",
            name="chosen",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="profilefield",
            name="chosen",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
