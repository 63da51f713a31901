"""Forms of the administration. They check the input; what is to be done is done by the actions."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.coreutils import get_content_languages

from .models import Cluster, Membership
from .models.memberships import LONGEST_TEXT
from .roles import Role


class ClusterSettingsForm(WagtailAdminModelForm):
    """What managers may change about their cluster."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=lambda: get_content_languages().items(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Cluster
        fields = ["name", "short_name", "languages", "contact_email", "accent", "accent_dark", "accepts_shared_items"]
        widgets = {"accent": forms.TextInput({"type": "color"})}


class NewClusterForm(ClusterSettingsForm):
    class Meta(ClusterSettingsForm.Meta):
        fields = ["name", "short_name", "slug", *ClusterSettingsForm.Meta.fields[2:]]


class ClusterForm(ClusterSettingsForm):
    """The settings, and for operators the cluster's own host name."""

    class Meta(ClusterSettingsForm.Meta):
        fields = [*ClusterSettingsForm.Meta.fields, "host_name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.for_user is None or not self.for_user.has_perm("hanse_members.change_cluster"):
            del self.fields["host_name"]


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
