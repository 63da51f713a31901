from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse_access.models import PrivateAttachment

from .clusters import Cluster


class ClusterLogo(PrivateAttachment):
    """The mark in the head of a cluster's pages: seen by everybody, as these are. One for each colour set."""

    kind = "cluster-logo"

    class Shade(models.TextChoices):
        LIGHT = "light", _("on a light ground")
        DARK = "dark", _("on a dark ground")

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="logos", verbose_name=_("cluster"))
    shade = models.CharField(_("ground"), max_length=5, choices=Shade)

    class Meta:
        verbose_name = _("logo of a cluster")
        verbose_name_plural = _("logos of clusters")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cluster", "shade"], name="hanse_members_one_logo_a_shade")]

    @classmethod
    def shown_q(cls, now, prefix=""):
        return Cluster.objects.active_q(f"{prefix}cluster__")

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(pk__in=[])

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        return cls.shown_q(now, prefix)

    def stakeholders(self):
        return self._meta.get_field("uploaded_by").related_model._default_manager.none()
