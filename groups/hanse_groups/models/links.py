from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_activity.models.mailed import UNDER_WAY, Mailed
from hanse_base.models import LinkToken
from hanse_members.addresses import masked

from .conversations import LONGEST_NOTE, Participant
from .rooms import Room

#: people who can come in by one link
MOST_USES = 100


class RoomLinkQuerySet(models.QuerySet["RoomLink"]):
    @staticmethod
    def open_q(now: datetime) -> Q:
        """Neither taken back, nor over, nor used up."""
        return Q(revoked_at=None, expires_at__gt=now, uses__lt=F("use_limit"))

    @staticmethod
    def vouched_q() -> Q:
        """Whoever made it leads the room still, and the room is one that can be joined.

        While its cluster takes no part nobody leads a room.
        """
        leads = Participant.objects.leading().filter(
            person=OuterRef("made_by"), conversation=OuterRef("room__conversation")
        )
        return Q(Exists(leads), room__state=Room.State.ACTIVE)

    def open(self) -> RoomLinkQuerySet:
        return self.filter(self.open_q(timezone.now()))

    def working(self) -> RoomLinkQuerySet:
        """Those by which somebody can come in now."""
        return self.open().filter(self.vouched_q())

    def with_effect(self) -> RoomLinkQuerySet:
        """Adds ``works``: False for one that nobody vouches for any more."""
        return self.annotate(works=models.Case(models.When(self.vouched_q(), then=True), default=False))


class RoomLink(Mailed):
    """An invitation to a room by a link, whose secret is in the mail or was shown once to whoever made it.

    One that was mailed (``email``) is for whoever has this address confirmed; one that was copied is for whoever has
    it. ``or_guest``: who belongs to no cluster, and so cannot be a member, may come in as a guest. ``names_room``:
    whoever made it wants a hidden room to be named in the mail too.
    """

    class Role(models.TextChoices):
        MEMBER = Participant.Role.MEMBER.value, Participant.Role.MEMBER.label
        GUEST = Participant.Role.GUEST.value, Participant.Role.GUEST.label

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="links", verbose_name=_("room"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    or_guest = models.BooleanField(_("else as a guest"), default=False)
    use_limit = models.PositiveSmallIntegerField(
        _("how many people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_USES)]
    )
    uses = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(_("personal message"), max_length=LONGEST_NOTE, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language of the mail"), max_length=10, blank=True)
    names_room = models.BooleanField(_("the mail names the room"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("taken back"), null=True)
    token = models.OneToOneField(LinkToken, on_delete=models.SET_NULL, related_name="+", null=True, editable=False)

    objects = RoomLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation by link")
        verbose_name_plural = _("invitations by link")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(uses__lte=F("use_limit")), name="hanse_groups_link_uses"),
            models.CheckConstraint(condition=Q(email="") | Q(use_limit=1), name="hanse_groups_link_to_one"),
        ]
        indexes = [
            models.Index(fields=["room", "-made_at"], name="hanse_groups_links"),
            models.Index(fields=["mail", "mail_changed_at"], condition=UNDER_WAY, name="hanse_groups_link_mail"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def masked_email(self) -> str:
        return masked(self.email)

    @property
    def uses_left(self) -> int:
        return self.use_limit - self.uses

    @property
    def mail_names_room(self) -> bool:
        """A room that nobody else is to learn of is named only where whoever invites wants it."""
        return self.room.kind != Room.Kind.HIDDEN or self.names_room
