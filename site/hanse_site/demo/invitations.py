"""Invitations of the demo, in every state: whom a manager asks into a cluster, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from hanse_members.roles import Role


@dataclass(frozen=True)
class DemoInvitation:
    """``days_ago``: when it was sent; ``revoked``: taken back since."""

    cluster: str
    by: str
    address: str
    days_ago: int = 0
    role: Role = Role.MEMBER
    language: str = "de"
    message: str = ""
    revoked: bool = False


INVITATIONS = (
    DemoInvitation(
        "photonik-nord",
        "manager.photonik",
        "guest@example.org",
        days_ago=2,
        language="en",
        message="Your talk on inspection in the line would interest many here. Come and have a look around.",
    ),
    DemoInvitation(
        "photonik-nord",
        "manager.photonik",
        "t.feddersen@foerde-optik.example",
        days_ago=1,
        role=Role.EDITOR,
        message="Wir haben am Montag darüber gesprochen: Sie könnten die Meldungen aus dem Arbeitskreis selbst einstellen.",
    ),
    DemoInvitation("photonik-nord", "manager.photonik", "einkauf@strahlwerk.example", days_ago=40),
    DemoInvitation("photonik-nord", "manager.photonik", "info@linse-und-licht.example", days_ago=6, revoked=True),
    DemoInvitation("leichtbau-sued", "manager.leichtbau", "j.oswald@faserzentrum.example", days_ago=3),
)
