"""What a cluster says that wants to take part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.coreutils import get_content_languages

from .application_forms import acceptance_of
from .fact_forms import LONGEST_FIELD, MOST_FIELDS, LinesField, RegionsField
from .models import ClusterApplication, ClusterEntry, Organisation, Terms
from .models.memberships import LONGEST_TEXT

#: of a draft: characters of one value, values of one field
LONGEST_DRAFT, MOST_DRAFT = 3000, 60


class ClusterApplicationForm(forms.Form):
    entry = forms.ModelChoiceField(
        label=gettext_lazy("Your cluster in the directory"),
        help_text=gettext_lazy("Choose it if it stands there already: the entry will be yours."),
        queryset=ClusterEntry.objects.none(),
        empty_label=gettext_lazy("Not in the directory yet"),
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Name of the cluster"), max_length=100)
    carrier = forms.CharField(
        label=gettext_lazy("Carrier"),
        help_text=gettext_lazy("The association, company or authority behind it."),
        max_length=150,
    )
    function = forms.CharField(
        label=gettext_lazy("Your function in the management"),
        help_text=gettext_lazy("In which function you speak for the cluster. You become its first manager here."),
        max_length=150,
    )
    contributes = forms.CharField(
        label=gettext_lazy("What the cluster will contribute"),
        help_text=gettext_lazy("News, events, experts, machines: what other clusters will find."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
    )
    seeks = forms.CharField(
        label=gettext_lazy("What it is looking for"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
    members = forms.IntegerField(
        label=gettext_lazy("Member organisations"),
        help_text=gettext_lazy("As counted today."),
        min_value=1,
        max_value=1_000_000,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Who they are"),
        choices=Organisation.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please say what kinds of members the cluster has.")},
    )
    regions = RegionsField(label=gettext_lazy("Regions"), required=False)
    fields_of_work = LinesField(
        label=gettext_lazy("Fields of work"),
        help_text=gettext_lazy("One in each line."),
        most=MOST_FIELDS,
        longest=LONGEST_FIELD,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of its pages"),
        choices=lambda: get_content_languages().items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    slug = forms.SlugField(
        label=gettext_lazy("Wished address"),
        help_text=gettext_lazy("The end of its web address here, such as photonik-nord. Empty: made from the name."),
        max_length=50,
        required=False,
    )

    def __init__(self, *args, contract: Iterable[Terms] = (), **kwargs):
        """``contract`` is asked for; what was accepted is in ``cleaned_data["accepted"]``."""
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = ClusterEntry.objects.claimable()
        self.contract = {f"terms-{version.pk}": version for version in contract}
        for name, version in self.contract.items():
            self.fields[name] = acceptance_of(version)
            self.fields[name].error_messages["required"] = _("Without the contract the cluster cannot take part.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"].lower()

    def said(self) -> dict[str, Any]:
        """The arguments of ``apply_with_cluster``."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in self.contract}
        accepted = [version for name, version in self.contract.items() if self.cleaned_data.get(name)]
        return {"fields": said.pop("fields_of_work"), "accepted": accepted, **said}

    @classmethod
    def typed(cls, data: QueryDict) -> dict[str, list[str]]:
        """What to keep of what somebody typed, right or wrong."""
        kept = {}
        for name in cls.base_fields:
            values = [value.replace("\x00", "")[:LONGEST_DRAFT] for value in data.getlist(name)[:MOST_DRAFT]]
            if any(values):
                kept[name] = values
        return kept


def initial_of(application: ClusterApplication | None, entry: ClusterEntry | None) -> dict[str, Any]:
    """What the form begins with: what was typed, or sent before, or what the directory says."""
    languages = list(get_content_languages())
    if application is not None and application.typed:
        several = {"kinds", "regions", "languages"}
        return {name: values if name in several else values[0] for name, values in application.typed.items()}
    if application is not None and application.sent_at:
        names = [name for name in ClusterApplicationForm.base_fields if name != "fields_of_work"]
        return {name: getattr(application, name) for name in names} | {"fields_of_work": application.fields}
    if entry is None:
        return {"languages": languages}
    return {
        "languages": languages,
        "entry": entry.pk,
        "name": entry.name[:100],
        "carrier": entry.carrier,
        "regions": [region.code for region in entry.regions.all()],
        "fields_of_work": [field.name for field in entry.fields.all()],
    }
