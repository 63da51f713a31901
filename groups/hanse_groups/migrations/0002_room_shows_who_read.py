

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hanse_groups', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='room',
            name='shows_who_read',
            field=models.BooleanField(default=False, help_text='Under one’s own messages. That it was switched on or off stands in the chat.', verbose_name='everybody sees who has read what'),
        ),
    ]
