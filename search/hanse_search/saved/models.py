from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..addresses import search_url

LONGEST_NAME = 80


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, person) -> SavedSearchQuerySet:
        """For visitors and for None: nothing."""
        return self.filter(person=person.pk) if getattr(person, "pk", None) else self.none()

    def watched(self) -> SavedSearchQuerySet:
        """Those whose people are told of what is new."""
        return self.filter(is_watched=True, person__is_active=True)

    def without_known(self) -> SavedSearchQuerySet:
        """Without the long list of what is known."""
        return self.defer("known")


class SavedSearch(models.Model):
    """A query with its filters, as one person keeps it.

    ``known`` are the numbers of the items that it has found so far, by source; None: not looked through yet, so that
    what it finds next is where it begins, and nothing of it new. ``is_too_broad``: it finds too much to be kept so.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    text = models.CharField(_("search text"), max_length=200, blank=True)
    facets = models.JSONField(_("filters"), default=dict, blank=True)
    is_watched = models.BooleanField(_("tells of what is new"), default=True)
    is_too_broad = models.BooleanField(_("finds too much"), default=False)
    known = models.JSONField(_("known items"), null=True)
    checked_at = models.DateTimeField(_("last looked through"), null=True)
    created_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        default_permissions = ()
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["checked_at"], condition=models.Q(is_watched=True), name="hanse_search_watched_searches"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return search_url(self.text, self.facets)

    @property
    def narrows_by(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(values) for name, values in self.facets.items()}


class SearchAlert(models.Model):
    """What one look at a saved search found that was new. ``items`` are pairs of source and number."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("search"))
    items = models.JSONField(_("items"), default=list)
    #: how many there were; ``items`` may be fewer
    number = models.PositiveIntegerField(_("number"))
    made_at = models.DateTimeField(_("when"), default=timezone.now)

    #: as its reader may see it, put there by ``notifications.read``
    results: list[Any]

    class Meta:
        verbose_name = _("what a saved search found")
        verbose_name_plural = _("what saved searches found")
        default_permissions = ()
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_at"], name="hanse_search_age_of_alerts")]

    def __str__(self) -> str:
        return f"{self.search_id}: {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("hanse_search:alert", args=[self.search_id, self.pk])
