"""Tables that can be added to and never changed: triggers of the database itself refuse the rest."""

from __future__ import annotations

from collections.abc import Callable

from django.db import migrations


def append_only(table: str, what: str) -> migrations.RunPython:
    """Operation of a migration that lets ``table`` only grow. ``what`` names it in errors, such as "the trail"."""
    refusal = f"{what} is append-only"
    sqlite = [
        f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{refusal}'); END"""
        for verb in ("UPDATE", "DELETE")
    ]
    postgresql = [
        f"""CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
    ]
    undo = {
        "sqlite": [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"],
        "postgresql": [
            f"DROP TRIGGER {table}_append_only ON {table}",
            f"DROP TRIGGER {table}_no_truncate ON {table}",
            f"DROP FUNCTION {table}_refuse()",
        ],
    }
    return migrations.RunPython(_run({"sqlite": sqlite, "postgresql": postgresql}), _run(undo))


def _run(statements: dict[str, list[str]]) -> Callable:
    def run(apps, schema_editor) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return run
