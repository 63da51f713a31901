"""What an organisation says of itself, and how people come to belong to one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse_access.attachment_forms import UploadField
from hanse_access.forms import AudienceField

from .actions.organisations import IDENTITY
from .field_forms import FieldsForm, PhoneField, choice_of, choices_of, email_field, text_of, website_field
from .field_reading import stored_fields
from .models import Organisation
from .models.organisations import MOST_TOPICS
from .organisation_specs import SPECS
from .picture_input import PictureInput
from .topic_fields import TopicsField

#: characters of an organisation's name
LONGEST_NAME = Organisation._meta.get_field("name").max_length


def topics_field(organisation: Organisation, text: str) -> TopicsField:
    """The topics of an organisation, with those suggested that its text speaks of."""
    present = list(organisation.topics.all()) if organisation.pk else []
    return TopicsField(maximum=MOST_TOPICS, required=False, initial=present, suggest_from=text)


class OrganisationForm(FieldsForm, forms.ModelForm):
    """All of an organisation but who sees its fields. ``user`` is the person who fills it in."""

    specs = SPECS
    parts = (
        (_("What it does"), ("logo", "about", "size")),
        (_("What it offers and looks for"), ("offers", "looks_for")),
        (_("What others can rely on"), ("machines", "certificates", "references")),
        (_("Contact"), ("email", "phone", "website")),
    )

    logo = UploadField(
        label=_("Logo"),
        widget=PictureInput(_("The present logo")),
        required=False,
        images_only=True,
        help_text=_(
            "One that you have the right to use. Who sees the organisation sees it, until you choose others once it is "
            "saved."
        ),
    )
    no_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    about = text_of(
        SPECS["about"],
        _("What it does"),
        _("What you make or research, and what others could ask you. An empty line begins a new paragraph."),
        rows=6,
    )
    size_choice = choice_of(SPECS["size"], _("Size"))
    offers_choices = choices_of(SPECS["offers"], _("Offers"))
    offers = text_of(SPECS["offers"], _("What exactly"))
    looks_for_choices = choices_of(SPECS["looks_for"], _("Looks for"))
    looks_for = text_of(SPECS["looks_for"], _("What exactly"))
    machines = text_of(
        SPECS["machines"], _("Machines and methods"), _("What you work and measure with, and what it can do.")
    )
    certificates_choices = choices_of(SPECS["certificates"], _("Certificates"), css="columns")
    certificates = text_of(SPECS["certificates"], _("Others, or what they cover"))
    references = text_of(
        SPECS["references"],
        _("Reference projects and customers"),
        _("At first only your clusters read this; others may ask. Name customers only if they agree."),
    )
    email = email_field()
    phone = PhoneField()
    website = website_field()

    class Meta:
        model = Organisation
        fields = IDENTITY

    def __init__(self, *args, user, instance: Organisation, **kwargs):
        super().__init__(*args, instance=instance, stored=stored_fields(instance), **kwargs)
        text = "\n".join(str(self[name].value() or "") for name in ("name", "about", "machines", "offers"))
        self.fields["topics"] = topics_field(instance, text)
        self.fields["scopes"] = AudienceField.of(instance, user=user)
        self.fields["scopes"].label = _("Who can see the organisation?")
        self.fields["scopes"].help_text = _("What stands at the top of this form, and each field that follows it.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def identity(self) -> list[forms.BoundField]:
        """The inputs that are no fields with an audience of their own."""
        return [self[name] for name in (*IDENTITY, "topics")]

    def changes(self) -> dict:
        """Of a valid form, for ``update_organisation``."""
        data = {name: self.cleaned_data[name] for name in (*IDENTITY, "topics", "scopes")}
        return data | {"values": self.values()}


class OrganisationNameForm(forms.Form):
    """Which organisation a person belongs to, by its name."""

    organisation = forms.CharField(label=_("Your organisation"), max_length=LONGEST_NAME, required=False)
