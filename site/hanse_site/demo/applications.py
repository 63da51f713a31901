"""Further applications of the demo and what became of them, besides the persona who waits."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from hanse_members import actions
from hanse_members.models import Cluster, Membership, Terms

from ..models import User
from .people import address_of


@dataclass(frozen=True)
class Application:
    """Waits unless ``declined`` gives a reason, or ``became`` says what followed after it was approved."""

    cluster: str
    name: str
    organisation: str
    days_ago: int
    contributes: str
    seeks: str
    declined: str = ""
    became: str = ""


APPLICATIONS = (
    Application(
        "photonik-nord",
        "Dörte Wilms",
        "Wilms Werbetechnik",
        38,
        "Beschriftung von Fahrzeugen und Schaufenstern.",
        "Kunden für Leuchtschilder.",
        declined="Danke für Ihr Interesse. Wir arbeiten an optischen Technologien; Leuchtschilder passen leider nicht dazu. "
        "Zu unserem offenen Abend im März sind Sie herzlich eingeladen.",
    ),
    Application(
        "photonik-nord",
        "Sascha Timm",
        "Trave Messtechnik GmbH & Co. KG",
        400,
        "Software für Messgeräte.",
        "Austausch mit anderen, die für den Mac entwickeln.",
        became="left",
    ),
    Application(
        "leichtbau-sued",
        "Ahmed Nasser",
        "Nasser Textilprüfung",
        4,
        "Zugversuche an Garnen und Geweben, akkreditiert, mit eigener Klimakammer.",
        "Flechter und Weber, die ihre Proben heute noch weit fortschicken.",
    ),
    Application(
        "leichtbau-sued",
        "Corinne Blum",
        "Institut für Leichte Strukturen Reutlingen",
        2,
        "I join the fatigue group in January and bring a method for short carbon fibres.",
        "People to ask.",
    ),
    Application(
        "biomed-mitte",
        "Svenja Krause",
        "Krause Orthesen",
        9,
        "Eine Werkstatt mit drei Leuten, zwei Scannern und 400 Orthesen im Jahr.",
        "Jemanden, der uns durch die neue Verordnung hilft, und einen leichteren Werkstoff.",
    ),
    Application(
        "biomed-mitte",
        "Frank Zander",
        "",
        250,
        "Dreißig Jahre Vertrieb von Laborgeräten.",
        "Aufgaben.",
        became="suspended",
    ),
)
MANAGERS = {
    "photonik-nord": "manager.photonik",
    "leichtbau-sued": "manager.leichtbau",
    "biomed-mitte": "manager.biomed",
}


def load_applications(people: dict[str, User]) -> int:
    """Those that are missing. Returns how many were added."""
    known = set(Membership.objects.values_list("person__email", "cluster__slug"))
    missing = [wanted for wanted in APPLICATIONS if (_address(wanted), wanted.cluster) not in known]
    for wanted in missing:
        _load(wanted, by=people[MANAGERS[wanted.cluster]])
    return len(missing)


def _address(wanted: Application) -> str:
    return address_of(wanted.cluster, wanted.name)


def _load(wanted: Application, *, by: User) -> None:
    first, _, last = wanted.name.partition(" ")
    person = User.objects.create_user(_address(wanted), first_name=first, last_name=last)
    cluster = Cluster.objects.get(slug=wanted.cluster)
    said = {"organisation": wanted.organisation, "contributes": wanted.contributes, "seeks": wanted.seeks}
    accepted = Terms.objects.asked_of([cluster])
    membership = actions.apply_for_membership(person=person, cluster=cluster, accepted=accepted, **said)
    if wanted.declined:
        actions.decline_membership(membership, reason=wanted.declined, by=by)
    if wanted.became:
        actions.approve_membership(membership, by=by)
    if wanted.became == "left":
        actions.end_membership(membership, by=person)
    if wanted.became == "suspended":
        actions.suspend_membership(membership, by=by)
    applied_at = timezone.now() - datetime.timedelta(days=wanted.days_ago)
    Membership.objects.filter(pk=membership.pk).update(applied_at=applied_at)
