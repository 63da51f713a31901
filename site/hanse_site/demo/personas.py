"""The people one can be in the demo. All share one password, which the demo's sign-in page tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse_members.roles import Role

PASSWORD = "hanse-demo"  # noqa: S105 - published with the demo, which runs nowhere else


@dataclass(frozen=True)
class Persona:
    """``roles`` are the clusters the person belongs to; ``applied`` those that have not decided
    yet, with what the person said: organisation, contributes, looks for. ``to_accept`` is a cluster whose terms still wait for the
    person's consent. Organisation and profile of those who are members stand in ``data/people.csv``.
    """

    name: str
    first_name: str
    last_name: str
    who: Any
    roles: tuple[tuple[str, Role], ...] = ()
    applied: tuple[tuple[str, str, str, str], ...] = ()
    operator: bool = False
    contact: bool = False
    to_accept: str = ""
    language: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"


PERSONAS = (
    Persona("operator", "Ruth", "Osterholz", _("Runs the platform"), operator=True),
    Persona(
        "manager.photonik",
        "Karla",
        "Wendt",
        _("Manages Photonik Nord: admits members, decides about proposed items"),
        roles=(("photonik-nord", Role.MANAGER),),
        contact=True,
    ),
    Persona(
        "manager.leichtbau",
        "Matthias",
        "Kögler",
        _("Manages Leichtbau Süd"),
        roles=(("leichtbau-sued", Role.MANAGER),),
        contact=True,
    ),
    Persona(
        "manager.biomed",
        "Aylin",
        "Sommer",
        _("Manages BioMed Mitte, which takes proposed items over without asking"),
        roles=(("biomed-mitte", Role.MANAGER),),
        contact=True,
    ),
    Persona(
        "editor.photonik",
        "Tom",
        "Behrens",
        _("Edits the pages and news of Photonik Nord"),
        roles=(("photonik-nord", Role.EDITOR),),
    ),
    Persona(
        "company.photonik",
        "Ida",
        "Lund",
        _("Works in a firm that belongs to Photonik Nord"),
        roles=(("photonik-nord", Role.MEMBER),),
        to_accept="photonik-nord",
    ),
    Persona(
        "expert.leichtbau",
        "Nele",
        "Brandt",
        _("Researches in Leichtbau Süd"),
        roles=(("leichtbau-sued", Role.MEMBER),),
    ),
    Persona(
        "expert.biomed",
        "Milan",
        "Kovač",
        _("Researches in BioMed Mitte and in Photonik Nord"),
        roles=(("biomed-mitte", Role.MEMBER), ("photonik-nord", Role.MEMBER)),
    ),
    Persona("juror", "Hannes", "Ritter", _("Scores entries to challenges"), roles=(("leichtbau-sued", Role.MEMBER),)),
    Persona("guest", "Jana", "Petersen", _("Has an account and belongs to no cluster")),
    Persona(
        "newcomer",
        "Piet",
        "Harms",
        _("Has applied to Photonik Nord and waits"),
        applied=(
            (
                "photonik-nord",
                "Harms Laserwerkstatt",
                "I set up laser cells in three workshops and know what fails in daily use. Happy to show ours.",
                "Somebody who measures roughness in the line, and a partner for a thesis on beam shaping.",
            ),
        ),
    ),
)
