from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.operators import may, people_who_may
from hanse_activity.models.mailed import UNDER_WAY, Mailed
from hanse_base.models import LinkToken

from ..addresses import confirmed_addresses, masked
from ..roles import Role
from .clusters import Cluster, ClusterQuerySet
from .memberships import LONGEST_TEXT, Membership

#: who may admit people to all clusters invites to all
INVITES_ANYWHERE = "hanse_members.add_membership"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    @staticmethod
    def open_q(now: datetime) -> Q:
        """Not answered and in time."""
        return Q(state=Invitation.State.PENDING, expires_at__gt=now)

    @staticmethod
    def vouched_q() -> Q:
        """Whoever invited may do so still: active, in the management of the cluster, or an operator."""
        managers = Membership.objects.with_role(Role.MANAGER).order_by()
        own = managers.filter(person_id=OuterRef("invited_by_id"), cluster_id=OuterRef("cluster_id"))
        return Q(Exists(own)) | Q(invited_by__in=people_who_may(INVITES_ANYWHERE).order_by().values("pk"))

    def working(self) -> InvitationQuerySet:
        """Those that can be accepted now."""
        return self.filter(self.open_q(timezone.now()), ClusterQuerySet.active_q("cluster__"), self.vouched_q())

    def addressed_to(self, person) -> InvitationQuerySet:
        """Sent to a confirmed address of this person."""
        return self.filter(email__in=confirmed_addresses(person))

    def managed_by(self, user) -> InvitationQuerySet:
        """Those of the clusters that this person manages; operators: all."""
        if may(user, INVITES_ANYWHERE):
            return self.filter(ClusterQuerySet.active_q("cluster__"))
        own = Membership.objects.with_role(Role.MANAGER).of(user).order_by()
        return self.filter(cluster_id__in=own.values("cluster_id"))

    def with_standing(self) -> InvitationQuerySet:
        """Adds ``standing``: the state, or why a pending one cannot be accepted (``Invitation.Standing``)."""
        standing = Invitation.Standing
        pending = Q(state=Invitation.State.PENDING)
        return self.annotate(
            standing=Case(
                When(pending & Q(expires_at__lte=timezone.now()), then=Value(standing.EXPIRED)),
                When(pending & ~self.vouched_q(), then=Value(standing.VOID)),
                default="state",
                output_field=CharField(),
            )
        )


class Invitation(Mailed):
    """Somebody is asked by mail to become a member; bound to the address it was sent to.

    Whether that address has an account plays no part in anything that the management sees. ``token`` is the key of the
    link in the last mail.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("taken back")

    class Standing(models.TextChoices):
        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("taken back")
        VOID = "void", _("without effect")

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("cluster")
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    language = models.CharField(_("language of the mail"), max_length=10)
    message = models.TextField(_("personal message"), max_length=LONGEST_TEXT, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("invited by"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("answered or taken back"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("accepted by"),
    )
    token = models.OneToOneField(LinkToken, on_delete=models.SET_NULL, related_name="+", null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "email"], condition=Q(state="pending"), name="hanse_members_invited_once"
            )
        ]
        indexes = [
            models.Index(fields=["cluster", "-sent_at", "-id"], name="hanse_members_invitations"),
            models.Index(fields=["email"], condition=Q(state="pending"), name="hanse_members_invited"),
            models.Index(fields=["mail", "mail_changed_at"], condition=UNDER_WAY, name="hanse_members_invitation_mail"),
        ]

    def __str__(self) -> str:
        return _("Invitation to %(cluster)s") % {"cluster": self.cluster}

    @property
    def masked_email(self) -> str:
        return masked(self.email)

    @property
    def standing_label(self) -> str:
        """Of ``with_standing``."""
        return str(self.Standing(self.standing).label)
