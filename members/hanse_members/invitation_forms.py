"""Whom to invite, and the answer to an invitation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .addresses import normalised
from .application_forms import acceptance_of
from .invitations import known_addresses
from .models import Cluster, PeopleImportRow, Terms
from .models.memberships import LONGEST_TEXT
from .roles import Role

#: people invited by one form; for more there are tables
MOST_ADDRESSES = 50
#: errors told of one field; who pasted something else than addresses need not read a hundred
MOST_ERRORS = 10
SEPARATORS = re.compile(r"[\n,;]+")
#: "Nele Nord <nele@example.org>", as mail programs copy it
NAMED = re.compile(r"^[^<>]*<([^<>]+)>$")


class InvitationDetailsForm(forms.Form):
    """What holds for all who are invited at once. ``clusters`` are those to which the person may invite."""

    cluster = forms.ModelChoiceField(label=_("Cluster"), queryset=Cluster.objects.none(), empty_label=None)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.MEMBER,
        widget=forms.RadioSelect,
        help_text=_("Editors write pages and news of the cluster. Managers also admit and invite people."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    message = forms.CharField(
        label=_("Personal message"),
        help_text=_("Stands in the mail under your name."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, clusters, **kwargs):
        super().__init__(*args, **kwargs)
        offered = list(clusters)
        self.only_cluster = offered[0] if len(offered) == 1 else None
        if self.only_cluster:
            del self.fields["cluster"]
        else:
            self.fields["cluster"].queryset = clusters
        self.fields["language"].initial = get_language()

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data.setdefault("cluster", self.only_cluster)
        return self.cleaned_data


class InvitationForm(InvitationDetailsForm):
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("cluster", "addresses", "role", "language", "message")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["addresses"].help_text = _("One per line, at most %(number)d.") % {"number": MOST_ADDRESSES}

    def clean_addresses(self) -> list[str]:
        return read_addresses(self.cleaned_data["addresses"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("cluster") and cleaned.get("addresses"):
            known = known_addresses(cleaned["cluster"])
            errors = [
                _("%(address)s %(state)s.") % {"address": address, "state": PeopleImportRow.Note(known[address]).label}
                for address in cleaned["addresses"]
                if address in known
            ]
            if errors:
                self.add_error("addresses", errors[:MOST_ERRORS])
        return cleaned


def read_addresses(text: str) -> list[str]:
    """The addresses in what somebody typed, each once. Raises ValidationError."""
    addresses, errors = {}, []
    for part in filter(None, map(str.strip, SEPARATORS.split(text))):
        named = NAMED.match(part)
        address = normalised(named[1] if named else part)
        try:
            validate_email(address)
        except ValidationError:
            errors.append(_("“%(text)s” is no e-mail address.") % {"text": part[:100]})
        addresses[address] = None
    if errors:
        raise ValidationError(errors[:MOST_ERRORS])
    if not addresses:
        raise ValidationError(_("Please enter an address."))
    if len(addresses) > MOST_ADDRESSES:
        raise ValidationError(
            _("These are %(count)d addresses; at most %(number)d can be invited at once."),
            params={"count": len(addresses), "number": MOST_ADDRESSES},
        )
    return list(addresses)


class AnswerForm(forms.Form):
    """Becoming a member: nothing to fill in but the consent to terms that are asked for."""

    def __init__(self, *args, terms: Iterable[Terms], **kwargs):
        super().__init__(*args, **kwargs)
        self.terms = {f"terms-{version.pk}": version for version in terms}
        for name, version in self.terms.items():
            self.fields[name] = acceptance_of(version)

    @property
    def accepted(self) -> list[Terms]:
        return [version for name, version in self.terms.items() if self.cleaned_data.get(name)]
