"""What one asks, answers and adds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from .models import Cluster
from .models.enquiries import LONGEST_ENQUIRY


class QuestionForm(forms.Form):
    cluster = forms.ModelChoiceField(
        label=_("Who is to answer"), queryset=Cluster.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("What you would like to know or whom you would like to meet, and what it is for."),
        max_length=LONGEST_ENQUIRY,
        widget=forms.Textarea({"rows": 6}),
    )

    def __init__(self, *args, clusters: Collection[Cluster], **kwargs):
        """``clusters`` are those that could answer, the nearest first; a choice is asked for only between several."""
        super().__init__(*args, **kwargs)
        self.only_cluster = next(iter(clusters)) if len(clusters) == 1 else None
        if self.only_cluster:
            del self.fields["cluster"]
        else:
            field = self.fields["cluster"]
            field.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])
            field.initial = next((cluster.pk for cluster in clusters), None)

    def clean(self):
        cleaned = super().clean()
        if self.only_cluster:
            cleaned["cluster"] = self.only_cluster
        return cleaned


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_ENQUIRY,
        widget=forms.Textarea({"rows": 5}),
    )


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Add something"),
        help_text=_("The management is told. What was answered or closed is open again."),
        max_length=LONGEST_ENQUIRY,
        widget=forms.Textarea({"rows": 4}),
    )


class HandOverForm(forms.Form):
    cluster = forms.ModelChoiceField(label=_("To the management of"), queryset=Cluster.objects.none(), empty_label="")
    note = forms.CharField(
        label=_("Note to them"),
        help_text=_("Whoever asked reads it too."),
        max_length=LONGEST_ENQUIRY,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, clusters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = clusters


class OwnerField(forms.ModelChoiceField):
    """Managers by name; who is away with who stands in."""

    away: dict[int, tuple[Any, date]] = {}

    def label_from_instance(self, obj):
        if obj.pk not in self.away:
            return obj.get_full_name()
        deputy, until = self.away[obj.pk]
        text = _("%(person)s (away until %(day)s, %(deputy)s stands in)")
        return text % {
            "person": obj.get_full_name(),
            "deputy": deputy.get_full_name(),
            "day": formats.date_format(until, "SHORT_DATE_FORMAT"),
        }


class OwnerForm(forms.Form):
    owner = OwnerField(
        label=_("Who is to take care of it"), queryset=get_user_model()._default_manager.none(), empty_label=""
    )

    def __init__(self, *args, people, away, **kwargs):
        """``people`` are the managers to choose from, ``away`` those of them who are: number → (deputy, last day)."""
        super().__init__(*args, **kwargs)
        self.fields["owner"].away = away
        self.fields["owner"].queryset = people
