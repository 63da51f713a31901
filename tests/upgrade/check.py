"""Run inside an upgraded database: migrates it to the present commit and says what is wrong with it.

A process of its own, since the suite's process is bound to its own database.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import django
from django.core.management import call_command


def columns() -> dict[str, list[str]]:
    """The columns of each table."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {
            name: [column.name for column in connection.introspection.get_table_description(cursor, name)]
            for name in names
        }


def rows(table: str, names: list[str]) -> Counter:
    from django.db import connection

    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)}")
        return Counter(cursor.fetchall())


#: Tables whose rows come from the code or pass with time.
RENEWED = ("django_", "auth_permission", "wagtailsearch_", "wagtailcore_referenceindex", "auth_group_permissions")


#: columns of an organisation that became fields, and where their values are now
BECAME_FIELDS = {
    "about": "text",
    "website": "text",
    "size": "(SELECT value FROM hanse_members_organisationfieldchoice WHERE field_id = field.id)",
}


def said_by_organisations(names: list[str]) -> set[tuple]:
    """Organisation, column, value and audience of what stood in columns that became fields."""
    from django.db import connection

    found: set[tuple] = set()
    with connection.cursor() as cursor:
        for name in BECAME_FIELDS.keys() & set(names):
            cursor.execute(
                f"SELECT id, '{name}', {name}, audience_id FROM hanse_members_organisation WHERE {name} <> ''"
            )
            found |= set(cursor.fetchall())
    return found


def fields_of_organisations() -> set[tuple]:
    """The same of fields that are seen as the organisation is."""
    from django.db import connection

    found: set[tuple] = set()
    with connection.cursor() as cursor:
        for name, value in BECAME_FIELDS.items():
            cursor.execute(
                f"SELECT organisation_id, name, {value}, audience_id FROM hanse_members_organisationfield AS field"
                f" WHERE name = '{name}' AND is_filled AND follows AND NOT on_request"
            )
            found |= set(cursor.fetchall())
    return found


def problems() -> Iterator[str]:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
    from django.test import Client
    from wagtail.models import Page

    before = {table: (names, rows(table, names)) for table, names in columns().items() if not table.startswith(RENEWED)}
    said = said_by_organisations(before.get("hanse_members_organisation", ([], Counter()))[0])
    call_command("migrate", verbosity=0, interactive=False)
    if said and said != fields_of_organisations():
        yield "what organisations said of themselves is lost, or seen by others than before"
    after = columns()
    for table, (names, were) in before.items():
        # A column or table that was taken away on purpose is the business of its migration.
        kept = [number for number, name in enumerate(names) if name in after.get(table, ())]
        if kept:
            expected = Counter()
            for row, times in were.items():
                expected[tuple(row[number] for number in kept)] += times
            if lost := expected - rows(table, [names[number] for number in kept]):
                yield f"{table}: {lost.total()} of {were.total()} rows are lost or changed, such as {next(iter(lost))}"

    people = get_user_model().objects.filter(is_active=True)
    with_password = people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if not with_password.exists():
        yield "nobody is left who can sign in"
    for person in with_password[:3]:
        if not person.check_password("hanse-demo"):
            yield f"person {person.pk} has lost the password"
    for page in Page.objects.live().specific():
        page.full_clean(exclude=["slug"])
    client = Client(headers={"host": "localhost"})
    for path in ("/en/", "/de/"):
        if client.get(path).status_code != 200:
            yield f"{path} does not answer"
    for person in people[:3]:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        if client.get("/dashboard/").status_code != 200:
            yield f"the dashboard of person {person.pk} does not answer"


if __name__ == "__main__":
    django.setup()
    found = list(problems())
    sys.stdout.write("".join(f"{problem}\n" for problem in found))
    sys.exit(bool(found))
