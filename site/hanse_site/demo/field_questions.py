"""Who asked whom in the demo for a field of a profile, and what became of it."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hanse_members import actions
from hanse_members.models import FieldRelease, ProfileField

from ..models import User
from .people import row_of


@dataclass(frozen=True)
class Question:
    """``outcome``: "" while it waits, "released" (for ``days``, or until taken back), "declined" or "revoked"."""

    asker: str
    owner: str
    field: str
    days_ago: int
    message: str = ""
    outcome: str = ""
    answer: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Link:
    """A field that somebody without an account reads by a link."""

    owner: str
    field: str
    outsider: str
    days_ago: int
    days: int


QUESTIONS = (
    Question(
        "Ida Lund",
        "Nele Brandt",
        "phone",
        1,
        "Wir haben einen Halter aus Flachs, der nach zwei Jahren Risse zeigt. Darf ich Sie dazu kurz anrufen?",
    ),
    Question(
        "Milan Kovač",
        "Nele Brandt",
        "email",
        12,
        "I would like to send you three scans of a composite that we use as a carrier for tissue.",
        "released",
        "Gern, schicken Sie sie mir.",
        90,
    ),
    Question(
        "Aylin Sommer",
        "Nele Brandt",
        "phone",
        20,
        "For the list of speakers at our ward round in March.",
        "declined",
        "Am Telefon bin ich im Labor kaum zu erreichen. Bitte schreiben Sie dem Institut, ich antworte am selben Tag.",
    ),
    Question("Anke Thomsen", "Nele Brandt", "phone", 75, "Für den Messtermin am Freitag.", "revoked"),
    Question(
        "Nele Brandt",
        "Milan Kovač",
        "phone",
        9,
        "Before I come to Jena with my samples: ten minutes about what they must survive.",
        "released",
        "Mornings are best.",
    ),
    Question(
        "Julia Bossert", "Milan Kovač", "email", 2, "A question about fibres that one can weave in and sterilise."
    ),
    Question(
        "Hanne Vetter",
        "Ida Lund",
        "email",
        3,
        "Ihr Stand auf der Messe war schon abgebaut. Ich suche jemanden, der dünne Federn aus Verbundwerkstoff schneidet.",
    ),
    Question("Milan Kovač", "Lena Hinrichs", "phone", 5, "Wegen der Bilddaten für den gemeinsamen Antrag."),
    Question(
        "Hannes Ritter",
        "Deniz Korkmaz",
        "phone",
        33,
        "",
        "declined",
        "Please write first; I share the number with people I work with.",
    ),
    Question(
        "Nele Brandt",
        "Daniel Wünsche",
        "phone",
        64,
        "Fatigue of your lattices: I have a free week on the small frame.",
        "released",
        "Please call before Friday.",
        30,
    ),
    Question("Sandra Rößler", "Nele Brandt", "email", 6, "Thermografie an Glas: Geht das bei Ihnen?", "released"),
)
LINKS = (
    Link("Nele Brandt", "looks_for", "Dr. Falk Reimers, Rotorblattwerk Küste", 4, 30),
    Link("Milan Kovač", "phone", "Visiting group from Ljubljana", 45, 30),
)


def load_field_questions() -> int:
    """All of them, once. Returns their number."""
    if FieldRelease.objects.exists():
        return 0
    # Whom the personas left meanwhile, or what they hid since, cannot be asked any more.
    for question in QUESTIONS:
        with suppress(PermissionDenied, actions.NotPossible, ProfileField.DoesNotExist):
            _ask(question)
    for link in LINKS:
        with suppress(actions.NotPossible, ProfileField.DoesNotExist):
            _give(link)
    return FieldRelease.objects.count()


def _ask(question: Question) -> None:
    field = _field(question.owner, question.field)
    asker = User.objects.get(email=row_of(question.asker).email)
    release = actions.ask_for_field(field, by=asker, message=question.message)
    owner = field.profile.person
    if question.outcome in {"released", "revoked"}:
        release = actions.release_field(release, by=owner, days=question.days, answer=question.answer)
    if question.outcome == "declined":
        release = actions.decline_field(release, by=owner, answer=question.answer)
    if question.outcome == "revoked":
        actions.revoke_release(release, by=owner)
    _backdate(release, question.days_ago)


def _give(link: Link) -> None:
    field = _field(link.owner, link.field)
    owner = field.profile.person
    release, _ = actions.release_to_outsider(field, outsider=link.outsider, days=link.days, by=owner)
    _backdate(release, link.days_ago)


def _field(owner: str, name: str) -> ProfileField:
    fields = ProfileField.objects.select_related("profile__person")
    return fields.get(profile__person__email=row_of(owner).email, name=name)


def _backdate(release: FieldRelease, days: int) -> None:
    """As if it had begun so many days ago and been answered within the day."""
    release.refresh_from_db()
    began = timezone.now() - datetime.timedelta(days=days)
    release.made_at = began
    if release.decided_at:
        if release.expires_at:
            release.expires_at += began - release.decided_at
        release.decided_at = began + datetime.timedelta(hours=7 if release.person_id else 0)
    release.save()
