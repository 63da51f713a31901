"""Making invitations to a room by link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hanse_members.invitation_forms import MOST_ADDRESSES, read_addresses

from .actions.links import DEFAULT_DAYS, MOST_DAYS
from .models import Room, RoomLink
from .models.conversations import LONGEST_NOTE
from .models.links import MOST_USES


class LinkForm(forms.Form):
    """What holds for a link that is copied. ``way`` tells which of two forms of a page was sent."""

    way = forms.CharField(widget=forms.HiddenInput, initial="this", required=False)
    role = forms.ChoiceField(
        label=_("They come in as"),
        widget=forms.RadioSelect,
        choices=[
            (RoomLink.Role.MEMBER, _("Members: for people who belong to a cluster")),
            (RoomLink.Role.GUEST, _("Guests: for people from outside too, who see this room and nothing else")),
        ],
        initial=RoomLink.Role.MEMBER,
    )
    or_guest = forms.BooleanField(
        label=_("Who belongs to no cluster may come in as a guest instead"),
        required=False,
        help_text=_("Otherwise they can join only after a cluster has admitted them."),
    )
    days = forms.IntegerField(label=_("How many days it works"), min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS)
    use_limit = forms.IntegerField(
        label=_("How many people can come in by it"), min_value=1, max_value=MOST_USES, initial=1
    )

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "way"}


class MailedLinkForm(LinkForm):
    """What holds for links that are sent by mail: one for each address."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    note = forms.CharField(
        label=_("Personal message"),
        help_text=_("Stands in the mail under your name."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    names_room = forms.BooleanField(
        label=_("The mail names the room"),
        required=False,
        help_text=_("This room is hidden. Without a tick its name is read only after signing in with that address."),
    )

    field_order = ("addresses", "role", "or_guest", "days", "language", "note", "names_room")
    use_limit = None

    def __init__(self, *args, room: Room, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["addresses"].help_text = _(
            "One per line, at most %(number)d. Each gets a link that works once, and for this address only."
        ) % {"number": MOST_ADDRESSES}
        self.fields["language"].initial = get_language()
        if room.kind != Room.Kind.HIDDEN:
            del self.fields["names_room"]

    def clean_addresses(self) -> list[str]:
        return read_addresses(self.cleaned_data["addresses"])
