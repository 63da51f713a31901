"""Forms of one's own account."""

import zoneinfo

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProfileForm(forms.ModelForm):
    """Name, language and time zone of one's own account."""

    language = forms.ChoiceField(
        label=pgettext_lazy("of the interface", "Language"),
        required=False,
        help_text=_("Pages and mails come in this language."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Times are shown and asked for in this zone.")
    )

    class Meta:
        model = get_user_model()
        fields = ["first_name", "last_name", "language", "time_zone"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = self.fields["last_name"].required = True
        self.fields["language"].choices = [("", _("As the browser asks for")), *settings.LANGUAGES]
        self.fields["time_zone"].choices = [
            ("", _("That of this site (%(zone)s)") % {"zone": settings.TIME_ZONE}),
            *((zone, zone.replace("_", " ")) for zone in sorted(_regional_zones())),
        ]


def _regional_zones() -> set[str]:
    """Zones named after a place, and UTC; not the abbreviations and offsets kept for old systems."""
    regions = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/")
    zones = zoneinfo.available_timezones()
    return {zone for zone in zones if zone.startswith((*regions, "Indian/", "Pacific/"))} | {"UTC"}


class DeleteAccountForm(forms.Form):
    """The last step before an account goes: a decision that no slip of the hand can make."""

    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Please tick this to delete your account.")},
    )
