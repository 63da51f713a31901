"""What tables that people bring have in common: somebody's own, to look through first, kept for a short time only."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=1)
#: what was started and not heard of since was lost with its worker, or never had one
LOST_AFTER = timedelta(minutes=15)
#: tables of one kind and person at a time; older ones give way
MOST_TABLES = 5


class BroughtQuerySet(models.QuerySet):
    def of(self, person) -> Self:
        """Whoever brought a table is the only one to see it."""
        return self.filter(uploaded_by_id=person.pk)

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def forget_older(self) -> None:
        """Remove all but the newest of these."""
        self.filter(pk__in=list(self.values_list("pk", flat=True)[MOST_TABLES:])).delete()

    def remove_expired(self) -> int:
        """Returns how many there were."""
        number = self.expired().count()
        self.expired().delete()
        return number


class LostQuerySet(BroughtQuerySet):
    """Of tables that a task works off, with ``state`` and ``started_at``, when it was last heard of."""

    def give_up_lost(self, running: str, failed: str) -> int:
        """Say of those whose worker died that it did not work, so that somebody can try again. Returns their number.

        What runs holds its row locked, and is left alone.
        """
        with transaction.atomic():
            lost = self.filter(state=running, started_at__lt=timezone.now() - LOST_AFTER)
            found = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
            return self.filter(pk__in=found, state=running).update(state=failed)


def kept_until():
    return timezone.now() + KEPT_FOR


def shown_name(file_name: str) -> str:
    """The name of a file as it can be shown."""
    name = " ".join("".join(char if char.isprintable() else " " for char in file_name).split())
    return name[:100] or "csv"


class Brought(models.Model):
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("brought by")
    )
    file_name = models.CharField(_("file"), max_length=100)
    uploaded_at = models.DateTimeField(_("brought"), default=timezone.now)
    expires_at = models.DateTimeField(_("removed"), db_index=True)

    class Meta:
        abstract = True
        ordering = ["-uploaded_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name
