from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..roles import Role
from .clusters import Cluster, ClusterQuerySet

#: characters of what a newcomer or a manager says
LONGEST_TEXT = 1000


class MembershipQuerySet(models.QuerySet["Membership"]):
    @staticmethod
    def approved_q(prefix: str = "") -> Q:
        """Admits: approved, in an active cluster, of an active person. The one definition of being a member."""
        return (
            Q(**{f"{prefix}state": Membership.State.APPROVED, f"{prefix}person__is_active": True})
        ) & ClusterQuerySet.active_q(f"{prefix}cluster__")

    def approved(self) -> MembershipQuerySet:
        return self.filter(self.approved_q())

    @classmethod
    def with_role_q(cls, role: Role, prefix: str = "") -> Q:
        """Admits, with this role or one above it."""
        return cls.approved_q(prefix) & Q(**{f"{prefix}role__in": role.and_above})

    def with_role(self, role: Role) -> MembershipQuerySet:
        return self.filter(self.with_role_q(role))

    @staticmethod
    def waiting_q(prefix: str = "") -> Q:
        """Applied for, in an active cluster, and not decided."""
        return Q(**{f"{prefix}state": Membership.State.APPLIED}) & ClusterQuerySet.active_q(f"{prefix}cluster__")

    def waiting(self) -> MembershipQuerySet:
        return self.filter(self.waiting_q())

    def public_contacts(self) -> MembershipQuerySet:
        """Managers who agreed to be named to everybody."""
        named = self.with_role(Role.MANAGER).filter(is_public_contact=True)
        return named.select_related("person", "cluster").order_by("applied_at", "pk")

    def keepers(self) -> MembershipQuerySet:
        """Of people who look after the organisation through which they belong to the cluster."""
        return self.approved().filter(keeps_organisation=True, organisation__isnull=False)

    def of(self, person) -> MembershipQuerySet:
        return self.filter(person_id=person.pk)


class Membership(models.Model):
    """A person in a cluster. Only the state "approved" admits; changed by the package's actions only.

    ``organisation`` is whom the person belongs to the cluster through: when its membership ends, this one is suspended
    (``suspended_with_organisation``) unless it ``is_personal``. Without one a membership is personal as it is.
    ``contributes`` and ``seeks`` are what the person said when applying, ``reason`` is what the management answered:
    all three are between the person and the management.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Left")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("cluster")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    organisation = models.ForeignKey(
        "hanse_members.Organisation",
        on_delete=models.PROTECT,
        related_name="people",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    organisation_said = models.CharField(_("organisation as named"), max_length=150, blank=True, editable=False)
    is_personal = models.BooleanField(
        _("admitted personally"),
        default=False,
        help_text=_("The membership stays when that of the organisation ends."),
    )
    keeps_organisation = models.BooleanField(
        _("looks after the organisation"),
        default=False,
        help_text=_("May change what the organisation says of itself, and who can see it."),
    )
    suspended_with_organisation = models.BooleanField(default=False, editable=False)
    is_public_contact = models.BooleanField(
        _("named on the entry page"),
        default=False,
        help_text=_("Managers who agree are named to everybody as the cluster's first contact."),
    )
    contributes = models.TextField(_("contributes"), max_length=LONGEST_TEXT, blank=True)
    seeks = models.TextField(_("looks for"), max_length=LONGEST_TEXT, blank=True)
    applied_at = models.DateTimeField(_("applied"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )

    reason = models.TextField(_("reason of the decision"), max_length=LONGEST_TEXT, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-applied_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "cluster"], name="hanse_members_membership_once"),
            models.CheckConstraint(
                condition=Q(role=Role.MEMBER) | Q(state="approved") | Q(state="suspended"),
                name="hanse_members_role_needs_approval",
            ),
            models.CheckConstraint(
                condition=Q(suspended_with_organisation=False) | Q(state="suspended", organisation__isnull=False),
                name="hanse_members_suspended_with_organisation",
            ),
        ]
        indexes = [models.Index(fields=["cluster", "state", "role"], name="hanse_members_by_cluster")]

    def __str__(self) -> str:
        return _("%(person)s in %(cluster)s") % {"person": self.person.get_full_name(), "cluster": self.cluster}

    @admin.display(description=_("person"))
    def person_name(self) -> str:
        return self.person.get_full_name()

    @property
    def organisation_label(self) -> str:
        """The organisation's name for the person; before they are admitted the one they wrote themselves.

        The stored one could differ in its capitals, and so tell of an organisation that is hidden from them.
        """
        if self.state == self.State.APPROVED and self.organisation is not None:
            return self.organisation.name
        return self.organisation_said

    @property
    def admits(self) -> bool:
        """Mirrors ``approved_q`` for one row."""
        return self.state == self.State.APPROVED and self.cluster.is_active and self.person.is_active
