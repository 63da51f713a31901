from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..import_notes import explain
from .brought import Brought, LostQuerySet
from .clusters import Cluster
from .organisations import Organisation

LONGEST_KEY = 100
#: imports of organisations are kept for so long: also those of the timed job are to be looked at
KEPT_FOR = timedelta(days=14)
#: a worker that fetches a source is done by then, or died
FETCHED_WITHIN = timedelta(minutes=15)


class Readers(models.TextChoices):
    """Who sees organisations that a table brings."""

    PLATFORM = "platform", _("All members of the platform")
    CLUSTER = "cluster", _("Only the cluster")


class OrganisationSource(models.Model):
    """The address of a table that is fetched again and again. ``kept_by`` answers for what it brings."""

    class Every(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every week")
        NEVER = "never", _("only when asked for")

    PERIODS = {Every.DAY: timedelta(days=1), Every.WEEK: timedelta(days=7)}

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("web address of the table"), max_length=500)
    every = models.CharField(_("fetched"), max_length=5, choices=Every, default=Every.DAY)
    readers = models.CharField(_("seen by"), max_length=8, choices=Readers, default=Readers.PLATFORM)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("kept by")
    )
    next_at = models.DateTimeField(_("fetched next"), null=True, blank=True, db_index=True)
    fetched_at = models.DateTimeField(_("fetched last"), null=True, blank=True)
    #: when a task was given it, until that has fetched it or failed
    fetching_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    problem = models.CharField(_("what was wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("source of organisations")
        verbose_name_plural = _("sources of organisations")
        ordering = ["name", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_fetched(self) -> bool:
        """A task that is not heard of for so long has died."""
        return self.fetching_since is not None and timezone.now() - self.fetching_since < FETCHED_WITHIN

    def next_time(self):
        period = self.PERIODS.get(self.Every(self.every))
        return timezone.now() + period if period else None


class OrganisationRecord(models.Model):
    """What the tables of a cluster last said of an organisation, by field: a value that differs from it was edited.

    ``key`` is the organisation's in the cluster's own books, empty where its tables have none.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="records")
    source = models.ForeignKey(OrganisationSource, on_delete=models.SET_NULL, related_name="+", null=True)
    key = models.CharField(_("external key"), max_length=LONGEST_KEY, blank=True)
    said = models.JSONField(default=dict)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("record of an organisation")
        verbose_name_plural = _("records of organisations")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["cluster", "key"], condition=~Q(key=""), name="hanse_members_org_key_once"),
            models.UniqueConstraint(
                fields=["cluster", "organisation"], condition=Q(key=""), name="hanse_members_org_without_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_id}: {self.key or self.organisation_id}"


class OrganisationImportQuerySet(LostQuerySet):
    def in_clusters(self, clusters) -> OrganisationImportQuerySet:
        return self.filter(cluster__in=clusters)


class OrganisationImport(Brought):
    """A table of organisations: what each row would do, and did. The management of its cluster sees it."""

    class State(models.TextChoices):
        CHECKED = "checked", _("looked through")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("interrupted")

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    source = models.ForeignKey(
        OrganisationSource, on_delete=models.SET_NULL, related_name="imports", null=True, verbose_name=_("source")
    )
    readers = models.CharField(_("seen by"), max_length=8, choices=Readers, default=Readers.PLATFORM)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKED)
    run_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    started_at = models.DateTimeField(_("last heard of"), null=True, blank=True)

    objects = models.Manager.from_queryset(OrganisationImportQuerySet)()

    class Meta(Brought.Meta):
        verbose_name = _("table of organisations")
        verbose_name_plural = _("tables of organisations")

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.RUNNING

    def count_verdicts(self) -> dict[str, int]:
        counted = self.rows.order_by().values_list("verdict").annotate(number=Count("pk"))
        return dict.fromkeys(OrganisationImportRow.Verdict.values, 0) | dict(counted)


class OrganisationImportRowQuerySet(models.QuerySet["OrganisationImportRow"]):
    def to_do(self) -> OrganisationImportRowQuerySet:
        """What would change something and did not yet."""
        row = OrganisationImportRow
        doing = Q(verdict__in=[row.Verdict.NEW, row.Verdict.CHANGED, row.Verdict.KEPT, row.Verdict.UNCHANGED])
        return self.filter(doing | (Q(verdict=row.Verdict.DOUBTFUL) & ~Q(decision="")), outcome="")


class OrganisationImportRow(models.Model):
    """One row of the table. ``number`` counts from the heading, 1; what is missing in the table has none.

    ``values`` are what could be read, by field; ``notes`` codes with their details, see ``import_notes``.
    """

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        KEPT = "kept", _("kept as edited")
        DOUBTFUL = "doubtful", _("perhaps a double")
        DOUBLE = "double", _("double")
        FAULTY = "faulty", _("faulty")
        MISSING = "missing", _("missing in the table")

    class Decision(models.TextChoices):
        SAME = "same", _("the same organisation")
        NEW = "new", _("another organisation")

    class Outcome(models.TextChoices):
        ADDED = "added", _("added")
        UPDATED = "updated", _("updated")
        LEFT = "left", _("left as it is")
        REFUSED = "refused", _("not possible")

    organisation_import = models.ForeignKey(OrganisationImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"), null=True)
    key = models.CharField(_("external key"), max_length=LONGEST_KEY, blank=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    values = models.JSONField(default=dict)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    notes = models.JSONField(default=list)
    same_as = models.PositiveIntegerField(_("same as row"), null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, related_name="+", null=True)
    decision = models.CharField(_("decision"), max_length=5, choices=Decision, blank=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome, blank=True)

    objects = OrganisationImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a table of organisations")
        verbose_name_plural = _("rows of tables of organisations")
        ordering = [models.F("number").asc(nulls_last=True), "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation_import", "number"], name="hanse_members_org_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"

    @property
    def explanations(self) -> list[str]:
        same = [["same_as", self.same_as]] if self.same_as is not None else []
        return explain([*same, *self.notes])

    @property
    def asks(self) -> bool:
        """The management may say what it is."""
        return self.verdict == self.Verdict.DOUBTFUL and not self.outcome
