"""Forms of the administration. They check the input; what is to be done is done by the actions."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.coreutils import get_content_languages

from hanse_access.attachment_forms import UploadField
from hanse_access.viewer import Viewer

from .actions.logos import LOGOS, errors_of_logos
from .cluster_frame import logos_of
from .models import Cluster, Membership
from .models.memberships import LONGEST_TEXT
from .picture_input import PictureInput
from .roles import Role


class ClusterSettingsForm(WagtailAdminModelForm):
    """What managers may change about their cluster."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=lambda: get_content_languages().items(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Cluster
        fields = [
            "name",
            "short_name",
            "languages",
            "contact_email",
            "accent",
            "accent_dark",
            "logo_has_name",
            "accepts_shared_items",
        ]
        widgets = {"accent": forms.TextInput({"type": "color"})}


class NewClusterForm(ClusterSettingsForm):
    class Meta(ClusterSettingsForm.Meta):
        fields = [
            *("name", "short_name", "slug"),
            *(name for name in ClusterSettingsForm.Meta.fields[2:] if name != "logo_has_name"),
        ]


class ClusterForm(ClusterSettingsForm):
    """The settings, the logos, and for operators the cluster's own host name."""

    logo = UploadField(
        label=_("Logo"),
        widget=PictureInput(_("The present logo"), ground="light"),
        required=False,
        images_only=True,
        help_text=_("Stands in the head of the cluster's pages. A PNG with no ground of its own is best."),
    )
    no_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    logo_dark = UploadField(
        label=_("Logo in dark mode"),
        widget=PictureInput(_("The present logo in dark mode"), ground="dark"),
        required=False,
        images_only=True,
        help_text=_("For a dark ground. Without one, the logo stands on a light plate there."),
    )
    no_logo_dark = forms.BooleanField(label=_("Remove the logo in dark mode"), required=False)

    class Meta(ClusterSettingsForm.Meta):
        fields = [*ClusterSettingsForm.Meta.fields, "host_name"]

    field_order = [
        *ClusterSettingsForm.Meta.fields[:-2],
        *("logo", "no_logo", "logo_has_name", "logo_dark", "no_logo_dark"),
        ClusterSettingsForm.Meta.fields[-1],
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        present = {logo.shade for logo in self.instance.logos.all()}
        shown = logos_of(self.instance, Viewer.public())
        for name, (shade, _surfaces) in LOGOS.items():
            self.fields[name].widget.stored = shown.get(shade)
            if shade not in present:
                del self.fields[f"no_{name}"]
        if self.for_user is None or not self.for_user.has_perm("hanse_members.change_cluster"):
            del self.fields["host_name"]

    def clean(self):
        cleaned = super().clean()
        for name, problem in errors_of_logos(**self.logos()).items():
            self.add_error(name, problem)
        return cleaned

    def logos(self) -> dict:
        """The logos to be put or taken away, for ``set_logos``."""
        put = {name: self.cleaned_data[name] for name in LOGOS if self.cleaned_data.get(name)}
        gone = {name: None for name in LOGOS if self.cleaned_data.get(f"no_{name}")}
        return gone | put

    def settings(self) -> dict:
        """The rest, for ``update_cluster``."""
        apart = {*LOGOS, *(f"no_{name}" for name in LOGOS)}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


class NewMembershipForm(WagtailAdminModelForm):
    """An operator admits a person who has an account, such as a cluster's first manager."""

    email = forms.EmailField(label=_("E-mail address of the person"))
    cluster = forms.ModelChoiceField(label=_("Cluster"), queryset=Cluster.objects.active())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    class Meta:
        model = Membership
        fields = ["email", "cluster", "role"]

    def clean_email(self):
        people = get_user_model()._default_manager
        field = people.model.get_email_field_name()
        person = people.filter(**{f"{field}__iexact": self.cleaned_data["email"], "is_active": True}).first()
        if person is None:
            raise forms.ValidationError(_("Nobody has an account with this address."))
        self.cleaned_data["person"] = person
        return self.cleaned_data["email"]

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields}


class MembershipForm(WagtailAdminModelForm):
    """A decision about a membership, and the role."""

    KEEP = "keep"
    DECISIONS = {
        KEEP: _("Leave it as it is"),
        "approve": _("Admit"),
        "decline": _("Decline"),
        "suspend": _("Suspend: no access until admitted again"),
        "end": _("End the membership"),
    }
    OFFERED = {
        Membership.State.APPLIED: (KEEP, "approve", "decline"),
        Membership.State.APPROVED: (KEEP, "suspend", "end"),
        Membership.State.DECLINED: (KEEP, "approve"),
        Membership.State.SUSPENDED: (KEEP, "approve", "end"),
        Membership.State.LEFT: (KEEP,),
    }

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, initial=KEEP)
    reason = forms.CharField(
        label=_("Reason for the applicant"),
        help_text=_("Needed when you decline."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    class Meta:
        model = Membership
        fields = ["decision", "reason", "role"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.state = Membership.State(self.instance.state)
        self.stored_role = self.instance.role
        self.fields["decision"].choices = [(value, self.DECISIONS[value]) for value in self.OFFERED[self.state]]
        if "decline" not in self.OFFERED[self.state]:
            del self.fields["reason"]
        self.fields["decision"].help_text = _("At present: %(state)s. E-mail address: %(email)s") % {
            "state": self.state.label,
            "email": getattr(self.instance.person, get_user_model().get_email_field_name()),
        }

    def clean(self):
        cleaned = super().clean()
        decision, role = cleaned.get("decision"), cleaned.get("role")
        if decision == "decline" and not cleaned.get("reason"):
            self.add_error("reason", _("Please give a reason; the applicant will read it."))
        admitted = decision == "approve" or (decision == self.KEEP and self.state == Membership.State.APPROVED)
        if role and role != self.stored_role and not admitted:
            self.add_error("role", _("Only somebody who is admitted can be given a role."))
        return cleaned

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields}
