from django.db import models
from django.utils.translation import gettext_lazy as _

from .audiences import Audience


class PageAudience(models.Model):
    """Who sees a page. It stands beside the page, not in it, so that revisions, aliases and schedules never bring an
    older audience back. Set by ``actions.change_audience`` only.
    """

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="page_audience", verbose_name=_("page")
    )
    audience = models.ForeignKey(
        Audience, on_delete=models.PROTECT, related_name="+", verbose_name=_("who can see this")
    )
    requested_audience = models.ForeignKey(
        Audience,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("who is asked to see this too"),
    )

    #: pages keep their audience in this row: it is not content that refers to anything
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("audience of a page")
        verbose_name_plural = _("audiences of pages")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.audience}"
