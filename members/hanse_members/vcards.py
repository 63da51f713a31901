"""Business cards: profiles and organisations as vCard 3.0 (RFC 2426), and what a card or ORCID says for a profile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import vobject
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from vobject.base import VObjectError
from vobject.vcard import Address, Name

from .field_reading import ShownField
from .models import Organisation, Profile
from .profile_forms import clean_orcid
from .profile_reading import Belonging
from .profile_specs import SPECS

#: bytes of a file that a profile is filled from; pictures in it are not read
MOST_BYTES = 1024 * 1024
#: what is read of a vCard, and how much of it; the rest, pictures above all, never reaches the parser
READ = re.compile(r"(?:[\w-]+\.)?(TITLE|ROLE|EMAIL|TEL|URL|NOTE|CATEGORIES)[;:]", re.IGNORECASE)
MOST_LINES, LONGEST_LINE = 100, 4000
ORCID_ADDRESS = "https://orcid.org/"


def write_vcard(profile: Profile, shown: Mapping[str, ShownField], belongings: Iterable[Belonging], *, url: str) -> str:
    """What the reader can read of a profile. ``url`` is the address of its page."""
    card = vobject.vCard()
    first, _space, last = profile.name.rpartition(" ")
    card.add("n").value = Name(family=last, given=first)
    card.add("fn").value = profile.name
    organisation = next((item.organisation for item in belongings if item.organisation), None)
    if organisation is not None:
        card.add("org").value = [organisation.name]
    if "function" in shown:
        card.add("title").value = str(shown["function"].line)
    _add_contact(card, shown)
    if "orcid" in shown:
        card.add("url").value = f"{ORCID_ADDRESS}{shown['orcid'].text}"
    if "competences" in shown and shown["competences"].topics:
        card.add("categories").value = shown["competences"].topics
    card.add("source").value = url
    card.add("rev").value = profile.confirmed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return card.serialize()


def write_organisation_card(
    organisation: Organisation, shown: Mapping[str, ShownField], topics: Iterable[str], *, url: str
) -> str:
    """What the reader can read of an organisation. KIND is of vCard 4.0 (RFC 6350); readers of 3.0 pass over it."""
    card = vobject.vCard()
    card.add("kind").value = "org"
    card.add("n").value = Name(family=organisation.name)
    card.add("fn").value = organisation.name
    card.add("org").value = [organisation.name]
    if organisation.place or organisation.region:
        address = Address(city=organisation.place, region=str(organisation.get_region_display()))
        card.add("adr").value = address
    _add_contact(card, shown)
    if "about" in shown:
        card.add("note").value = shown["about"].text
    if names := list(topics):
        card.add("categories").value = names
    card.add("source").value = url
    return card.serialize()


def _add_contact(card, shown: Mapping[str, ShownField]) -> None:
    for name, line in (("email", "email"), ("phone", "tel"), ("website", "url")):
        if name in shown:
            card.add(line).value = shown[name].text


def card_response(name: str, card: str) -> HttpResponse:
    """A card to save, in a file of this name."""
    response = HttpResponse(card, content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "card"}.vcf"'
    return response


def read_card(data: bytes) -> dict[str, str]:
    """Texts for the profile's form by field, and ``keywords`` to suggest topics from.

    Raises ValidationError, for the person who brought it, for what is neither a vCard nor a record of ORCID.
    """
    if len(data) > MOST_BYTES:
        raise ValidationError(_("This file is too large."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    said = _from_orcid(text) if text.lstrip().startswith("{") else _from_vcard(text)
    longest = {name: spec.longest for name, spec in SPECS.items()}
    clean = {name: _writable(value).strip() for name, value in said.items()}
    found = {name: value[: longest.get(name, 500)] for name, value in clean.items() if value}
    if not found:
        raise ValidationError(_("There is nothing in this file that a profile has."))
    return found


def _writable(text: str) -> str:
    """Without what no database keeps."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _from_vcard(text: str) -> dict[str, str]:
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    if not any(line.strip().upper() == "BEGIN:VCARD" for line in lines[:20]):
        raise ValidationError(_("This is neither a vCard nor a record of ORCID."))
    ends = [number for number, line in enumerate(lines) if line.strip().upper() == "END:VCARD"]
    kept = [line for line in lines[: ends[0] if ends else 0] if len(line) <= LONGEST_LINE and READ.match(line)]
    try:
        card = vobject.readOne("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *kept[:MOST_LINES], "END:VCARD", ""]))
        return _said(card)
    except (VObjectError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise ValidationError(_("This file cannot be read as a vCard.")) from error


def _said(card: Any) -> dict[str, str]:
    urls = [_text(line.value) for line in card.contents.get("url", ())]
    orcid = next((url for url in urls if "orcid.org/" in url), "")
    said = {
        "function": _first(card, "title") or _first(card, "role"),
        "email": _first(card, "email"),
        "phone": _first(card, "tel"),
        "website": next((url for url in urls if url != orcid), ""),
        "competences": _first(card, "note"),
        "keywords": ", ".join(_text(line.value) for line in card.contents.get("categories", ())),
    }
    return said | _orcid(orcid)


def _first(card, kind: str) -> str:
    lines = card.contents.get(kind, ())
    return _text(lines[0].value) if lines else ""


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _from_orcid(text: str) -> dict[str, str]:
    """The public record as its API gives it in version 3.0: https://info.orcid.org/documentation/api-tutorials/."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This file cannot be read as a record of ORCID.")) from error
    path = _at(record, "orcid-identifier", "path")
    if not isinstance(path, str):
        raise ValidationError(_("This is neither a vCard nor a record of ORCID."))
    groups = _list(record, "activities-summary", "employments", "affiliation-group")
    jobs = [
        _at(summary, "employment-summary", "role-title") for group in groups for summary in _list(group, "summaries")
    ]
    said = {
        "function": next((job for job in jobs if isinstance(job, str)), ""),
        "email": _at(_one(_list(record, "person", "emails", "email")), "email"),
        "website": _at(_one(_list(record, "person", "researcher-urls", "researcher-url")), "url", "value"),
        "competences": _at(record, "person", "biography", "content"),
        "keywords": ", ".join(
            word
            for each in _list(record, "person", "keywords", "keyword")
            if isinstance(word := _at(each, "content"), str)
        ),
    }
    return {name: value for name, value in said.items() if isinstance(value, str)} | _orcid(path)


def _orcid(text: str) -> dict[str, str]:
    """One that is not whole is left out: it would only stand as an error in the form."""
    try:
        return {"orcid": clean_orcid(text)} if text else {}
    except ValidationError:
        return {}


def _at(data: Any, *path: str) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _list(data: Any, *path: str) -> list[Any]:
    found = _at(data, *path)
    return found if isinstance(found, list) else []


def _one(items: list[Any]) -> Any:
    return items[0] if items else None
