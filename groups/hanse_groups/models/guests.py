from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_access.models import PrivateAttachment, Scoped
from hanse_access.models.audiences import Audience
from hanse_access.querysets import ScopedManager
from hanse_members.models import Membership

from .conversations import Participant
from .rooms import Room

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer


def room_mates(viewer: Viewer) -> QuerySet:
    """Numbers of the people who are in a room with the viewer, who is one of them: a subquery."""
    here = Participant.objects.active().exclude(conversation__room__state=Room.State.DELETED)
    mine = here.of_viewer(viewer).filter(conversation__room__isnull=False)
    return here.filter(conversation__in=mine.order_by().values("conversation")).order_by().values("person")


class GuestProfile(Scoped):
    """What somebody who belongs to no cluster says of themselves: for the people in the same rooms, and nobody else.

    A member of a cluster has a profile of the platform, which takes its place.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guest_profile", verbose_name=_("person")
    )
    organisation = models.CharField(_("organisation"), max_length=150, blank=True)
    function = models.CharField(_("what you do"), max_length=150, blank=True)
    about = models.TextField(_("about you"), max_length=1000, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("profile of a guest")
        verbose_name_plural = _("profiles of guests")
        default_permissions = ()

    def __str__(self) -> str:
        return self.person.get_full_name()

    def get_absolute_url(self) -> str:
        return reverse("hanse_groups:guest", args=[self.uid])

    # The rule: the audience is the rooms that the person is in, at each moment

    @classmethod
    def shown_q(cls, now, prefix=""):
        member = Membership.objects.approved().order_by().filter(person=OuterRef(f"{prefix}person"))
        return ~Exists(member) & Q(**{f"{prefix}person__is_active": True})

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(**{f"{prefix}person": viewer.user_id})

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        if viewer.user is None:
            return Q(**{f"{prefix}pk__in": []})
        met = Q(**{f"{prefix}person__in": room_mates(viewer)})
        return (met & cls.shown_q(now, prefix)) | cls.stake_q(viewer, prefix)

    def stakeholders(self):
        return get_user_model()._default_manager.filter(pk=self.person_id, is_active=True)

    def audience_holders(self) -> QuerySet:
        return Audience.objects.none()

    def audience_changeable_by(self, user) -> bool:
        return False


class GuestPicture(PrivateAttachment):
    """The picture of a guest, as visible as the profile."""

    kind = "guest-portrait"

    profile = models.OneToOneField(GuestProfile, on_delete=models.CASCADE, related_name="picture")

    class Meta:
        verbose_name = _("picture of a guest")
        verbose_name_plural = _("pictures of guests")
        default_permissions = ()

    @classmethod
    def shown_q(cls, now, prefix=""):
        return GuestProfile.shown_q(now, f"{prefix}profile__")

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return GuestProfile.stake_q(viewer, f"{prefix}profile__")

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        return GuestProfile.visible_q(viewer, now=now, prefix=f"{prefix}profile__")

    def stakeholders(self):
        return self.profile.stakeholders()
