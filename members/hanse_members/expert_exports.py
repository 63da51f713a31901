"""The directory of experts as a table: of each profile what the list tells the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .expert_lists import ExpertList
from .profile_reading import ShownField
from .profile_specs import SPECS

COLUMNS = [name for name in SPECS if name != "picture"]


def export_head() -> list[str]:
    return [
        _("Name"),
        _("Clusters"),
        _("Organisation"),
        *(str(SPECS[name].label) for name in COLUMNS),
        _("Last confirmed"),
        _("Address"),
    ]


def export_rows(experts: ExpertList, request: HttpRequest) -> Iterator[list[Any]]:
    for profile in experts.everything():
        organisations = {item.organisation.name for item in profile.belongings if item.organisation}
        yield [
            profile.name,
            ", ".join(item.cluster.name for item in profile.belongings),
            ", ".join(sorted(organisations)),
            *(cell(profile.shown.get(name)) for name in COLUMNS),
            profile.confirmed_at.date().isoformat(),
            request.build_absolute_uri(profile.get_absolute_url()),
        ]


def cell(item: ShownField | None) -> str:
    """Topics, choices and text of a field, with semicolons between them."""
    if item is None:
        return ""
    parts = [*item.topics, *map(str, item.choices), *([item.text] if item.text else [])]
    return "; ".join(parts)
