"""The invented organisations of the demo's clusters."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_members import actions
from hanse_members.actions.organisations import ask_to_join, set_topics
from hanse_members.models import Cluster, Organisation, Topic

from ..models import User

FILE = Path(__file__).parent / "data" / "organisations.csv"


@transaction.atomic
def load_organisations(clusters: dict[str, Cluster], operator: User) -> int:
    """Those that are missing, in their clusters, seen by whom they chose. Returns how many were added."""
    present = set(Organisation.objects.values_list("name", flat=True))
    added = 0
    with FILE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter=";"):
            if row["name"] not in present:
                _add(row, [clusters[slug] for slug in row["clusters"].split(",")], operator)
                added += 1
    return added


def _add(row: dict[str, str], clusters: list[Cluster], operator: User) -> None:
    levels = {
        "public": [PUBLIC],
        "platform": [Scope("platform", 0)],
        "cluster": [Scope("cluster", cluster.pk) for cluster in clusters],
        "editors": [EDITORS],
    }
    said = {name: row[name] for name in ("name", "kind", "size", "place", "region", "about")}
    address = row["name"].casefold().split()[0].translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    organisation = Organisation.objects.create(
        **said, website=f"https://{address}.example", open_for_cooperation=row["open"] == "yes"
    )
    for cluster in clusters:
        actions.admit_organisation(ask_to_join(organisation, cluster, by=operator), by=operator)
    set_topics(organisation, Topic.objects.in_use().filter(code__in=row["topics"].split(",")), by=operator)
    change_audience(organisation, scopes=levels[row["level"]], by=None)
