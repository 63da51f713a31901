"""What readers of the audit trail are told of rooms."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Participant, Room

VERBS = {
    "rooms.opened": _("Room opened"),
    "rooms.changed": _("Settings of the room changed"),
    "rooms.archived": _("Room archived"),
    "rooms.reopened": _("Room opened again"),
    "rooms.deleted": _("Room deleted"),
    "rooms.restored": _("Room restored"),
    "rooms.emptied": _("Deleted room emptied for good"),
    "rooms.joined": _("Somebody joined the room"),
    "rooms.asked": _("Somebody asked to be let into the room"),
    "rooms.withdrawn": _("Somebody took back the request to be let in"),
    "rooms.let_in": _("Somebody was let into the room"),
    "rooms.declined": _("Somebody was not let into the room"),
    "rooms.invited": _("Somebody was invited to the room"),
    "rooms.invitation_ended": _("Invitation to the room ended"),
    "rooms.link_made": _("Invitation to the room made as a link"),
    "rooms.link_revoked": _("Link to the room taken back"),
    "rooms.left": _("Somebody left the room"),
    "rooms.lost": _("Somebody lost the place in the room"),
    "rooms.removed": _("Somebody was removed from the room"),
    "rooms.barred": _("Somebody was removed from the room and barred"),
    "rooms.bar_lifted": _("Somebody is no longer barred from the room"),
    "rooms.role_changed": _("Role in the room changed"),
    "rooms.handed_over": _("Room handed over"),
    "rooms.exported": _("An owner took a copy of the room along"),
    "rooms.guest_profile": _("A guest changed the own profile"),
    "rooms.inherited": _("Room fell to a new owner"),
    "rooms.file_binned": _("File of the room put into the bin"),
    "rooms.folder_binned": _("Folder of the room put into the bin"),
    "rooms.file_restored": _("File of the room restored from the bin"),
    "rooms.folder_restored": _("Folder of the room restored from the bin"),
    "rooms.file_removed": _("File of the room removed for good"),
    "rooms.file_infected": _("Infected file found in the room"),
    "rooms.opening_changed": _("Who may open rooms was changed"),
}


def role_name(value: Any) -> str:
    return str(Participant.Role(value).label) if value in Participant.Role.values else str(value)


def state_name(value: Any) -> str:
    return str(Participant.State(value).label) if value in Participant.State.values else str(value)


def setting_name(name: str) -> str:
    known = {field.name: capfirst(str(field.verbose_name)) for field in Room._meta.fields}
    return known.get(name, name)


def setting_names(value: Any) -> str:
    return ", ".join(setting_name(name) for name in value)


def setting_value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "kind":
        return str(dict(Room.Kind.choices).get(value, value))
    return "–" if value is None else str(value)


def changed_values(value: Any) -> str:
    """Each setting with what it was and what it is."""
    told = []
    for name, (before, after) in sorted(value.items()):
        values = {"before": setting_value(name, before), "after": setting_value(name, after)}
        told.append(f"{setting_name(name)}: " + gettext("%(after)s, before: %(before)s") % values)
    return "; ".join(told)


DETAILS = {
    "room_role": (_("Role"), role_name),
    "room_role_before": (_("Role before"), role_name),
    "room_state": (_("State"), state_name),
    "room_kind": (_("Who can join"), lambda value: str(dict(Room.Kind.choices).get(value, value))),
    "room_link": (_("Number of the link"), str),
    "use_limit": (_("People who can come in by it"), str),
    "settings": (_("Changed"), setting_names),
    "values": (_("Changed"), changed_values),
    "days": (_("Days that it works"), str),
    "file": (_("Number of the file"), str),
    "folder": (_("Number of the folder"), str),
    "files": (_("Files in it"), str),
    "by_members": (_("Every member may open rooms"), lambda value: "✓" if value else "–"),
}

#: keys whose values are numbers of people
PEOPLE = {
    "person": _("Person"),
    "patron": _("Patron"),
    "patron_before": _("Patron before"),
    "contact": _("Contact"),
    "contact_before": _("Contact before"),
}
