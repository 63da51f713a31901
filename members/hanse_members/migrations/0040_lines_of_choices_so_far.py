"""Fields that have choices get them in one line too."""

from django.db import migrations

TABLES = {"ProfileField": "FieldChoice", "OrganisationField": "OrganisationFieldChoice"}


def fill(apps, schema_editor):
    """By one statement for each kind: there can be hundreds of thousands."""
    connection = schema_editor.connection
    join = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    for of_field, of_choice in TABLES.items():
        fields, choices = (
            connection.ops.quote_name(apps.get_model("hanse_members", name)._meta.db_table)
            for name in (of_field, of_choice)
        )
        line = f"SELECT {join}(value, ' ') FROM {choices} WHERE field_id = {fields}.id"  # noqa: S608 - names of tables
        having = f"SELECT field_id FROM {choices}"  # noqa: S608
        update = f"UPDATE {fields} SET chosen = ' ' || ({line}) || ' ' WHERE id IN ({having})"  # noqa: S608
        schema_editor.execute(update)


class Migration(migrations.Migration):
    dependencies = [("hanse_members", "0039_lines_of_choices")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
