"""Bringing a table of organisations, and doing what its rows say, a batch at a time.

Each batch is a transaction that also keeps what became of its rows: after an interruption it goes on where it was, and
no row is done by half.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from hanse_access.actions import change_audience
from hanse_access.audit import record
from hanse_access.operators import may
from hanse_access.scopes import EDITORS, Scope

from ..models import (
    Cluster,
    Membership,
    Organisation,
    OrganisationImport,
    OrganisationImportRow,
    OrganisationRecord,
    OrganisationSource,
)
from ..models.brought import shown_name
from ..models.organisation_imports import KEPT_FOR, Readers
from ..organisation_table import Known, judged_rows
from ..organisation_values import as_arguments
from ..roles import Role
from .errors import NotPermitted, NotPossible
from .organisations import PLATFORM, add_organisation, update_organisation
from .standing import manages, may_decide

logger = logging.getLogger(__name__)

State = OrganisationImport.State
Verdict, Decision, Outcome = (
    OrganisationImportRow.Verdict,
    OrganisationImportRow.Decision,
    OrganisationImportRow.Outcome,
)
#: rows kept at once, and rows done in one transaction
STORED, BATCH = 1000, 250
#: new organisations that the tables of one cluster bring within a day
NEW_A_DAY = 5000
#: tables of one cluster at a time; older ones give way
MOST_TABLES = 20


def clusters_to_import_to(user):
    """Clusters whose organisations this person may bring: those of the own management, operators all."""
    if may(user, "hanse_members.change_membership"):
        return Cluster.objects.active()
    own = Membership.objects.with_role(Role.MANAGER).of(user).order_by()
    return Cluster.objects.active().filter(pk__in=own.values("cluster_id"))


@transaction.atomic
def bring_organisations(
    *,
    cluster: Cluster,
    data: bytes,
    file_name: str,
    by,
    readers: str = Readers.PLATFORM,
    source: OrganisationSource | None = None,
) -> OrganisationImport:
    """Look a table through and keep it with a verdict on each row. Nothing else is changed.

    Raises NotPermitted, NotPossible, or ValidationError for what is no such table.
    """
    refuse_others(by, cluster)
    rows = judged_rows(data, Known.read(cluster), source=source)
    brought = OrganisationImport.objects.create(
        cluster=cluster,
        source=source,
        uploaded_by=by,
        file_name=shown_name(file_name),
        readers=Readers(readers),
        expires_at=timezone.now() + KEPT_FOR,
    )
    for row in rows:
        row.organisation_import = brought
    OrganisationImportRow.objects.bulk_create(rows, batch_size=STORED)
    older = OrganisationImport.objects.filter(cluster=cluster).exclude(state=State.RUNNING)
    OrganisationImport.objects.filter(pk__in=list(older.values_list("pk", flat=True)[MOST_TABLES:])).delete()
    return brought


@transaction.atomic
def decide_row(row: OrganisationImportRow, decision: str, *, by) -> None:
    """Say of what is perhaps a double what it is, or nothing again. Raises NotPermitted or NotPossible."""
    brought = _locked(row.organisation_import_id, by=by)
    row = OrganisationImportRow.objects.select_for_update().get(pk=row.pk)
    if brought.is_under_way or not row.asks:
        raise NotPossible(_("This row is decided already."))
    row.decision = Decision(decision) if decision else ""
    row.save(update_fields=["decision"])


@transaction.atomic
def run_organisations(brought: OrganisationImport, *, by) -> None:
    """Have a task do what the rows say, or go on with it. Raises NotPermitted, or NotPossible."""
    found = _locked(brought.pk, by=by)
    if found.is_under_way:
        raise NotPossible(_("This table is just being worked off."))
    if not found.rows.to_do().exists():
        raise NotPossible(_("There is nothing to do in this table."))
    found.state, found.run_by, found.started_at = State.RUNNING, by, timezone.now()
    found.save()
    transaction.on_commit(partial(work_off_organisations.enqueue, found.pk))


@transaction.atomic
def discard_organisations(brought: OrganisationImport, *, by) -> None:
    """Remove the table before its time. What was done stays done. Raises NotPermitted, or NotPossible."""
    found = _locked(brought.pk, by=by)
    if found.is_under_way:
        raise NotPossible(_("This table is just being worked off."))
    found.delete()


@task()
def work_off_organisations(pk: int) -> None:
    """Do what is not done yet. Can run twice, and at once: the second run finds it done."""
    try:
        while _do_batch(pk):
            logger.info("a batch of a table of organisations is done", extra={"organisation_import": pk})
    except Exception:  # whatever it was, nothing of this batch is done
        logger.exception("a table of organisations was interrupted", extra={"organisation_import": pk})
        OrganisationImport.objects.filter(pk=pk, state=State.RUNNING).update(state=State.FAILED)


@transaction.atomic
def _do_batch(pk: int) -> bool:
    """Returns whether there may be more."""
    # One batch of a cluster at a time: two at once would both count the same new ones of today, and take the same key
    # for a new one. Rows that only refer to the cluster are not held up.
    tables = OrganisationImport.objects.filter(pk=pk).order_by()
    list(Cluster.objects.filter(pk__in=tables.values("cluster_id")).select_for_update(no_key=True))
    tables = OrganisationImport.objects.select_for_update(of=("self",)).select_related("cluster", "run_by")
    found = tables.filter(pk=pk, state=State.RUNNING).first()
    if found is None:
        return False
    refuse_others(found.run_by, found.cluster)
    rows = list(found.rows.to_do().order_by("number")[:BATCH])
    if rows:
        known = Known.read(found.cluster, rows)
        known.room = NEW_A_DAY - _new_of_today(found.cluster)
        known.load(pk for row in rows if (pk := known.find(row)[0]))
        for row in rows:
            _do(row, found, known)
        OrganisationImportRow.objects.bulk_update(rows, ["outcome", "notes", "organisation"])
    else:
        found.state = State.DONE
        counts = {outcome: found.rows.filter(outcome=outcome).count() for outcome in (Outcome.ADDED, Outcome.UPDATED)}
        record("organisations.imported", by=found.run_by, scope=("cluster", found.cluster_id), **counts)
    found.started_at = timezone.now()
    found.save()
    return bool(rows)


def _do(row: OrganisationImportRow, brought: OrganisationImport, known: Known) -> None:
    try:
        with transaction.atomic():
            row.outcome = _write(row, brought, known)
    except NotPossible as problem:
        row.outcome, row.notes = Outcome.REFUSED, [*row.notes, ["refused", str(problem)]]
    except (PermissionDenied, ValidationError):
        row.outcome, row.notes = Outcome.REFUSED, [*row.notes, ["changed_meanwhile"]]


def _write(row: OrganisationImportRow, brought: OrganisationImport, known: Known) -> str:
    """What the row is now decides, not what it was when it was looked through: but for what was to be left."""
    if row.verdict == Verdict.KEPT and any(code in ("not_ours", "not_here") for code, *_details in row.notes):
        return Outcome.LEFT
    found, verdict, _why = known.find(row)
    wants_new = row.verdict == Verdict.NEW or row.decision == Decision.NEW
    if verdict == Verdict.DOUBTFUL and row.decision != Decision.SAME and not (wants_new and row.decision):
        raise ValidationError("became doubtful")
    if wants_new and (found is None or verdict == Verdict.DOUBTFUL):
        if known.room <= 0:
            row.notes = [*row.notes, ["day_is_full", NEW_A_DAY]]
            return Outcome.REFUSED
        organisation = _add(row, brought)
        known.room -= 1
        known.names[organisation.pk] = row.name
        outcome = Outcome.ADDED
    else:
        if found is None or found not in known.names:
            if row.verdict == Verdict.KEPT:
                return Outcome.LEFT
            raise ValidationError("gone")
        if found not in known.ours:
            return Outcome.LEFT
        plan = known.plan(row, found)
        organisation = Organisation.objects.get(pk=found)
        if plan.changes:
            update_organisation(organisation, by=brought.run_by, quietly=True, **as_arguments(plan.changes))
        outcome = Outcome.UPDATED if plan.changes else Outcome.LEFT
    row.organisation = organisation
    _remember(row, brought, organisation, known)
    return outcome


def _add(row: OrganisationImportRow, brought: OrganisationImport) -> Organisation:
    scopes = [PLATFORM] if brought.readers == Readers.PLATFORM else [Scope("cluster", brought.cluster_id)]
    said = {"quietly": True, **as_arguments({"name": row.name, **row.values})}
    if manages(brought.run_by, brought.cluster):
        return add_organisation(cluster=brought.cluster, by=brought.run_by, scopes=scopes, **said)
    # Operators do it for the management, which could choose either; they hold neither scope themselves.
    organisation = add_organisation(cluster=brought.cluster, by=brought.run_by, scopes=[EDITORS], **said)
    change_audience(organisation, scopes=scopes, by=None)
    return organisation


def _new_of_today(cluster: Cluster) -> int:
    since = timezone.now() - timedelta(days=1)
    return Organisation.objects.filter(records__cluster=cluster, created_at__gt=since).distinct().count()


def _remember(
    row: OrganisationImportRow, brought: OrganisationImport, organisation: Organisation, known: Known
) -> None:
    """What the table says now, and by which key it says it."""
    found = known.by_key.get(row.key) if row.key else None
    found = found or next((record for record in known.of[organisation.pk] if not record.key), None)
    found = found or OrganisationRecord(cluster=brought.cluster)
    found.organisation, found.key, found.source = organisation, row.key or found.key, brought.source
    found.said = {**found.said, "name": row.name, **row.values}
    found.seen_at = timezone.now()
    found.save()
    known.keep(found)


def refuse_others(by, cluster: Cluster) -> None:
    """Raises NotPermitted for who does not manage the cluster, NotPossible while it admits nobody."""
    if by is None or not may_decide(by, cluster):
        raise NotPermitted
    if not cluster.is_active:
        raise NotPossible(_("This cluster admits nobody at present."))


def _locked(pk: int, *, by) -> OrganisationImport:
    tables = OrganisationImport.objects.select_for_update(of=("self",)).select_related("cluster")
    found = tables.filter(pk=pk).first()
    if found is None:
        raise NotPermitted
    refuse_others(by, found.cluster)
    return found


def give_up_lost_organisation_imports() -> int:
    """Timed job: say of tables whose worker died that they were interrupted. Returns their number."""
    return OrganisationImport.objects.give_up_lost(State.RUNNING, State.FAILED)


def remove_organisation_imports() -> int:
    """Timed job: remove tables whose time is over. Returns their number."""
    return OrganisationImport.objects.exclude(state=State.RUNNING).remove_expired()
