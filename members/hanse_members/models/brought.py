"""What tables that people bring have in common: somebody's own, to look through first, kept for a short time only."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=1)
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
