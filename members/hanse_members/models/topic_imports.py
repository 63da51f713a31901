from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hanse_base.row_import import Finding, Verdict

from .brought import Brought, BroughtQuerySet


class TopicImport(Brought):
    """A table of topics with what each row would do, and did once it is ``done``."""

    data = models.BinaryField(_("table"))
    rows = models.JSONField(_("rows"), default=list)
    done = models.BooleanField(_("done"), default=False)

    objects = models.Manager.from_queryset(BroughtQuerySet)()

    class Meta(Brought.Meta):
        verbose_name = _("table of topics")
        verbose_name_plural = _("tables of topics")

    @property
    def findings(self) -> list[Finding]:
        return [Finding(number, name, Verdict(verdict), notes) for number, name, verdict, notes in self.rows]

    @findings.setter
    def findings(self, found: list[Finding]) -> None:
        self.rows = [[each.number, each.name, each.verdict.value, each.notes] for each in found]
