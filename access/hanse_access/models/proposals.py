from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..scopes import Scope


class ProposalQuerySet(models.QuerySet["AudienceProposal"]):
    @staticmethod
    def waiting_q() -> Q:
        return Q(state=AudienceProposal.State.WAITING)

    def waiting(self) -> ProposalQuerySet:
        return self.filter(self.waiting_q())

    @staticmethod
    def in_force_q() -> Q:
        return Q(state=AudienceProposal.State.ACCEPTED)

    def in_force(self) -> ProposalQuerySet:
        """Taken over and not released again."""
        return self.filter(self.in_force_q())

    @staticmethod
    def decided_by_q(viewer) -> Q:
        """Proposals to scopes for which the viewer decides."""
        mine = Q(pk__in=[])
        for kind, ids in viewer.decides.items():
            mine |= Q(kind=kind, scope_id__in=ids)
        return mine

    def decided_by(self, viewer) -> ProposalQuerySet:
        return self.filter(self.decided_by_q(viewer))

    def about(self, obj: models.Model) -> ProposalQuerySet:
        return self.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)


class AudienceProposal(models.Model):
    """An item proposed to a scope whose members its author may not choose alone, such as another cluster."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("taken over")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RELEASED = "released", _("no longer shared")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("content_type", "object_id")
    kind = models.CharField(max_length=20)
    scope_id = models.PositiveBigIntegerField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal to share")
        verbose_name_plural = _("proposals to share")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "kind", "scope_id"],
                condition=Q(state="waiting"),
                name="hanse_access_one_waiting_proposal",
            )
        ]
        indexes = [models.Index(fields=["kind", "scope_id", "state"], name="hanse_access_proposal_inbox")]

    def __str__(self) -> str:
        return f"{self.item} → {self.kind} {self.scope_id} ({self.get_state_display()})"

    @property
    def scope(self) -> Scope:
        return Scope(self.kind, self.scope_id)
