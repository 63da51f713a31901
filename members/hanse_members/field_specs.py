"""What profiles and organisations say of themselves in fields: the make of a field, and choices that both have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

OFFERS = {
    "advice": _("Advice and experience"),
    "research": _("Research partnership"),
    "equipment": _("Equipment and measuring time"),
    "supply": _("Products and supply"),
    "training": _("Training"),
    "contacts": _("Contacts and networks"),
}
WANTS = {
    "advice": _("Advice and experience"),
    "research": _("Research partners"),
    "equipment": _("Equipment and measuring time"),
    "supply": _("Suppliers"),
    "customers": _("First customers and test users"),
    "funding": _("Partners for funded projects"),
    "staff": _("Skilled staff"),
}


@dataclass(frozen=True)
class FieldSpec:
    """One field. It has a text of at most ``longest`` characters, choices, topics, a picture, or several of these.

    Of choices that are ``single`` there is one at most. A field that is not ``askable`` is only ever shown or hidden.
    Others see a new one as they see whose field it is; one that is ``kept_close`` is for the own clusters at first, and
    the others may ask for it.
    """

    name: str
    label: Any
    longest: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)
    single: bool = False
    topics: int = 0
    is_picture: bool = False
    askable: bool = True
    kept_close: bool = False

    def labels(self, values) -> list[Any]:
        """Of stored choices, in the order of the list."""
        chosen = set(values)
        return [label for value, label in self.choices.items() if value in chosen]


def by_name(*specs: FieldSpec) -> dict[str, FieldSpec]:
    return {spec.name: spec for spec in specs}
