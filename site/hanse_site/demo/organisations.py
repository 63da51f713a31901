"""The invented organisations of the demo's clusters."""

from __future__ import annotations

import csv
import datetime
from functools import cache
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.uploads import accept_upload
from hanse_members import actions
from hanse_members.actions import FieldValue
from hanse_members.actions.organisations import ask_to_join, set_topics
from hanse_members.models import Cluster, Membership, Organisation, Topic

from ..models import User
from .logos import logo
from .people import readers
from .personas import PERSONAS

FILE = Path(__file__).parent / "data" / "organisations.csv"
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@cache
def rows() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines, delimiter=";"))


@transaction.atomic
def load_organisations(clusters: dict[str, Cluster], operator: User) -> int:
    """Those that are missing, in their clusters, seen by whom they chose. Returns how many were added."""
    present = set(Organisation.objects.values_list("name", flat=True))
    missing = [row for row in rows() if row["name"] not in present]
    for row in missing:
        _add(row, [clusters[slug] for slug in row["clusters"].split(",")], operator)
    return len(missing)


def _add(row: dict[str, str], clusters: list[Cluster], operator: User) -> None:
    levels = {
        "public": [PUBLIC],
        "platform": [Scope("platform", 0)],
        "cluster": [Scope("cluster", cluster.pk) for cluster in clusters],
        "editors": [EDITORS],
    }
    said = {name: row[name] for name in ("name", "kind", "place", "region")}
    organisation = Organisation.objects.create(**said, open_for_cooperation=row["open"] == "yes")
    for cluster in clusters:
        actions.admit_organisation(ask_to_join(organisation, cluster, by=operator), by=operator)
    set_topics(organisation, Topic.objects.in_use().filter(code__in=row["topics"].split(",")), by=operator)
    change_audience(organisation, scopes=levels[row["level"]], by=None)
    actions.update_organisation(organisation, by=operator, values=values_of(row))
    for name, level, on_request in readers(row["readers"].split()):
        field = organisation.fields.get(name=name)
        field.follows, field.on_request = False, on_request
        field.save()
        change_audience(field, scopes=levels[level], by=None)
    if row["confirmed"]:
        confirmed = timezone.now() - datetime.timedelta(days=int(row["confirmed"]))
        Organisation.objects.filter(pk=organisation.pk).update(confirmed_at=confirmed)


def values_of(row: dict[str, str]) -> dict[str, FieldValue]:
    """What the organisation says, by field."""
    host = f"{row['name'].casefold().split()[0].translate(LETTERS)}.example"
    values = {name: FieldValue(row[name]) for name in ("about", "machines", "references", "phone")}
    for name in ("offers", "looks_for", "certificates"):
        chosen = row[name].split(",") if row[name] else ()
        values[name] = FieldValue(row[f"{name}_text"], choices=chosen)
    values["size"] = FieldValue(choices=[row["size"]] if row["size"] else ())
    values["website"] = FieldValue(f"https://{host}")
    values["email"] = FieldValue(f"kontakt@{host}" if row["email"] else "")
    if row["logo"]:
        drawn = ContentFile(logo(row["logo"]), name="logo.png")
        values["logo"] = FieldValue(picture=accept_upload(drawn, images_only=True))
    return {name: value for name, value in values.items() if not value.is_empty}


def name_keepers(operator: User) -> None:
    """The first person of every other organisation, and of those of personas, looks after it, once.

    For the others the management answers.
    """
    if Membership.objects.keepers().exists():
        return
    named = {row["name"] for row in rows()[::2]}
    for persona in PERSONAS:
        named.update(Organisation.objects.filter(people__person__email=persona.email).values_list("name", flat=True))
    approved = Membership.objects.approved().filter(organisation__name__in=named).select_related("organisation")
    first: dict[int, Membership] = {}
    for membership in approved.order_by("pk"):
        first.setdefault(membership.organisation.pk, membership)
    for membership in first.values():
        actions.set_keeper(membership, True, by=operator)
