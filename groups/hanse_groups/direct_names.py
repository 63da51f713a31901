"""How a direct conversation is called: by its title, or by the others in it, to each reader differently."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer

from .models import Direct, Participant

State = Participant.State
#: a request that was ignored looks like one that nobody has answered: it is not told
ASKED = (State.INVITED, State.DECLINED)


def name_directs(directs: Collection[Direct], viewer: Viewer) -> None:
    """Give each ``others`` (participants besides the viewer, with their people) and ``label``: one query for all.

    Each of the others has ``is_asked``: has not answered yet, or so it looks.
    """
    ids = [direct.pk for direct in directs]
    rows = Participant.objects.filter(conversation__in=ids).exclude(person=viewer.user_id) if ids else ()
    found: dict[int, list[Participant]] = {}
    for row in rows.select_related("person").order_by("joined_at", "pk") if ids else ():
        row.is_asked = row.state in ASKED
        found.setdefault(row.conversation_id, []).append(row)
    for direct in directs:
        others = found.get(direct.pk, [])
        direct.others = [row for row in others if row.is_asked or row.state == State.ACTIVE]
        names = [row.person.get_full_name() for row in direct.others]
        direct.label = direct.title or ", ".join(names) or _("Former member")
