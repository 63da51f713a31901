from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .conversations import Conversation, Participant

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: people in a direct conversation
MOST_PEOPLE = 8


class DirectQuerySet(models.QuerySet["Direct"]):
    def of_viewer(self, viewer: Viewer) -> DirectQuerySet:
        """Those that the viewer takes part in now. There is no other way to them, for nobody."""
        return self._with_place(Participant.objects.active().of_viewer(viewer))

    def listed_for(self, viewer: Viewer) -> DirectQuerySet:
        """Without those that the viewer has archived."""
        return self._with_place(Participant.objects.active().of_viewer(viewer).filter(archived=False))

    def archived_by(self, viewer: Viewer) -> DirectQuerySet:
        return self._with_place(Participant.objects.active().of_viewer(viewer).filter(archived=True))

    def _with_place(self, places: QuerySet[Participant]) -> DirectQuerySet:
        return self.filter(conversation__participants__in=places)


class Direct(models.Model):
    """A conversation of two to eight people outside of any room. It has no audience: who takes part reads it.

    ``pair`` names the two people of a conversation of two: there is one for each two. It is empty for a group and once
    one of the two has gone. ``answered_at`` is when the other one of the two first agreed to it, by an answer or by
    accepting the request. ``moved_at`` is the time of the newest message.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="direct")
    pair = models.CharField(max_length=41, blank=True, editable=False)
    is_group = models.BooleanField(default=False, editable=False)
    title = models.CharField(_("title"), max_length=100, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(default=timezone.now)

    objects = DirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("direct conversation")
        verbose_name_plural = _("direct conversations")
        ordering = ["-moved_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["pair"], condition=~Q(pair=""), name="hanse_groups_direct_once"),
        ]
        indexes = [models.Index(fields=["-moved_at", "-conversation"], name="hanse_groups_direct_newest")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("hanse_groups:direct", args=[self.conversation.uid])


def pair_of(one: int, other: int) -> str:
    return "-".join(map(str, sorted((one, other))))


class MessageSettings(models.Model):
    """Whom a person accepts direct messages from, what mails say of them, and whether one is seen to be there.

    Without a row the defaults hold.
    """

    class Accepts(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody who sees my profile")
        CLOSE = "close", _("People of my clusters and rooms")
        ROOMS = "rooms", _("Only people who are in a room with me")
        NOBODY = "nobody", _("Nobody")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    accepts = models.CharField(_("Who may write to you?"), max_length=9, choices=Accepts, default=Accepts.EVERYBODY)
    mails_show_text = models.BooleanField(
        _("mails may show what was written"),
        default=False,
        help_text=_("Otherwise mails only say that somebody has written to you."),
    )
    shows_presence = models.BooleanField(
        _("others see when I am there and when I type"),
        default=True,
        help_text=_("In rooms and direct messages. Otherwise you do not see it of others either."),
    )

    class Meta:
        verbose_name = _("settings for messages")
        verbose_name_plural = _("settings for messages")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person_id}: {self.accepts}"
