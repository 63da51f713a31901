"""allauth's forms in our words: labels that stay visible instead of placeholders, one field for a new password."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_members.actions import accept_terms
from hanse_site.legal import platform_terms

from .second_factor import use_up

#: A person needs longer than this to fill the form; a form older than this was left open and is offered again.
FASTEST_SIGNUP_SECONDS = 2
SLOWEST_SIGNUP_SECONDS = 24 * 60 * 60


class Worded:
    """``labels`` and ``hints`` by field name; fields in ``without`` are left out."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    without: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in self.without:
            self.fields.pop(name, None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


PASSWORD_HINT = _("At least 10 characters. Several words that only you put together are good.")


class LoginForm(Worded, account_forms.LoginForm):
    labels = {"login": _("E-mail address"), "password": _("Password"), "remember": _("Stay signed in on this device")}
    hints = {"password": ""}


class ReauthenticateForm(Worded, account_forms.ReauthenticateForm):
    labels = {"password": _("Password")}
    hints = {"password": ""}


class AddEmailForm(Worded, account_forms.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ResetPasswordForm(Worded, account_forms.ResetPasswordForm):
    labels = {"email": _("E-mail address")}


class ChangePasswordForm(Worded, account_forms.ChangePasswordForm):
    labels = {"oldpassword": _("Present password"), "password1": _("New password")}
    hints = {"oldpassword": "", "password1": PASSWORD_HINT}
    without = ("password2",)


class SetPasswordForm(Worded, account_forms.SetPasswordForm):
    labels = {"password1": _("New password")}
    hints = {"password1": PASSWORD_HINT}
    without = ("password2",)


class ResetPasswordKeyForm(Worded, account_forms.ResetPasswordKeyForm):
    labels = {"password1": _("New password")}
    hints = {"password1": PASSWORD_HINT}
    without = ("password2",)


class AuthenticateForm(Worded, mfa_forms.AuthenticateForm):
    labels = {"code": _("Code")}
    hints = {"code": _("From your authenticator app, or one of your recovery codes.")}


class ReauthenticateByCodeForm(Worded, mfa_forms.ReauthenticateForm):
    labels = {"code": _("Code")}
    hints = AuthenticateForm.hints


class ActivateTOTPForm(Worded, totp_forms.ActivateTOTPForm):
    labels = {"code": _("Code from the app")}

    def clean_code(self) -> str:
        """The code that switches the app on is used up like any other."""
        code = super().clean_code()
        use_up(TOTP(Authenticator(user=self.user)), code)
        return code


class ReadCredential:
    """What a program sends in place of a device's answer is no right code; allauth fails where parts of it are odd."""

    ODD = (AttributeError, LookupError, TypeError, ValueError)

    def clean_credential(self) -> Any:
        check = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        try:
            return check()
        except self.ODD as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except self.ODD as error:
            raise get_adapter().validation_error("incorrect_code") from error


class LoginWebAuthnForm(ReadCredential, webauthn_forms.LoginWebAuthnForm):
    pass


class AuthenticateWebAuthnForm(ReadCredential, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticateWebAuthnForm(ReadCredential, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class AddWebAuthnForm(Worded, ReadCredential, webauthn_forms.AddWebAuthnForm):
    labels = {"name": _("Name"), "passwordless": _("Sign in with it alone, without a password")}
    hints = {
        "name": _("So that you can tell your passkeys apart, such as “Phone” or “Blue key”."),
        "passwordless": _("The device then asks for your fingerprint, your face or its PIN."),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditWebAuthnForm(Worded, webauthn_forms.EditWebAuthnForm):
    labels = {"name": _("Name")}


class SignupForm(Worded, account_forms.SignupForm):
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
    #: the version of the platform's terms that the form led to
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    shown_at = forms.CharField(required=False, widget=forms.HiddenInput)

    labels = {"email": _("E-mail address"), "password1": _("Password")}
    hints = {"email": _("You sign in with it. Other members do not see it."), "password1": PASSWORD_HINT}
    field_order = ["first_name", "last_name", "email", "password1", "terms"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        trap = self.fields[settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD]
        trap.label = _("Leave this field empty")
        trap.widget.attrs = {"tabindex": "-1", "autocomplete": "off"}
        self.fields["shown_at"].initial = _shown_now
        self.terms_in_force = platform_terms().first()
        self.fields["version"].initial = self.terms_in_force.pk if self.terms_in_force else ""

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        if not self.errors and not _filled_by_a_person(self.cleaned_data.get("shown_at", "")):
            # The form is shown again with all that was typed and a fresh time, so a person sends it once more.
            self.data = self.data.copy()
            self.data[self.add_prefix("shown_at")] = _shown_now()
            self.add_error(None, _("This took too short or too long a time. Please send the form again."))
        return cleaned_data

    def try_save(self, request):
        """An address that has an account takes as long as a new one, whose password is hashed."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def custom_signup(self, request, user) -> None:
        super().custom_signup(request, user)
        user.terms_accepted_at = timezone.now()
        user.save(update_fields=["terms_accepted_at"])
        # A version issued since the form was drawn is asked for with the first application.
        if self.terms_in_force and str(self.terms_in_force.pk) == self.cleaned_data["version"]:
            accept_terms([self.terms_in_force], by=user)


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
