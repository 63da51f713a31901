"""The audit trail can be added to, never changed: the databases themselves refuse."""

from django.db import migrations

TABLE = "hanse_access_auditevent"

SQLITE = [
    f"""CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]

POSTGRESQL = [
    f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
    f"""CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()""",
]

UNDO = {
    "sqlite": [f"DROP TRIGGER {TABLE}_no_update", f"DROP TRIGGER {TABLE}_no_delete"],
    "postgresql": [
        f"DROP TRIGGER {TABLE}_append_only ON {TABLE}",
        f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}",
        f"DROP FUNCTION {TABLE}_refuse()",
    ],
}


def run(statements):
    def forwards(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return forwards


class Migration(migrations.Migration):
    dependencies = [("hanse_access", "0001_initial")]
    operations = [migrations.RunPython(run({"sqlite": SQLITE, "postgresql": POSTGRESQL}), run(UNDO))]
