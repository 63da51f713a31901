"""What a cluster's managers say of it in the directory."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actions.entries import SAID
from .models import ClusterEntry
from .models.entries import website_key
from .regions import REGIONS
from .topic_fields import TopicsField

#: fields of work of one cluster, and characters of each
MOST_FIELDS, LONGEST_FIELD = 12, 150
AS_OF = re.compile(r"(?:(0?[1-9]|1[0-2])/)?((?:19|20)\d\d)")


class RegionsField(forms.MultipleChoiceField):
    """Codes of regions, offered by their names in the language of the reader."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=lambda: sorted(REGIONS.items(), key=lambda item: str(item[1])),
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class LinesField(forms.CharField):
    """Cleans to a list: what stands in each line, without doubles."""

    def __init__(self, *, most: int, longest: int, **kwargs):
        self.most, self.longest = most, longest
        super().__init__(widget=forms.Textarea({"rows": 4}), max_length=most * (longest + 2), **kwargs)

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        if len(lines) > self.most:
            raise ValidationError(_("No more than %(most)d lines, please.") % {"most": self.most})
        if any(len(line) > self.longest for line in lines):
            raise ValidationError(_("No line may be longer than %(longest)d characters.") % {"longest": self.longest})
        return lines

    def has_changed(self, initial, data) -> bool:
        return self.prepare_value(initial) != data


class WebsiteField(forms.URLField):
    """Cleans to the address as entries keep it: without https:// and www."""

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", widget=forms.TextInput({"inputmode": "url"}), **kwargs)

    def clean(self, value) -> str:
        key = website_key(super().clean(value))
        if len(key) > 200:
            raise ValidationError(_("This address is too long."))
        return key


def clean_as_of(value: str) -> str:
    """The year or month that figures are of. Raises ValidationError for what is neither, or is still to come."""
    text = value.strip()
    found = AS_OF.fullmatch(text)
    if text and not found:
        raise ValidationError(_("Please enter a year, such as 2026, or a month, such as 3/2026."))
    if found:
        today = timezone.localdate()
        if (int(found[2]), int(found[1] or 1)) > (today.year, today.month):
            raise ValidationError(_("This time is still to come."))
    return text


class FactsForm(forms.ModelForm):
    """Facts of one cluster. ``facts()`` are the arguments of ``save_facts``."""

    regions = RegionsField(label=gettext_lazy("Regions"), required=False)
    work = LinesField(
        label=gettext_lazy("Fields of work"),
        help_text=gettext_lazy("One in each line."),
        most=MOST_FIELDS,
        longest=LONGEST_FIELD,
        required=False,
    )
    topics = TopicsField(required=False, help_text=gettext_lazy("Under these the cluster is found in the directory."))
    website = WebsiteField(label=gettext_lazy("Web address"), required=False)
    as_of = forms.CharField(label=gettext_lazy("Figures as of"), max_length=20, required=False)
    source = forms.CharField(label=gettext_lazy("Source of the figures"), max_length=200, required=False)
    members_exactness = forms.ChoiceField(
        label=gettext_lazy("How exact the number is"), choices=ClusterEntry.Exactness.choices
    )

    class Meta:
        model = ClusterEntry
        fields = SAID
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("management", "office", "bodies", "partners")}
        labels = {"members": gettext_lazy("Member organisations")}

    field_order = (
        "members",
        "members_exactness",
        "members_note",
        "smes",
        "as_of",
        "source",
        "founded",
        "regions",
        "work",
        "topics",
        "carrier",
        "legal_form",
        "management",
        "office",
        "bodies",
        "quality_label",
        "partners",
        "website",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        entry = self.instance
        if entry.pk:
            self.initial["regions"] = [region.code for region in entry.regions.all()]
            self.initial["work"] = [field.name for field in entry.fields.all()]
            self.initial["topics"] = list(entry.topics.all())
            self.fields["topics"].suggest_from = " ".join(self.initial["work"])
        for field in self.fields.values():
            field.label = capfirst(field.label)
        self.initial.update(as_of="", source="")
        self.fields["as_of"].help_text = self._hint_of_time()
        self.fields["source"].help_text = _("Empty: the cluster says so itself.")
        self.fields["members"].help_text = _("As counted, never estimated. Empty: not known.")

    def _hint_of_time(self) -> str:
        hint = _("Year or month, such as 2026 or 3/2026. Needed when a figure changes.")
        if not self.instance.as_of:
            return hint
        return f"{hint} {_('At present: %(time)s.') % {'time': self.instance.as_of}}"

    def clean_as_of(self) -> str:
        return clean_as_of(self.cleaned_data["as_of"])

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {"fields": said.pop("work"), **said}

    def _get_validation_exclusions(self):
        """The action looks at the row as a whole."""
        return {field.name for field in self._meta.model._meta.fields}

    def _post_clean(self) -> None:
        """The stored row stays as it is; the action changes it."""
