"""The form of a person about the own profile."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hanse_access.attachment_forms import UploadField
from hanse_access.forms import AudienceField

from .field_forms import FieldsForm, PhoneField, choice_of, choices_of, email_field, text_of, website_field
from .models import Profile
from .picture_input import PictureInput
from .profile_specs import SPECS
from .topic_fields import TopicsField

ORCID = re.compile(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9X])")


def clean_orcid(text: str) -> str:
    """An identifier of ORCID, with or without its address, as 0000-0000-0000-0000. Raises ValidationError.

    The last character is a check digit by ISO 7064, MOD 11-2.
    """
    found = ORCID.fullmatch(text.strip().upper().rpartition("/")[2])
    if found is None:
        raise ValidationError(_("An ORCID has four groups of four characters, such as 0000-0002-1825-0097."))
    digits = "".join(found.groups())
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        raise ValidationError(_("This is no ORCID: its last character does not fit the others. Please check it."))
    return "-".join(found.groups())


class ProfileForm(FieldsForm):
    """All of a profile but who sees its fields."""

    specs = SPECS
    parts = (
        (_("About you"), ("picture", "function")),
        (_("What you know and offer"), ("competences", "offers", "looks_for")),
        (_("How others can call on you"), ("roles", "languages")),
        (_("Contact"), ("email", "phone", "website", "orcid")),
    )

    picture = UploadField(
        label=_("Picture"),
        widget=PictureInput(_("Your present picture")),
        required=False,
        images_only=True,
        help_text=_(
            "Helps others to find you at an event. A picture of yourself that you have the right to use; where and how "
            "it was taken is removed from the file. Who sees your profile sees it, until you choose others once it is "
            "saved."
        ),
    )
    no_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    function_choice = choice_of(SPECS["function"], _("Area"))
    function = forms.CharField(
        label=_("What you do"),
        max_length=SPECS["function"].longest,
        required=False,
        help_text=_("For example: head of coating development."),
    )
    competences_topics = TopicsField(label=_("Your topics"), maximum=SPECS["competences"].topics, required=False)
    competences = text_of(
        SPECS["competences"], _("In your own words"), _("Methods, machines, materials that one can ask you about.")
    )
    offers_choices = choices_of(SPECS["offers"], _("You offer"))
    offers = text_of(SPECS["offers"], _("What exactly"))
    looks_for_choices = choices_of(SPECS["looks_for"], _("You look for"))
    looks_for = text_of(SPECS["looks_for"], _("What exactly"))
    roles_choices = choices_of(SPECS["roles"], _("You are available as"))
    languages_choices = choices_of(SPECS["languages"], _("You speak"), css="columns")
    email = email_field()
    phone = PhoneField()
    website = website_field()
    orcid = forms.CharField(
        label=_("ORCID"),
        max_length=60,
        required=False,
        help_text=_("Your number as an author, for example 0000-0002-1825-0097."),
    )

    def __init__(self, *args, user, profile: Profile | None, **kwargs):
        super().__init__(*args, **kwargs)
        if profile is None:
            self.fields["scopes"] = AudienceField(user=user, model=Profile, initial={("platform", 0)})
        else:
            self.fields["scopes"] = AudienceField.of(profile, user=user)
        self.fields["scopes"].label = _("Who can see your profile?")
        self.fields["scopes"].help_text = _(
            "Your name, your clusters and your organisation, and each field that follows it."
        )

    def clean_orcid(self) -> str:
        text = self.cleaned_data["orcid"]
        return clean_orcid(text) if text.strip() else ""
