"""What a newcomer says when applying."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .models import Terms
from .models.memberships import LONGEST_TEXT
from .organisation_forms import LONGEST_NAME


class ApplicationForm(forms.Form):
    organisation = forms.CharField(
        label=_("Your organisation"),
        help_text=_("Choose it from the list or write its name. Leave it empty if you apply for yourself."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"list": "organisations", "autocomplete": "organization"}),
    )
    contributes = forms.CharField(
        label=_("What you will contribute"),
        help_text=_("Two or three sentences: what you work on, what others could ask you."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
    )
    seeks = forms.CharField(
        label=_("What you are looking for"),
        help_text=_("Partners, knowledge, machines, projects: whatever brings you here."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args, terms: Iterable[Terms] = (), **kwargs):
        """``terms`` are asked for one by one; those accepted are in ``cleaned_data["accepted"]``."""
        super().__init__(*args, **kwargs)
        self.terms = {f"terms-{version.pk}": version for version in terms}
        for name, version in self.terms.items():
            self.fields[name] = acceptance_of(version)

    def clean(self):
        cleaned = super().clean()
        cleaned["accepted"] = [version for name, version in self.terms.items() if cleaned.pop(name, False)]
        return cleaned


def acceptance_of(terms: Terms) -> forms.BooleanField:
    link = format_html('<a href="{}" target="_blank">{}</a>', terms.get_absolute_url(), terms)
    return forms.BooleanField(
        label=format_html(_("I accept: {}"), link),
        error_messages={"required": _("Without your consent we cannot admit you.")},
    )
