from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import LONGEST_NAME


class SavedSearchForm(forms.Form):
    """What a search is called, and whether the person is told of what is new."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, help_text=_("Only you see it."))
    is_watched = forms.BooleanField(
        label=_("Tell me when something new matches"),
        required=False,
        initial=True,
        help_text=_("As you choose under “What reaches me”: daily in one mail unless you say otherwise."),
    )
