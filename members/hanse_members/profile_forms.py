"""Forms of a person about the own profile, and of others about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hanse_access.attachment_forms import UploadField
from hanse_access.forms import AudienceField
from hanse_access.scopes import scope_kinds

from .actions.profiles import NO_PICTURE, FieldValue
from .models import Profile, ProfileField
from .profile_reading import ShownField
from .profile_specs import SPECS, ProfileSpec
from .topic_fields import TopicsField

PHONE = re.compile(r"\+?[0-9][0-9 ()/.\-]{3,38}")
ORCID = re.compile(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9X])")
GROUPS = (
    (_("About you"), ("picture", "function")),
    (_("What you know and offer"), ("competences", "offers", "looks_for")),
    (_("How others can call on you"), ("roles", "languages")),
    (_("Contact"), ("email", "phone", "website", "orcid")),
)


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


@dataclass
class FieldGroup:
    title: Any
    #: specification, the inputs, and what is stored (None for a field that was never filled or set)
    fields: list[tuple[ProfileSpec, list[forms.BoundField], ProfileField | None]]


def choices_of(name: str, label: Any, css: str = "") -> forms.MultipleChoiceField:
    """The choices of a field as check boxes."""
    widget = forms.CheckboxSelectMultiple({"class": css} if css else None)
    return forms.MultipleChoiceField(
        label=label, choices=list(SPECS[name].choices.items()), required=False, widget=widget
    )


def text_of(name: str, label: Any, help_text: Any = "") -> forms.CharField:
    """The text of a field, of some lines."""
    widget = forms.Textarea({"rows": 3})
    return forms.CharField(
        label=label, max_length=SPECS[name].longest, required=False, widget=widget, help_text=help_text
    )


class ProfileForm(forms.Form):
    """All of a profile but who sees its fields. ``stored`` are the fields as they are, with their contents."""

    picture = UploadField(
        label=_("Picture"), required=False, images_only=True, help_text=_("Helps others to find you at an event.")
    )
    no_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    function_choice = forms.ChoiceField(
        label=_("Area"), required=False, choices=[("", "–"), *SPECS["function"].choices.items()]
    )
    function = forms.CharField(
        label=_("What you do"),
        max_length=SPECS["function"].longest,
        required=False,
        help_text=_("For example: head of coating development."),
    )
    competences_topics = TopicsField(label=_("Your topics"), maximum=SPECS["competences"].topics, required=False)
    competences = text_of(
        "competences", _("In your own words"), _("Methods, machines, materials that one can ask you about.")
    )
    offers_choices = choices_of("offers", _("You offer"))
    offers = text_of("offers", _("What exactly"))
    looks_for_choices = choices_of("looks_for", _("You look for"))
    looks_for = text_of("looks_for", _("What exactly"))
    roles_choices = choices_of("roles", _("You are available as"))
    languages_choices = choices_of("languages", _("You speak"), css="columns")
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    website = forms.URLField(label=_("Web address"), required=False, assume_scheme="https", max_length=200)
    orcid = forms.CharField(
        label=_("ORCID"),
        max_length=60,
        required=False,
        help_text=_("Your number as an author, for example 0000-0002-1825-0097."),
    )

    def __init__(self, *args, user, profile: Profile | None, stored: dict[str, ShownField], **kwargs):
        kwargs["initial"] = {**_initial(stored), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.stored = stored
        if "picture" not in stored:
            del self.fields["no_picture"]
        if profile is None:
            self.fields["scopes"] = AudienceField(user=user, model=Profile, initial={("platform", 0)})
        else:
            self.fields["scopes"] = AudienceField.of(profile, user=user)
        self.fields["scopes"].label = _("Who can see your profile?")
        self.fields["scopes"].help_text = _(
            "Your name, your clusters and your organisation, and each field that follows it."
        )

    def clean_phone(self) -> str:
        text = " ".join(self.cleaned_data["phone"].split())
        if text and not PHONE.fullmatch(text):
            raise ValidationError(_("Digits, spaces and + ( ) / - only, such as +49 30 123456."))
        return text

    def clean_orcid(self) -> str:
        text = self.cleaned_data["orcid"]
        return clean_orcid(text) if text.strip() else ""

    def values(self) -> dict[str, FieldValue]:
        """Of a valid form, for ``save_profile``."""
        data = self.cleaned_data
        found = {}
        for name in SPECS:
            choices = data.get(f"{name}_choices") or data.get(f"{name}_choice") or ()
            found[name] = FieldValue(
                text=data.get(name) or "" if name != "picture" else "",
                choices=[choices] if isinstance(choices, str) else choices,
                topics=data.get(f"{name}_topics") or (),
            )
        picture = NO_PICTURE if data.get("no_picture") else None
        found["picture"] = FieldValue(picture=data.get("picture") or picture)
        return found

    def groups(self) -> Iterator[FieldGroup]:
        for title, names in GROUPS:
            fields = []
            for name in names:
                inputs = [f"{name}_topics", f"{name}_choice", f"{name}_choices", name, f"no_{name}"]
                bound = [self[key] for key in inputs if key in self.fields]
                fields.append((SPECS[name], bound, self.stored[name].row if name in self.stored else None))
            yield FieldGroup(title, fields)


def _initial(stored: dict[str, ShownField]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for name, item in stored.items():
        values = [choice.value for choice in item.row.choices.all()]
        initial[name] = item.row.text
        initial[f"{name}_choices"] = values
        initial[f"{name}_choice"] = values[0] if values else ""
        initial[f"{name}_topics"] = [topic.pk for topic in item.row.topics.all()]
    initial.pop("picture", None)
    return initial


def narrower_kinds(field: ProfileField) -> set[str]:
    """Kinds of scopes that reach fewer people than the profile does, and those that the field has."""
    present = {scope.kind for scope in field.audience.scope_set}
    widest = max((scope_kinds[scope.kind] for scope in field.profile.audience.scope_set), key=lambda kind: kind.order)
    return present | {
        kind.name for kind in scope_kinds if kind.order < widest.order or kind is widest and kind.takes_ids
    }


class ReadersForm(forms.Form):
    """Who sees one field: those who see the profile, or others; and whether the rest may ask."""

    FOLLOW, OWN = "follow", "own"

    follows = forms.ChoiceField(
        label=_("Who can see this field?"),
        choices=[(FOLLOW, _("Everybody who sees my profile")), (OWN, _("Fewer people, as chosen here"))],
        widget=forms.RadioSelect,
    )
    on_request = forms.BooleanField(
        label=_("Members who see my profile but not this field may ask me for it"),
        required=False,
        help_text=_("They see that there is something, never what. You decide each time."),
    )

    def __init__(self, *args, user, field: ProfileField, **kwargs):
        kwargs["initial"] = {"follows": self.FOLLOW if field.follows else self.OWN, "on_request": field.on_request}
        super().__init__(*args, **kwargs)
        scopes = AudienceField.of(field, user=user, required=False, label=_("Fewer people"))
        scopes.offer_only(narrower_kinds(field))
        self.fields["scopes"] = scopes
        self.order_fields(["follows", "scopes", "on_request"])
        if not field.spec.askable:
            del self.fields["on_request"]

    def clean(self):
        data = super().clean()
        own = data.get("follows") == self.OWN
        if own and not data.get("scopes") and "scopes" not in self.errors:
            self.add_error("scopes", _("Please choose who can see this."))
        return data


class OutsiderForm(forms.Form):
    """For whom, without an account, a link to a field is, and how long it works."""

    outsider = forms.CharField(
        label=_("For whom"), max_length=150, help_text=_("A name that tells you later to whom you gave it.")
    )
    days = forms.TypedChoiceField(
        label=_("The link works for"),
        coerce=int,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        initial=30,
    )


class QuestionForm(forms.Form):
    """What one asks with."""

    message = forms.CharField(
        label=_("Why you ask"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One sentence helps to decide."),
    )


class AnswerForm(forms.Form):
    """A decision about a question."""

    RELEASE, DECLINE = "release", "decline"

    decision = forms.ChoiceField(choices=[(RELEASE, RELEASE), (DECLINE, DECLINE)])
    days = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        choices=[("", _("until I take it back")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        required=False,
    )
    answer = forms.CharField(label=_("A word with it"), max_length=500, required=False)
