from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecentSearch(models.Model):
    """What somebody searched for, to be offered to them again. Nobody else sees it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    text = models.CharField(_("search text"), max_length=200)
    searched_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("recent search")
        verbose_name_plural = _("recent searches")
        default_permissions = ()
        ordering = ["-searched_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "text"], name="hanse_search_recent_once")]
        indexes = [models.Index(fields=["searched_at"], name="hanse_search_age_of_recent")]

    def __str__(self) -> str:
        return self.text


class NoRecentSearches(models.Model):
    """Somebody wants none of their searches to be kept."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("choice to keep no searches")
        verbose_name_plural = _("choices to keep no searches")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person_id)
