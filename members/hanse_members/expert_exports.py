"""The directory of experts as a table: of each profile what the list tells the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .expert_lists import ExpertList
from .profile_specs import SPECS

COLUMNS = [name for name, spec in SPECS.items() if not spec.is_picture]


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
            *(profile.shown[name].cell if name in profile.shown else "" for name in COLUMNS),
            profile.confirmed_at.date().isoformat(),
            request.build_absolute_uri(profile.get_absolute_url()),
        ]
