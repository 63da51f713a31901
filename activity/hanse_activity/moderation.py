"""Reporting, and deciding about reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import people_who_may
from hanse_access.scopes import Scope, scope_kinds
from hanse_access.viewer import Viewer

from .actions import notify
from .models import Report
from .models.reports import DECIDES_ANYWHERE, LONGEST_COPY
from .reportables import Reportable, reportable_of, reportables

State = Report.State
#: decided reports are kept for so long: they hold copies of what people wrote
DEFAULT_DAYS = 180


class NotPossible(Exception):
    """The message is for the person, in their language."""


@transaction.atomic
def report(reportable: Reportable, row: Any, *, by, category: str, reason: str = "") -> Report:
    """Hand a copy of what ``by`` sees of ``row``, with the reason, to those who decide.

    That ``by`` may see the row is for the caller to know. Raises NotPossible for one's own things, and where the same
    person's report waits already.
    """
    author = reportable.author(row)
    if author is not None and author.pk == by.pk:
        raise NotPossible(_("This is your own. You can change or remove it yourself."))
    scope = _deciding_scope(reportable, row, besides=[by, author])
    copy = reportable.copy(row, Viewer.of(by), scope)
    try:
        with transaction.atomic():
            made = Report.objects.create(
                kind=reportable.name,
                object_id=row.pk,
                author=author,
                author_named=reportable.names_author(row),
                reporter=by,
                category=category,
                reason=reason,
                copy=copy[:LONGEST_COPY],
                scope_kind=scope.kind if scope else "",
                scope_id=scope.id if scope else None,
            )
    except IntegrityError as twice:
        raise NotPossible(_("You have reported this already. You are told what is decided.")) from twice
    # Without the reporter: whom it is about can be among those who read the trail.
    record("report.made", by=None, obj=made, scope=scope, kind=reportable.name)
    notify("reports.made", about=made, recipients=deciders_of(made), by=by)
    return made


@transaction.atomic
def dismiss(found: Report, *, by, statement: str) -> Report:
    """It stays as it is. The reporter reads the statement; the author, to whom nothing happens, hears nothing."""
    decided = _decide(found, State.DISMISSED, by=by, statement=statement)
    notify("reports.decided", about=decided, recipients=_present(decided.reporter), by=by)
    return decided


@transaction.atomic
def withhold(found: Report, *, by, statement: str) -> Report:
    """Take the thing out of sight. Reporter and author read the statement; open reports of the same are done with.

    They go to those who decided this one, so that nobody else brings the thing back.
    """
    decided = _decide(found, State.WITHHELD, by=by, statement=statement)
    row = _row(decided)
    if row is None:
        raise NotPossible(_("This is gone already. You can only close the report."))
    reportables[decided.kind].withhold(row)
    notify("reports.decided", about=decided, recipients=_present(decided.reporter), by=by)
    notify("reports.withheld", about=decided, recipients=_present(decided.author), by=by)
    for other in Report.objects.open().about(decided.kind, decided.object_id).select_for_update():
        other.scope_kind, other.scope_id = decided.scope_kind, decided.scope_id
        _store(other, State.WITHHELD, by=by, statement=statement)
        notify("reports.decided", about=other, recipients=_present(other.reporter), by=by)
    return decided


@transaction.atomic
def show_again(found: Report, *, by) -> Report:
    """Bring back what this report took out of sight; its author is told."""
    locked = Report.objects.select_for_update().get(pk=found.pk)
    _check(locked, by)
    row, restore = _row(locked), reportables[locked.kind].show_again
    if locked.state != State.WITHHELD or row is None or restore is None:
        raise NotPossible(_("This is shown again already, or gone."))
    restore(row)
    Report.objects.about(locked.kind, locked.object_id).filter(state=State.WITHHELD).update(state=State.SHOWN_AGAIN)
    locked.state = State.SHOWN_AGAIN
    record("report.shown_again", by=by, obj=locked, scope=_scope(locked), kind=locked.kind)
    notify("reports.shown_again", about=locked, recipients=_present(locked.author), by=by)
    return locked


def deciders_of(found: Report):
    """Active people who decide about this report."""
    if found.scope_kind in scope_kinds:
        people = scope_kinds[found.scope_kind].deciders([found.scope_id])
    else:
        people = people_who_may(DECIDES_ANYWHERE)
    return people.exclude(pk__in=[pk for pk in (found.author_id, found.reporter_id) if pk])


def withholding(row: Any) -> Report | None:
    """The report by which this row is out of sight at present."""
    kind = reportable_of(row)
    if kind is None:
        return None
    return Report.objects.about(kind.name, row.pk).filter(state=State.WITHHELD).order_by("decided_at").last()


def remove_old_reports() -> int:
    """Timed job. Returns the number of decided reports removed after HANSE_REPORT_DAYS; what hides something stays."""
    before = timezone.now() - timedelta(days=getattr(settings, "HANSE_REPORT_DAYS", DEFAULT_DAYS))
    done = [State.DISMISSED, State.SHOWN_AGAIN]
    return Report.objects.filter(state__in=done, decided_at__lt=before).delete()[0]


def _deciding_scope(reportable: Reportable, row: Any, *, besides: list) -> Scope | None:
    """The nearest whose deciders are not only those concerned."""
    concerned = [person.pk for person in besides if person is not None]
    for scope in reportable.scopes(row):
        if scope_kinds[scope.kind].deciders([scope.id]).exclude(pk__in=concerned).exists():
            return scope
    return None


def _decide(found: Report, state: str, *, by, statement: str) -> Report:
    locked = Report.objects.select_for_update().get(pk=found.pk)
    _check(locked, by)
    if locked.state != State.OPEN:
        raise NotPossible(_("Somebody else has decided this in the meantime."))
    if not statement.strip():
        raise NotPossible(_("Please give your reasons; both sides read them."))
    if not _decides_by_scope(locked, by):
        # What an operator has decided is not for the management to undo.
        locked.scope_kind, locked.scope_id = "", None
    return _store(locked, state, by=by, statement=statement)


def _check(found: Report, by) -> None:
    if not Report.objects.decided_by(Viewer.of(by)).filter(pk=found.pk).exists():
        raise PermissionDenied


def _decides_by_scope(found: Report, by) -> bool:
    return found.scope_id in Viewer.of(by).decides.get(found.scope_kind, frozenset())


def _store(found: Report, state: str, *, by, statement: str) -> Report:
    found.state, found.statement = state, statement.strip()
    found.decided_by, found.decided_at = by, timezone.now()
    found.save()
    record(f"report.{state}", by=by, obj=found, scope=_scope(found), kind=found.kind)
    return found


def _scope(found: Report) -> Scope | None:
    return Scope(found.scope_kind, found.scope_id) if found.scope_kind and found.scope_id is not None else None


def _row(found: Report) -> Any:
    return reportables[found.kind].model._default_manager.filter(pk=found.object_id).first()


def _present(person) -> list:
    return [person] if person is not None else []
