from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..roles import Role
from .clusters import Cluster
from .memberships import Membership

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer


class DeputyQuerySet(models.QuerySet["Deputy"]):
    @staticmethod
    def managing_q(person: str) -> Q:
        """The person of this field belongs to the management of the cluster."""
        managers = Membership.objects.with_role(Role.MANAGER).order_by()
        return Q(Exists(managers.filter(person_id=OuterRef(f"{person}_id"), cluster_id=OuterRef("cluster_id"))))

    def valid(self) -> DeputyQuerySet:
        """Of managers by managers, and not over yet."""
        return self.filter(self.managing_q("person"), self.managing_q("deputy"), ends_on__gte=timezone.localdate())

    def standing_in(self, today: date | None = None) -> DeputyQuerySet:
        """In force today."""
        return self.valid().filter(starts_on__lte=today or timezone.localdate())

    def of(self, person) -> DeputyQuerySet:
        return self.filter(person_id=person.pk)


class Deputy(models.Model):
    """A manager is away and another of the same cluster stands in, up to and including a day. Ends by itself."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("deputy")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "cluster"], name="hanse_members_one_deputy"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="hanse_members_deputy_is_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="hanse_members_deputy_ends_later"),
        ]
        indexes = [models.Index(fields=["cluster", "ends_on"], name="hanse_members_deputies")]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.person} ({self.ends_on})"


def deputies_in(clusters: Collection[int]) -> dict[tuple[int, int], int]:
    """Who stands in today: (cluster, person away) → the person to turn to. One query.

    A deputy who is away too is followed to theirs. Where all are away in a circle there is no entry: then the whole
    management is turned to.
    """
    rows = Deputy.objects.standing_in().filter(cluster_id__in=clusters)
    direct = {(row.cluster_id, row.person_id): row.deputy_id for row in rows}
    found = {}
    for (cluster, person), deputy in direct.items():
        met = {person}
        while deputy not in met and (cluster, deputy) in direct:
            met.add(deputy)
            deputy = direct[cluster, deputy]
        if deputy not in met:
            found[cluster, person] = deputy
    return found


def stands_in_for(viewer: Viewer) -> list[tuple[int, int]]:
    """(cluster, person) for whom the viewer stands in today."""
    clusters = viewer.decides.get("cluster", frozenset())
    if not clusters:
        return []
    return [key for key, deputy in deputies_in(clusters).items() if deputy == viewer.user_id]
