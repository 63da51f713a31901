"""What an organisation can say of itself in fields; name, kind, place, region and topics are seen with it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .field_specs import OFFERS, WANTS, FieldSpec, by_name

#: by people employed: the classes of the European Commission's Recommendation 2003/361/EC
SIZES = {
    "micro": _("up to 9 people"),
    "small": _("10 to 49 people"),
    "medium": _("50 to 249 people"),
    "large": _("250 people and more"),
}
#: management systems and competences that are certified or accredited most
CERTIFICATES = {
    "iso_9001": "ISO 9001",
    "iso_14001": "ISO 14001",
    "iso_45001": "ISO 45001",
    "iso_50001": "ISO 50001",
    "iso_27001": "ISO/IEC 27001",
    "iso_17025": "ISO/IEC 17025",
    "iso_13485": "ISO 13485",
    "iatf_16949": "IATF 16949",
    "en_9100": "EN 9100",
    "iso_3834": "ISO 3834",
    "en_1090": "EN 1090",
    "emas": "EMAS",
}

SPECS: dict[str, FieldSpec] = by_name(
    FieldSpec("logo", _("Logo"), is_picture=True, askable=False),
    FieldSpec("about", _("What it does"), longest=3000),
    FieldSpec("size", _("Size"), choices=SIZES, single=True),
    FieldSpec("offers", _("Offers"), longest=600, choices=OFFERS),
    FieldSpec("looks_for", _("Looks for"), longest=600, choices=WANTS),
    FieldSpec("machines", _("Machines and methods"), longest=1500),
    FieldSpec("certificates", _("Certificates"), longest=600, choices=CERTIFICATES),
    FieldSpec("references", _("Reference projects and customers"), longest=1500, kept_close=True),
    FieldSpec("email", _("E-mail address"), longest=254),
    FieldSpec("phone", _("Telephone"), longest=40),
    FieldSpec("website", _("Web address"), longest=200),
)
