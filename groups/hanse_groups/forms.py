"""Opening a room, asking to be let in, inviting."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hanse_access.forms import AudienceField
from hanse_access.scopes import Scope
from hanse_members.models import Profile

from .actions.rooms import clusters_to_open_in
from .models import Participant, Room, RoomOpening
from .models.conversations import LONGEST_NOTE


class PersonChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj) -> str:
        return obj.get_full_name()


class RoomForm(forms.ModelForm):
    """A new room, or the settings of one. ``user`` is the person who fills it in."""

    kind = forms.ChoiceField(
        label=_("Who can join?"),
        widget=forms.RadioSelect,
        choices=[
            (Room.Kind.OPEN, _("Open: whoever sees the room can join at once")),
            (Room.Kind.CLOSED, _("Closed: others see the card and ask to be let in")),
            (Room.Kind.HIDDEN, _("Hidden: by invitation only; nobody else learns that it exists")),
        ],
        initial=Room.Kind.CLOSED,
    )
    patron = PersonChoiceField(
        label=_("Patron"),
        queryset=None,
        required=False,
        help_text=_("Who stands for the room towards others, and takes it over when nobody owns it any more."),
    )
    contact = PersonChoiceField(
        label=_("Contact"), queryset=None, required=False, help_text=_("Whom one asks about the room.")
    )

    class Meta:
        model = Room
        fields = (
            "name",
            "purpose",
            "cluster",
            "kind",
            "patron",
            "contact",
            "newcomers_see_all",
            "asks_members",
            "mails_show_text",
            "shows_who_read",
            "retention_days",
        )
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        room = self.instance
        people = self._people()
        self.fields["patron"].queryset = self.fields["contact"].queryset = people
        for name in ("patron", "contact"):
            self.fields[name].empty_label = str(_("Nobody"))
        if room.pk:
            del self.fields["cluster"]
            present = () if room.kind == Room.Kind.HIDDEN else room.audience.scope_set
            requested = room.requested_audience.scope_set if room.requested_audience else ()
        else:
            present = requested = ()
            clusters = clusters_to_open_in(user).order_by("name")
            self.fields["cluster"] = forms.ModelChoiceField(
                label=_("At home in"),
                queryset=clusters,
                help_text=_(
                    "Its management answers for the room. People of other clusters can take part all the same."
                ),
            )
            if len(only := list(clusters[:2])) == 1:
                self.fields["cluster"].initial = only[0]
            for name in ("asks_members", "mails_show_text", "shows_who_read", "retention_days", "patron", "contact"):
                del self.fields[name]
        self.fields["audience"] = AudienceField(
            user=user,
            model=Room,
            present=present,
            requested=requested,
            required=False,
            label=_("Who sees that there is this room?"),
            help_text=_("They see name, purpose and contact, never what is in it. A hidden room needs no choice here."),
        )

    def _people(self):
        """Those in the room; for a new one the person alone."""
        people = get_user_model()._default_manager
        if not self.instance.pk:
            return people.filter(pk=self.user.pk)
        present = Participant.objects.active().filter(conversation=self.instance.conversation_id)
        members = present.exclude(role=Participant.Role.GUEST).values("person")
        return people.filter(pk__in=members).order_by("last_name", "first_name", "pk")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        cleaned = super().clean()
        scopes, kind = cleaned.get("audience"), cleaned.get("kind")
        if kind == Room.Kind.HIDDEN:
            cleaned["audience"] = frozenset()
        elif kind and scopes is not None and not scopes:
            self.add_error("audience", ValidationError(_("Please choose who sees the room, or make it hidden.")))
        return cleaned

    @property
    def settings(self) -> dict:
        """What the actions take, without cluster and audience."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("cluster", "audience")}

    @property
    def scopes(self) -> frozenset[Scope]:
        return self.cleaned_data["audience"]


class RequestForm(forms.Form):
    request = forms.CharField(
        label=_("What brings you to this room?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever leads the room reads it. The people in it learn your name and organisation."),
    )


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("What speaks against it?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the owners of the room read it."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason; the person will read it"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RemovalForm(forms.Form):
    reason = forms.CharField(max_length=LONGEST_NOTE, required=False)


class InviteForm(forms.Form):
    """Somebody on the platform whose profile the inviting person sees."""

    profile = forms.CharField(widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label=_("As"),
        choices=[(Participant.Role.MEMBER, _("member")), (Participant.Role.GUEST, _("guest"))],
        initial=Participant.Role.MEMBER,
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_profile(self):
        try:
            found = (
                Profile.objects.visible_to(self.viewer).select_related("person").get(uid=self.cleaned_data["profile"])
            )
        except (Profile.DoesNotExist, ValidationError, ValueError) as error:
            raise ValidationError(_("This person cannot be invited.")) from error
        return found


class OpeningForm(forms.ModelForm):
    class Meta:
        model = RoomOpening
        fields = ("by_members",)


class LevelForm(forms.Form):
    level = forms.ChoiceField(label=_("Tell me of"), choices=Participant.Level.choices)
