"""What stood in columns of an organisation becomes fields that are seen as the organisation is."""

from django.db import migrations

TEXTS = ("about", "website")
BATCH = 500


def fill(apps, schema_editor):
    Organisation = apps.get_model("hanse_members", "Organisation")
    Field = apps.get_model("hanse_members", "OrganisationField")
    Choice = apps.get_model("hanse_members", "OrganisationFieldChoice")
    database = schema_editor.connection.alias

    def new(organisation, name, text=""):
        return Field(
            organisation=organisation, name=name, text=text, is_filled=True, audience_id=organisation.audience_id
        )

    fields, sizes = [], []
    for organisation in Organisation.objects.using(database).order_by("pk").iterator(BATCH):
        for name in TEXTS:
            if text := getattr(organisation, name).strip():
                fields.append(new(organisation, name, text))
        if organisation.size:
            sizes.append((new(organisation, "size"), organisation.size))
    Field.objects.using(database).bulk_create(fields, BATCH)
    Field.objects.using(database).bulk_create([field for field, _size in sizes], BATCH)
    Choice.objects.using(database).bulk_create([Choice(field=field, value=size) for field, size in sizes], BATCH)


def take_back(apps, schema_editor):
    Organisation = apps.get_model("hanse_members", "Organisation")
    Field = apps.get_model("hanse_members", "OrganisationField")
    database = schema_editor.connection.alias
    # What its own readers alone see would be seen by all who see the organisation.
    kept = Field.objects.using(database).filter(follows=True)
    for field in kept.filter(name__in=TEXTS):
        Organisation.objects.using(database).filter(pk=field.organisation_id).update(**{field.name: field.text})
    for field in kept.filter(name="size").prefetch_related("choices"):
        for choice in field.choices.all():
            Organisation.objects.using(database).filter(pk=field.organisation_id).update(size=choice.value)
    Field.objects.using(database).filter(name__in=(*TEXTS, "size")).delete()


class Migration(migrations.Migration):
    dependencies = [("hanse_members", "0028_organisation_fields")]

    operations = [migrations.RunPython(fill, take_back)]
