"""Regions by their codes of ISO 3166: the German states, and countries and regions whose clusters work with them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

REGIONS: dict[str, Any] = {
    "DE": _("Germany"),
    "DE-BB": _("Brandenburg"),
    "DE-BE": _("Berlin"),
    "DE-BW": _("Baden-Württemberg"),
    "DE-BY": _("Bavaria"),
    "DE-HB": _("Bremen"),
    "DE-HE": _("Hesse"),
    "DE-HH": _("Hamburg"),
    "DE-MV": _("Mecklenburg-Western Pomerania"),
    "DE-NI": _("Lower Saxony"),
    "DE-NW": _("North Rhine-Westphalia"),
    "DE-RP": _("Rhineland-Palatinate"),
    "DE-SH": _("Schleswig-Holstein"),
    "DE-SL": _("Saarland"),
    "DE-SN": _("Saxony"),
    "DE-ST": _("Saxony-Anhalt"),
    "DE-TH": _("Thuringia"),
    "AT": _("Austria"),
    "CH": _("Switzerland"),
    "DK": _("Denmark"),
    "ES": _("Spain"),
    "IT-BZ": _("South Tyrol"),
    "SE": _("Sweden"),
}
#: the German names, as they stand in tables
GERMAN = {
    "Deutschland": "DE",
    "Brandenburg": "DE-BB",
    "Berlin": "DE-BE",
    "Baden-Württemberg": "DE-BW",
    "Bayern": "DE-BY",
    "Bremen": "DE-HB",
    "Hessen": "DE-HE",
    "Hamburg": "DE-HH",
    "Mecklenburg-Vorpommern": "DE-MV",
    "Niedersachsen": "DE-NI",
    "Nordrhein-Westfalen": "DE-NW",
    "Rheinland-Pfalz": "DE-RP",
    "Schleswig-Holstein": "DE-SH",
    "Saarland": "DE-SL",
    "Sachsen": "DE-SN",
    "Sachsen-Anhalt": "DE-ST",
    "Thüringen": "DE-TH",
    "Österreich": "AT",
    "Schweiz": "CH",
    "Dänemark": "DK",
    "Spanien": "ES",
    "Südtirol": "IT-BZ",
    "Schweden": "SE",
}


def region_names(codes: Collection[str]) -> dict[str, Any]:
    return {code: REGIONS[code] for code in codes if code in REGIONS}


def read_regions(text: str) -> tuple[list[str], list[str]]:
    """Codes of the regions named in a text with commas or slashes, and the names that are not known."""
    names = [name.strip() for name in re.split(r"[,/]", text) if name.strip()]
    known = [GERMAN[name] for name in names if name in GERMAN]
    return list(dict.fromkeys(known)), [name for name in names if name not in GERMAN]
