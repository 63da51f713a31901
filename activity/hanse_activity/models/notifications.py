from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..delivery import Delivery, Source
from ..kinds import notification_kinds
from .delivery import Digest
from .mailed import UNDER_WAY, MailState, Timed

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer


#: between two mails at once about the same unread thing
PAUSE = timedelta(hours=1)


class NotificationQuerySet(models.QuerySet["Notification"]):
    @staticmethod
    def unread_q() -> Q:
        return Q(read_at__isnull=True)

    def unread(self) -> NotificationQuerySet:
        return self.filter(self.unread_q())

    def of(self, person) -> NotificationQuerySet:
        return self.filter(recipient_id=person.pk)

    def shown_to(self, viewer: Viewer) -> NotificationQuerySet:
        """The viewer's own, as far as what they tell of may still be seen. Asks once which kinds there are among these:
        the rule of each of them is a part of the query, so narrow the rows down first.
        """
        if viewer.user is None:
            return self.none()
        own = self.of(viewer.user)
        present = set(own.order_by().values_list("kind", flat=True).distinct())
        shown = Q(pk__in=[])
        for kind in notification_kinds:
            if kind.name in present:
                target = kind.targets(viewer).order_by().filter(pk=OuterRef("object_id"))
                shown |= Q(Exists(target), kind=kind.name)
        return own.filter(shown)

    def held(self) -> NotificationQuerySet:
        """Those whose mail waits for its time, or for the digest that it belongs to."""
        return self.filter(mail_due_at__isnull=False)

    def spent(self) -> NotificationQuerySet:
        """Those whose mail has gone out, alone or in a digest, or has been left out; and those that come by none.

        The latter only after a pause: so they are not written anew for each word that is said.
        """
        done = Q(mail__in=[MailState.SENT, MailState.UNKNOWN, MailState.LEFT_OUT])
        digest_is_on = Q(digest__mail__in=[MailState.NONE, MailState.WAITING])
        by_digest = Q(mail=MailState.NONE, digest__isnull=False) & ~digest_is_on
        by_none = Q(mail=MailState.NONE, mail_due_at=None, digest=None, created_at__lt=timezone.now() - PAUSE)
        return self.filter(done | by_digest | by_none)

    def locked(self) -> list[tuple[int, int]]:
        """Locks these rows, always in the same order, so that two changes of many of them do not wait for each other.

        Gives their numbers with those of the recipients. Needs a transaction.
        """
        rows = self.order_by("pk").select_for_update()
        return list(rows.values_list("pk", "recipient_id"))


class Notification(Timed):
    """Something one person is told: a kind, the number of what it tells of, and what became of the mail.

    ``source`` and ``source_id`` name what it belongs to, such as a topic or a room (``hanse_activity.delivery``). A
    mail that comes in a digest is that of ``digest``.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("number of the object"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("who did it"),
    )
    data = models.JSONField(_("codes and numbers"), default=dict)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    source_id = models.PositiveBigIntegerField(_("number of the source"), null=True)
    delivery = models.CharField(_("mails"), max_length=10, choices=Delivery, default=Delivery.AT_ONCE)
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, related_name="notifications", null=True, verbose_name=_("digest")
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="hanse_activity_mine"),
            models.Index(fields=["recipient", "kind"], condition=Q(read_at__isnull=True), name="hanse_activity_unread"),
            models.Index(
                fields=["mail", "mail_changed_at"],
                condition=UNDER_WAY,
                name="hanse_activity_under_way",
            ),
            models.Index(fields=["created_at"], name="hanse_activity_age"),
            models.Index(
                fields=["delivery", "mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="hanse_activity_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} → {self.recipient_id}"

    @property
    def belongs_to(self) -> Source | None:
        return Source(self.source, self.source_id) if self.source and self.source_id is not None else None
