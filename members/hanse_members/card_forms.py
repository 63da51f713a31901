"""The file that a profile is begun from."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .vcards import MOST_BYTES, read_card


class CardForm(forms.Form):
    """Cleans to what the file says, by field of the profile."""

    card = forms.FileField(
        label=_("vCard or record of ORCID"),
        help_text=_("A .vcf file of your address book, or your public record as JSON from orcid.org."),
        widget=forms.FileInput({"accept": ".vcf,.vcard,.json,text/vcard,application/json"}),
    )

    def clean_card(self) -> dict[str, str]:
        upload = self.cleaned_data["card"]
        if upload.size > MOST_BYTES:
            raise ValidationError(_("This file is too large."))
        return read_card(upload.read())
