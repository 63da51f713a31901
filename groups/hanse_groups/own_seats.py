"""What the viewer's rows are in all conversations: what none of them can lead to need not be asked for at length.

Each page asks what waits for its reader, and for most readers nothing of these kinds ever does. Who has such a row is
asked for in full: these are conditions that are necessary, not the rule.
"""

from __future__ import annotations

from hanse_access.viewer import Viewer

from .models import Participant
from .models.conversations import LEADING

State = Participant.State


def _states_and_roles(viewer: Viewer) -> set[tuple[str, str]]:
    return set(Participant.objects.of_viewer(viewer).order_by().values_list("state", "role").distinct())


def may_be_invited(viewer: Viewer) -> bool:
    return any(state == State.INVITED for state, _role in viewer.kept(_states_and_roles))


def may_lead(viewer: Viewer) -> bool:
    return any(state == State.ACTIVE and role in LEADING for state, role in viewer.kept(_states_and_roles))
