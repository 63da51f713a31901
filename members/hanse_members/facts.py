"""The facts of a cluster as they are shown: what is not known is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Cluster, ClusterEntry

#: facts in words, in their order
WORDS = ("carrier", "legal_form", "management", "office", "bodies", "quality_label", "partners")


@dataclass(frozen=True)
class Fact:
    label: str
    lines: list[str]


@dataclass(frozen=True)
class FactFigure:
    """As ``hanse_base/components/figures.html`` draws it."""

    value: Any
    label: str


@dataclass(frozen=True)
class Facts:
    """What ``hanse_members/includes/facts.html`` draws."""

    entry: ClusterEntry
    figures: list[FactFigure]
    words: list[Fact]

    @property
    def is_empty(self) -> bool:
        return not self.figures and not self.words and not self.entry.website


def entry_of(cluster: Cluster) -> ClusterEntry | None:
    """With its regions and fields: three queries."""
    return ClusterEntry.objects.with_facts().filter(cluster=cluster).first()


def facts_of(entry: ClusterEntry) -> Facts | None:
    """None as long as nothing is said."""
    facts = Facts(entry, figures_of_entry(entry), words_of(entry))
    return None if facts.is_empty else facts


def figures_of_entry(entry: ClusterEntry) -> list[FactFigure]:
    found = []
    if entry.members is not None:
        number = grouped(entry.members)
        if entry.members_exactness != ClusterEntry.Exactness.EXACT:
            number = f"{entry.get_members_exactness_display()} {number}"
        found.append(FactFigure(number, ngettext("member organisation", "member organisations", entry.members)))
    if entry.smes is not None:
        label = _("of them small or medium-sized") if entry.members is not None else _("small or medium-sized members")
        found.append(FactFigure(grouped(entry.smes), label))
    if entry.founded is not None:
        found.append(FactFigure(entry.founded, _("founded")))
    return found


def grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def words_of(entry: ClusterEntry) -> list[Fact]:
    options = ClusterEntry._meta
    found = [Fact(_("Region"), region_lines(entry)), Fact(_("Fields of work"), field_lines(entry))]
    for name in WORDS:
        lines = [line.strip() for line in getattr(entry, name).splitlines() if line.strip()]
        found.append(Fact(str(capfirst(options.get_field(name).verbose_name)), lines))
    return [fact for fact in found if fact.lines]


def region_lines(entry: ClusterEntry) -> list[str]:
    regions = [str(region.get_code_display()) for region in entry.regions.all()]
    return [", ".join(sorted(regions))] if regions else ([entry.region_text] if entry.region_text else [])


def field_lines(entry: ClusterEntry) -> list[str]:
    fields = [field.name for field in entry.fields.all()]
    return [", ".join(fields)] if fields else []
