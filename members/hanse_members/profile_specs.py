"""What a person can say in a profile: the fields, their choices, and who sees each unless the person chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

#: offered as languages that a person speaks, as BCP 47: the official ones of the European Union, and frequent others
LANGUAGES = (
    *("de", "en", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "sl", "hr", "ro", "bg", "el", "da", "sv", "fi"),
    *("nb", "et", "lv", "lt", "ga", "mt", "uk", "tr", "ru", "ar", "fa", "zh-hans", "ja", "ko"),
)

FUNCTIONS = {
    "management": _("Management"),
    "research": _("Research and development"),
    "engineering": _("Construction and engineering"),
    "production": _("Production"),
    "quality": _("Quality and testing"),
    "sales": _("Sales and marketing"),
    "purchasing": _("Purchasing"),
    "people": _("Staff and training"),
    "projects": _("Projects and funding"),
    "science": _("Science and teaching"),
    "other": pgettext_lazy("function of a person", "Other"),
}
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
ROLES = {
    "speaker": _("Speaker"),
    "trainer": _("Trainer"),
    "juror": _("Juror"),
}


def language_name(code: str) -> Any:
    """Django knows the languages it is translated into, which Maltese is not."""
    return _("Maltese") if code == "mt" else get_language_info(code)["name_translated"]


@dataclass(frozen=True)
class ProfileSpec:
    """One field. It has a text of at most ``longest`` characters, choices, topics, or several of these.

    ``on_request`` says what a new one is for those who may not see its content: they may ask for it. A field that is
    not ``askable`` is only ever shown or hidden. ``kept_close`` ones are shown to the own clusters at first, the others
    to whoever sees the profile.
    """

    name: str
    label: Any
    longest: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)
    topics: int = 0
    askable: bool = True
    kept_close: bool = False
    icon: str = "info"

    def labels(self, values) -> list[Any]:
        """Of stored choices, in the order of the list."""
        chosen = set(values)
        return [label for value, label in self.choices.items() if value in chosen]


SPECS: dict[str, ProfileSpec] = {
    spec.name: spec
    for spec in (
        ProfileSpec("picture", _("Picture"), askable=False),
        ProfileSpec("function", _("Function"), longest=100, choices=FUNCTIONS),
        ProfileSpec("competences", _("Competences"), longest=600, topics=10),
        ProfileSpec("offers", _("Offers"), longest=600, choices=OFFERS),
        ProfileSpec("looks_for", _("Looks for"), longest=600, choices=WANTS),
        ProfileSpec("roles", _("Available as"), choices=ROLES),
        ProfileSpec("languages", _("Languages"), choices={code: language_name(code) for code in LANGUAGES}),
        ProfileSpec("email", _("E-mail address"), longest=254, kept_close=True),
        ProfileSpec("phone", _("Telephone"), longest=40, kept_close=True),
        ProfileSpec("website", _("Web address"), longest=200),
        ProfileSpec("orcid", _("ORCID"), longest=19),
    )
}
