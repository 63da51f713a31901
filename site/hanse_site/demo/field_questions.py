"""Who asked in the demo for a field of a profile or an organisation, and what became of it."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from hanse_members import actions
from hanse_members.field_kinds import FIELD_KINDS
from hanse_members.models import Organisation, ProfileField, ScopedField, ScopedFieldRelease

from ..models import User
from .people import row_of


@dataclass(frozen=True)
class Question:
    """``of`` names a person or an organisation.

    ``outcome``: "" while it waits, "released" (for ``days``, or until taken back), "declined" or "revoked".
    """

    asker: str
    of: str
    field: str
    days_ago: int
    message: str = ""
    outcome: str = ""
    answer: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Link:
    """A field that somebody without an account reads by a link."""

    of: str
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
    Question(
        "Nele Brandt",
        "Fördeblick Lasersysteme GmbH",
        "references",
        2,
        "Wir suchen jemanden, der Gussformen gereinigt hat, ohne sie auszubauen. Haben Sie das schon gemacht?",
    ),
    Question(
        "Ida Lund",
        "Institut für Leichte Strukturen Reutlingen",
        "references",
        4,
        "Before we send you our holders: have you tested flax parts for somebody else?",
    ),
    Question(
        "Milan Kovač",
        "Ostufer Optik GmbH",
        "references",
        18,
        "We need relay optics for a microscope and would like to hear from somebody who has them.",
        "released",
        "Bitte nennen Sie uns, wenn Sie dort anrufen.",
        60,
    ),
    Question(
        "Ida Lund",
        "Rieger Faserverbund GmbH",
        "references",
        25,
        "",
        "declined",
        "Unsere Kunden möchten nicht genannt werden. Rufen Sie uns an, wir erzählen gern, was wir gebaut haben.",
    ),
    Question("Hannes Ritter", "Prüfwerk Nord-Ost GmbH", "references", 90, "For a joint proposal.", "revoked"),
    Question("Nele Brandt", "Watt & Linse Bildverarbeitung GmbH", "references", 3, "Prüfen Sie auch CT-Bilder?"),
)
LINKS = (
    Link("Nele Brandt", "looks_for", "Dr. Falk Reimers, Rotorblattwerk Küste", 4, 30),
    Link("Milan Kovač", "phone", "Visiting group from Ljubljana", 45, 30),
    Link("Fördeblick Lasersysteme GmbH", "references", "Einkauf der Werft in Husum", 6, 30),
)


def load_field_questions() -> int:
    """All of them, once. Returns their number."""
    if _number():
        return 0
    # Whom the personas left meanwhile, or what they hid since, cannot be asked any more.
    for question in QUESTIONS:
        with suppress(PermissionDenied, actions.NotPossible, ObjectDoesNotExist):
            _ask(question)
    for link in LINKS:
        with suppress(PermissionDenied, actions.NotPossible, ObjectDoesNotExist):
            _give(link)
    return _number()


def _number() -> int:
    return sum(kind.release.objects.count() for kind in FIELD_KINDS.values())


def _ask(question: Question) -> None:
    field = _field(question.of, question.field)
    asker = User.objects.get(email=row_of(question.asker).email)
    release = actions.ask_for_field(field, by=asker, message=question.message)
    owner = _answering(field)
    if question.outcome in {"released", "revoked"}:
        release = actions.release_field(release, by=owner, days=question.days, answer=question.answer)
    if question.outcome == "declined":
        release = actions.decline_field(release, by=owner, answer=question.answer)
    if question.outcome == "revoked":
        actions.revoke_release(release, by=owner)
    _backdate(release, question.days_ago)


def _give(link: Link) -> None:
    field = _field(link.of, link.field)
    owner = _answering(field)
    release, _ = actions.release_to_outsider(field, outsider=link.outsider, days=link.days, by=owner)
    _backdate(release, link.days_ago)


def _field(of: str, name: str) -> ScopedField:
    organisation = Organisation.objects.named(of).first()
    if organisation is not None:
        return organisation.fields.get(name=name)
    return ProfileField.objects.get(profile__person__email=row_of(of).email, name=name)


def _answering(field: ScopedField) -> User:
    person = field.holder.answering().order_by("pk").first()
    if person is None:
        raise PermissionDenied
    return person


def _backdate(release: ScopedFieldRelease, days: int) -> None:
    """As if it had begun so many days ago and been answered within the day."""
    release.refresh_from_db()
    began = timezone.now() - datetime.timedelta(days=days)
    release.made_at = began
    if release.decided_at:
        if release.expires_at:
            release.expires_at += began - release.decided_at
        release.decided_at = began + datetime.timedelta(hours=7 if release.person_id else 0)
    release.save()
