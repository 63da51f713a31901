"""What an organisation says of itself, and how people come to belong to one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse_access.forms import AudienceField

from .actions.organisations import FIELDS
from .models import Organisation
from .models.organisations import MOST_TOPICS
from .topic_fields import TopicsField

#: characters of an organisation's name
LONGEST_NAME = Organisation._meta.get_field("name").max_length


def topics_field(form: forms.ModelForm) -> TopicsField:
    """The topics of the form's organisation, with those suggested that its text speaks of."""
    present = list(form.instance.topics.all()) if form.instance.pk else []
    text = "\n".join(str(form[name].value() or "") for name in ("name", "about"))
    return TopicsField(maximum=MOST_TOPICS, required=False, initial=present, suggest_from=text)


class OrganisationForm(forms.ModelForm):
    """The page of an organisation with "Who can see this?". ``user`` is the person who fills it in."""

    website = forms.URLField(label=_("Web address"), required=False, assume_scheme="https", max_length=200)

    class Meta:
        model = Organisation
        fields = FIELDS
        widgets = {"about": forms.Textarea({"rows": 6})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"] = topics_field(self)
        self.fields["scopes"] = AudienceField.of(self.instance, user=user)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class OrganisationNameForm(forms.Form):
    """Which organisation a person belongs to, by its name."""

    organisation = forms.CharField(label=_("Your organisation"), max_length=LONGEST_NAME, required=False)
