"""The directory of organisations as a table: of each what the list tells the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .organisation_lists import OrganisationList
from .organisation_specs import SPECS

COLUMNS = [name for name, spec in SPECS.items() if not spec.is_picture]


def export_head() -> list[str]:
    return [
        _("Name"),
        _("Kind"),
        _("Place"),
        _("Region"),
        _("Clusters"),
        _("Topics"),
        _("Open for cooperation"),
        *(str(SPECS[name].label) for name in COLUMNS),
        _("Last confirmed"),
        _("Address"),
    ]


def export_rows(organisations: OrganisationList, request: HttpRequest) -> Iterator[list[Any]]:
    for organisation in organisations.everything(batch=1000):
        yield [
            organisation.name,
            organisation.get_kind_display(),
            organisation.place,
            organisation.get_region_display(),
            ", ".join(part.cluster.name for part in organisation.taking_part),
            ", ".join(organisation.topic_names),
            _("Yes") if organisation.open_for_cooperation else _("No"),
            *(organisation.shown[name].cell if name in organisation.shown else "" for name in COLUMNS),
            organisation.confirmed_at.date().isoformat(),
            request.build_absolute_uri(organisation.get_absolute_url()),
        ]
