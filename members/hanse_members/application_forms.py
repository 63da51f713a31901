"""What a newcomer says when applying, and the reason of a refusal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models.memberships import LONGEST_TEXT


class ApplicationForm(forms.Form):
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


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for the applicant"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
