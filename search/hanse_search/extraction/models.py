from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .extract import Outcome

#: After so many tries without an answer of any kind a file is left alone.
MOST_TRIES = 5
#: from one try to the next; each takes twice as long as the one before
PAUSE = timedelta(minutes=15)


class FileTextQuerySet(models.QuerySet):
    def due(self, now: datetime | None = None) -> FileTextQuerySet:
        """Those that wait to be read, and may be tried now."""
        return self.filter(outcome="", tries__lt=MOST_TRIES, due_at__lte=now or timezone.now())


class FileText(models.Model):
    """The text of one stored file, read once. It comes and goes with the attachment that has this ``uuid``.

    ``outcome`` is empty as long as the file waits to be read. ``text`` is what can be found, without any of the file's
    looks; nobody is shown it but who sees the attachment.
    """

    uuid = models.UUIDField(unique=True)
    #: of the attachment, as in ``PrivateAttachment.kind``
    kind = models.CharField(max_length=30)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    text = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = FileTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "due_at"], condition=models.Q(outcome=""), name="hanse_search_files_to_read")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"

    @property
    def shortfall(self):
        """What to tell people who see the file and would search for its words in vain, or "": a lazy text."""
        if not self.outcome:
            return _("The words in this file could not be read.") if self.tries >= MOST_TRIES else ""
        return _SHORTFALLS.get(self.outcome, "")

    def claim(self) -> bool:
        """Nobody else reads this file until the pause is over, or ever again once there was an outcome."""
        again = timezone.now() + PAUSE * 2**self.tries
        mine = FileText.objects.due().filter(pk=self.pk, tries=self.tries)
        claimed = bool(mine.update(tries=self.tries + 1, due_at=again))
        self.tries += claimed
        return claimed


_SHORTFALLS = {
    Outcome.CUT: _("Only the first part of the words in this file can be searched: it is very long."),
    Outcome.ENCRYPTED: _("The words in this file cannot be searched: it is protected by a password."),
    Outcome.BROKEN: _("The words in this file cannot be searched: it seems to be broken."),
    Outcome.TOO_LARGE: _("The words in this file cannot be searched: it is too large."),
}
