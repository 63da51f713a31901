
import datetime

import django.core.validators
from django.db import migrations, models

import hanse_news.models


class Migration(migrations.Migration):

    dependencies = [
        ('hanse_news', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='newspage',
            name='date',
            field=models.DateField(db_index=True, default=hanse_news.models.today, validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2999, 12, 31))], verbose_name='date'),
        ),
    ]
