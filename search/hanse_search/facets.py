"""The facets that need no plugin: kind, language, year."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer

from .sources import FacetKind, facet_kinds, sources


def kind_labels(values: Collection[str], viewer: Viewer) -> dict[str, Any]:
    return {name: sources[name].plural for name in values if name in sources}


def find_kind(text: str) -> list[str]:
    said = text.casefold()
    return [s.name for s in sources if said in (s.name, str(s.label).casefold(), str(s.plural).casefold())]


def language_labels(values: Collection[str], viewer: Viewer) -> dict[str, Any]:
    known = {code for code, _name in settings.LANGUAGES}
    return {code: get_language_info(code)["name_translated"] for code in values if code in known}


def find_language(text: str) -> list[str]:
    infos = [get_language_info(code) for code, _name in settings.LANGUAGES]
    said = text.casefold()
    return [i["code"] for i in infos if said in (i["code"], *(str(i[n]).casefold() for n in NAMES))]


NAMES = ("name", "name_local", "name_translated")


def year_labels(values: Collection[str], viewer: Viewer) -> dict[str, Any]:
    return {value: value for value in values if value.isascii() and value.isdigit()}


def register() -> None:
    facet_kinds.register(FacetKind("kind", _("Kind"), kind_labels, find_kind, order=10, limit=12))
    facet_kinds.register(FacetKind("language", _("Language"), language_labels, find_language, order=80))
    facet_kinds.register(
        FacetKind(
            "year", _("Year"), year_labels, lambda text: [text] if year_labels([text], None) else [], order=90, limit=4
        )
    )
