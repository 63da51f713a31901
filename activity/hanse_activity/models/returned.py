from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .mailed import UNDER_WAY, Mailed


class ReturnedAnswer(Mailed):
    """What somebody sent in answer to a mail and could not be posted: it goes back to them once, with all they wrote.

    ``key`` is that of the answer, so that the same one delivered again is neither returned again nor posted after all.
    ``why`` is in the language of the person. Rows are for a few days: providers deliver again for that long.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    why = models.CharField(_("reason"), max_length=500)
    text = models.TextField(_("what was written"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("returned answer")
        verbose_name_plural = _("returned answers")
        default_permissions = ()
        indexes = [
            models.Index(fields=["mail", "mail_changed_at"], condition=UNDER_WAY, name="hanse_activity_returned_on"),
            models.Index(fields=["at"], name="hanse_activity_returned_age"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} → {self.person_id}"
