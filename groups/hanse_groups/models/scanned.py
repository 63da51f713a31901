from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hanse_access.models import PrivateAttachment


class ScannedAttachment(PrivateAttachment):
    """A file that a virus scanner looks at, where there is one (``actions.scans``)."""

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned", _("not scanned for viruses")
        WAITING = "waiting", _("waits for the virus scan")
        CLEAN = "clean", _("no virus found")
        INFECTED = "infected", _("infected")

    scan = models.CharField(max_length=9, choices=Scan, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_infected(self) -> bool:
        return self.scan == self.Scan.INFECTED
