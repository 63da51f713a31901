"""What a person can say in a profile: the fields and their choices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .field_specs import OFFERS, WANTS, FieldSpec, by_name

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
ROLES = {
    "speaker": _("Speaker"),
    "trainer": _("Trainer"),
    "juror": _("Juror"),
}


def language_name(code: str) -> Any:
    """Django knows the languages it is translated into, which Maltese is not."""
    return _("Maltese") if code == "mt" else get_language_info(code)["name_translated"]


SPECS: dict[str, FieldSpec] = by_name(
    FieldSpec("picture", _("Picture"), is_picture=True, askable=False),
    FieldSpec("function", _("Function"), longest=100, choices=FUNCTIONS, single=True),
    FieldSpec("competences", _("Competences"), longest=600, topics=10),
    FieldSpec("offers", _("Offers"), longest=600, choices=OFFERS),
    FieldSpec("looks_for", _("Looks for"), longest=600, choices=WANTS),
    FieldSpec("roles", _("Available as"), choices=ROLES),
    FieldSpec("languages", _("Languages"), choices={code: language_name(code) for code in LANGUAGES}),
    FieldSpec("email", _("E-mail address"), longest=254, kept_close=True),
    FieldSpec("phone", _("Telephone"), longest=40, kept_close=True),
    FieldSpec("website", _("Web address"), longest=200),
    FieldSpec("orcid", _("ORCID"), longest=19),
)
