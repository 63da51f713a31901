from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CardPreference(models.Model):
    """Where a person wants a card of the dashboard, and whether at all. Without a row the card's own order holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    card = models.CharField(_("card"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"))
    hidden = models.BooleanField(_("hidden"), default=False)

    class Meta:
        verbose_name = _("dashboard preference")
        verbose_name_plural = _("dashboard preferences")
        constraints = [models.UniqueConstraint(fields=["person", "card"], name="hanse_base_one_preference_per_card")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.card
