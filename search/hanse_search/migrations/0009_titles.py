from django.db import migrations

from hanse_search.words import IndexTitles


class Migration(migrations.Migration):
    dependencies = [("hanse_search", "0008_lower_after")]

    operations = [IndexTitles()]
