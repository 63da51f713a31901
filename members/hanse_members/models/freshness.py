"""What somebody confirms once a year: marked and behind the others when nobody did, later suggested to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: what was not confirmed for so long is marked and stands behind the others
FRESH_FOR = timedelta(days=365)
#: those who answer for it are asked so long before
ASKED_BEFORE = timedelta(days=14)
#: it is suggested to nobody any more when it was not confirmed for so long
SUGGESTED_FOR = FRESH_FOR + timedelta(days=90)


class ConfirmableQuerySet(models.QuerySet):
    """For query sets of what is ``Confirmable``."""

    @staticmethod
    def fresh_q(prefix: str = "") -> Q:
        return Q(**{f"{prefix}confirmed_at__gt": timezone.now() - FRESH_FOR})

    @staticmethod
    def suggestible_q(prefix: str = "") -> Q:
        """Current enough to be named to somebody who did not look for it."""
        return Q(**{f"{prefix}confirmed_at__gte": timezone.now() - SUGGESTED_FOR})

    def suggestible(self) -> Self:
        return self.filter(self.suggestible_q())

    @staticmethod
    def to_confirm_q() -> Q:
        """It is time to ask for it, or past it."""
        return Q(confirmed_at__lte=timezone.now() - (FRESH_FOR - ASKED_BEFORE))

    def to_confirm(self) -> Self:
        return self.filter(self.to_confirm_q())

    def mark_stale(self) -> Self:
        """Annotates ``stale`` where it was not confirmed for long, to sort by."""
        stale = Case(When(self.fresh_q(), then=Value(False)), default=Value(True), output_field=BooleanField())
        return self.annotate(stale=stale)


class Confirmable(models.Model):
    """Those who answer for it say once a year that it is still so."""

    confirmed_at = models.DateTimeField(_("last confirmed"), default=timezone.now)
    #: how often it was asked since whether it is still so
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def is_fresh(self) -> bool:
        return timezone.now() < self.fresh_until

    @property
    def fresh_until(self) -> datetime:
        return self.confirmed_at + FRESH_FOR

    @property
    def asks_to_be_confirmed(self) -> bool:
        return timezone.now() >= self.fresh_until - ASKED_BEFORE

    def confirm(self) -> None:
        """Of a row that is locked; does not save it."""
        self.confirmed_at, self.reminded = timezone.now(), 0
