"""Saved addresses of tables: fetched by a timed job and on demand, as a table that the manager would bring."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from hanse_access.audit import record
from hanse_base.row_import import MOST_BYTES
from hanse_base.safe_fetch import Fetcher, FetchFailed, check_url

from ..models import Cluster, OrganisationImport, OrganisationSource
from ..notifications_of_sources import tell_failing_source
from .errors import NotPermitted, NotPossible
from .organisation_imports import bring_organisations, refuse_others, run_organisations

#: a source that failed so often in a row is mailed about
MOST_FAILURES = 3
#: sources of one cluster
MOST_SOURCES = 10
#: one that waits for a worker is not given to another task for so long
PATIENCE = timedelta(hours=1)
fetcher = Fetcher(most_bytes=MOST_BYTES)


@transaction.atomic
def save_source(
    source: OrganisationSource | None,
    *,
    by,
    cluster: Cluster | None = None,
    name: str,
    url: str,
    every: str,
    readers: str,
) -> OrganisationSource:
    """Keep the address of a table, or change it. Whoever saves it answers for it from then on.

    Raises NotPermitted, NotPossible, or ValidationError for an address that is not fetched.
    """
    if source is None:
        if cluster is None:
            raise NotPermitted
        source = OrganisationSource(cluster=cluster)
    else:
        source = OrganisationSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    refuse_others(by, source.cluster)
    if source.pk is None and OrganisationSource.objects.filter(cluster=source.cluster).count() >= MOST_SOURCES:
        raise NotPossible(_("A cluster keeps at most %(number)d sources.") % {"number": MOST_SOURCES})
    try:
        check_url(url)
    except FetchFailed as problem:
        raise ValidationError(str(problem)) from problem
    source.name, source.url, source.every, source.readers, source.kept_by = name, url, every, readers, by
    source.next_at = source.next_time()
    source.failures, source.problem = 0, ""
    source.save()
    record("organisations.source_saved", by=by, scope=("cluster", source.cluster_id), source=source.pk)
    return source


@transaction.atomic
def remove_source(source: OrganisationSource, *, by) -> None:
    """Fetch it no longer. What it brought stays."""
    refuse_others(by, source.cluster)
    record("organisations.source_removed", by=by, scope=("cluster", source.cluster_id), source=source.pk)
    source.delete()


@transaction.atomic
def fetch_source(source: OrganisationSource, *, by) -> None:
    """Have a task fetch the table now, to be looked through: the other side may take its time.

    Raises NotPermitted, or NotPossible, also while it is being fetched.
    """
    refuse_others(by, source.cluster)
    found = OrganisationSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if found.is_being_fetched:
        raise NotPossible(_("“%(name)s” is just being fetched.") % {"name": found.name})
    found.fetching_since = timezone.now()
    found.save(update_fields=["fetching_since"])
    transaction.on_commit(partial(fetch_to_look_through.enqueue, source.pk, by.pk))


@task()
def fetch_to_look_through(pk: int, by: int) -> None:
    """Fetch a table for who asked for it. What was wrong stands beside the source."""
    source = OrganisationSource.objects.select_related("cluster").filter(pk=pk).first()
    person = get_user_model()._default_manager.filter(pk=by, is_active=True).first()
    if source is None or person is None:
        return
    try:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            _bring(source, by=person)
    except PermissionDenied:  # meanwhile they manage the cluster no longer
        pass
    except (FetchFailed, ValidationError, NotPossible) as problem:
        _keep_failure(source, _said(problem))
    finally:
        OrganisationSource.objects.filter(pk=pk).update(fetching_since=None)


def fetch_due_sources() -> int:
    """Timed job: have every source fetched whose time has come. Returns their number."""
    now = timezone.now()
    with transaction.atomic():
        due = OrganisationSource.objects.filter(next_at__lte=now).select_for_update(skip_locked=True)
        sources = list(due)
        # Put off first: should the worker die, it is fetched again after a while, and not by two.
        waiting = OrganisationSource.objects.filter(pk__in=[source.pk for source in sources])
        waiting.update(next_at=now + PATIENCE, fetching_since=now)
        for source in sources:
            transaction.on_commit(partial(fetch_and_run.enqueue, source.pk))
    return len(sources)


@task()
def fetch_and_run(pk: int) -> None:
    """Fetch a table and carry it out but for what is doubtful. A table with a fault of its own changes nothing."""
    source = OrganisationSource.objects.select_related("cluster", "kept_by").filter(pk=pk).first()
    if source is None:
        return
    with translation.override(getattr(source.kept_by, "language", "") or settings.LANGUAGE_CODE):
        try:
            refuse_others(source.kept_by, source.cluster)
            brought = _bring(source, by=source.kept_by)
            if brought.rows.to_do().exists():
                run_organisations(brought, by=source.kept_by)
        except PermissionDenied:
            text = _("Whoever kept this source does so no longer. Save it again to answer for it.")
            _keep_failure(source, text)
        except (FetchFailed, ValidationError, NotPossible) as problem:
            _keep_failure(source, _said(problem))
    OrganisationSource.objects.filter(pk=pk).update(next_at=source.next_time(), fetching_since=None)


def _bring(source: OrganisationSource, *, by) -> OrganisationImport:
    data = fetcher.fetch(source.url)
    brought = bring_organisations(
        cluster=source.cluster, data=data, file_name=source.name, by=by, readers=source.readers, source=source
    )
    kept = OrganisationSource.objects.filter(pk=source.pk)
    kept.update(fetched_at=timezone.now(), failures=0, problem="")
    return brought


def _said(problem: Exception) -> str:
    return " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)


@transaction.atomic
def _keep_failure(source: OrganisationSource, text: str) -> None:
    """The management reads what was wrong; after repeated failure it is mailed, once."""
    found = OrganisationSource.objects.select_for_update(of=("self",)).filter(pk=source.pk).first()
    if found is None:
        return
    found.failures, found.problem = found.failures + 1, text[:500]
    found.save(update_fields=["failures", "problem"])
    if found.failures == MOST_FAILURES:
        tell_failing_source(found)
