import zoneinfo
from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: A person needs longer than this to fill the form; a form older than this was left open and is offered again.
FASTEST_SIGNUP_SECONDS = 2
SLOWEST_SIGNUP_SECONDS = 24 * 60 * 60


class SignupForm(AllauthSignupForm):
    """Sign-up: who one is, the address, the password, and a decision about the terms that is on record.

    Programs are kept out without a third party: by allauth's trap field (hidden from people by a style and from
    assistive technology), and by the time between showing and sending the form, which is signed.
    """

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    terms = forms.BooleanField(
        label=_("I accept the terms of use and have read the privacy notice."),
        error_messages={"required": _("An account needs your acceptance of the terms of use.")},
    )
    shown_at = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["first_name", "last_name", "email", "password1", "terms"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("You sign in with it. Other members do not see it.")
        trap = self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]
        trap.label = _("Leave this field empty")
        trap.widget.attrs = {"tabindex": "-1", "autocomplete": "off"}
        self.fields["shown_at"].initial = _shown_now

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        if not self.errors and not _filled_by_a_person(self.cleaned_data.get("shown_at", "")):
            # The form is shown again with all that was typed and a fresh time, so a person sends it once more.
            self.data = self.data.copy()
            self.data[self.add_prefix("shown_at")] = _shown_now()
            self.add_error(None, _("This took too short or too long a time. Please send the form again."))
        return cleaned_data

    def custom_signup(self, request, user) -> None:
        super().custom_signup(request, user)
        user.terms_accepted_at = timezone.now()
        user.save(update_fields=["terms_accepted_at"])


def _shown_now() -> str:
    return signing.TimestampSigner(salt="hanse_site.signup").sign("form")


def _filled_by_a_person(shown_at: str) -> bool:
    signer = signing.TimestampSigner(salt="hanse_site.signup")
    try:
        signer.unsign(shown_at, max_age=SLOWEST_SIGNUP_SECONDS)
    except signing.BadSignature:
        return False
    try:
        signer.unsign(shown_at, max_age=FASTEST_SIGNUP_SECONDS)
    except signing.SignatureExpired:
        return True
    return False


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
