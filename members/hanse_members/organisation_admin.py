"""The administration of organisations: what they say of themselves, and their part in the clusters one manages."""

from __future__ import annotations

from functools import partial

from django import forms
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button

from hanse_access.forms import AudienceField
from hanse_access.operators import may
from hanse_access.viewsets import ScopedViewSetMixin

from . import actions
from .actions.organisations import IDENTITY
from .admin_lists import WordSearch, clusters_of
from .models import Cluster, Membership, Organisation, OrganisationMembership
from .organisation_forms import topics_field
from .roles import Role
from .through_actions import ThroughActions

Part = OrganisationMembership.State


class OrganisationAdminForm(WagtailAdminModelForm):
    """Its identity and who sees that; what else it says of itself is written on the form of its page."""

    class Meta:
        model = Organisation
        fields = IDENTITY

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"] = topics_field(self.instance, str(self["name"].value() or ""))
        self.fields["scopes"] = AudienceField.of(self.instance, user=self.for_user)


class NewOrganisationForm(OrganisationAdminForm):
    cluster = forms.ModelChoiceField(label=_("Cluster"), queryset=Cluster.objects.none(), empty_label=None)
    field_order = ["name", "cluster"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Membership.objects.with_role(Role.MANAGER).of(self.for_user).order_by().values("cluster_id")
        clusters = Cluster.objects.active()
        if not may(self.for_user, "hanse_members.change_membership"):
            clusters = clusters.filter(pk__in=own)
        self.fields["cluster"].queryset = clusters


class OrganisationIndex(WordSearch, IndexView):
    def get_base_queryset(self):
        people = Count("people", filter=Membership.objects.approved_q("people__"), distinct=True)
        return super().get_base_queryset().annotate(people_count=people)


class OrganisationCreate(ThroughActions, CreateView):
    log_action = "wagtail.create"

    def perform(self, data):
        return actions.add_organisation(by=self.request.user, **data)


class OrganisationEdit(ThroughActions, EditView):
    @property
    def header_more_buttons(self):
        edit = Button(_("Edit what it says of itself"), url=self.object.edit_url, icon_name="edit", priority=5)
        return [*super().header_more_buttons, edit]

    def perform(self, data):
        stored = Organisation.objects.get(pk=self.object.pk)
        return actions.update_organisation(stored, by=self.request.user, **data)


class OrganisationViewSet(ScopedViewSetMixin, ModelViewSet):
    model = Organisation
    name = "hanse_members_organisations"
    icon = "home"
    menu_label = _("Organisations")
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        "name",
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        Column("place", label=_("Place"), sort_key="place"),
        Column("people_count", label=_("People"), sort_key="people_count"),
    ]
    search_fields = ["name", "place"]
    search_backend_name = None
    ordering = ["name"]
    index_view_class = OrganisationIndex
    add_view_class = OrganisationCreate
    edit_view_class = OrganisationEdit

    def get_form_class(self, for_update=False):
        return OrganisationAdminForm if for_update else NewOrganisationForm


class PartForm(WagtailAdminModelForm):
    """A decision about an organisation's part in a cluster, which says beforehand whom it concerns."""

    KEEP = "keep"
    OFFERED = {
        Part.APPLIED: {KEEP: _("Leave it as it is"), "admit": _("Admit")},
        Part.APPROVED: {KEEP: _("Leave it as it is"), "end": _("End its part in the cluster")},
        Part.DECLINED: {KEEP: _("Leave it as it is"), "admit": _("Admit")},
        Part.ENDED: {KEEP: _("Leave it as it is"), "admit": _("Admit again")},
    }

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, initial=KEEP)

    class Meta:
        model = OrganisationMembership
        fields = ["decision"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        part = self.instance
        field = self.fields["decision"]
        field.choices = self.OFFERED[Part(part.state)].items()
        through = Membership.objects.filter(cluster=part.cluster_id, organisation=part.organisation_id)
        if part.state == Part.APPROVED:
            count = through.filter(state=Membership.State.APPROVED, is_personal=False).count()
            field.help_text = ngettext(
                "When its part ends, %(count)d person who belongs to the cluster through it is suspended at once.",
                "When its part ends, %(count)d people who belong to the cluster through it are suspended at once.",
                count,
            ) % {"count": count}
        elif part.state == Part.ENDED:
            count = through.filter(suspended_with_organisation=True).count()
            field.help_text = ngettext(
                "Admitted again, it brings %(count)d person back who was suspended with it.",
                "Admitted again, it brings %(count)d people back who were suspended with it.",
                count,
            ) % {"count": count}

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields}


class PartFilters(WagtailFilterSet):
    class Meta:
        model = OrganisationMembership
        fields = ["state", "cluster"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["cluster"].queryset = partial(clusters_of, OrganisationMembership)


class PartIndex(WordSearch, IndexView):
    def get_base_queryset(self):
        people = (
            Membership.objects.approved()
            .filter(organisation=OuterRef("organisation"), cluster=OuterRef("cluster"))
            .order_by()
            .values("cluster")
            .annotate(number=Count("pk"))
            .values("number")
        )
        parts = super().get_base_queryset().select_related("organisation", "cluster")
        return parts.annotate(people_count=Coalesce(Subquery(people), 0))


class PartEdit(ThroughActions, EditView):
    def perform(self, data):
        part = OrganisationMembership.objects.get(pk=self.object.pk)
        if data["decision"] == "admit":
            part = actions.admit_organisation(part, by=self.request.user)
        elif data["decision"] == "end":
            part = actions.end_organisation(part, by=self.request.user)
        return part


class OrganisationMembershipViewSet(ScopedViewSetMixin, ModelViewSet):
    model = OrganisationMembership
    name = "hanse_members_organisation_memberships"
    icon = "clipboard-list"
    menu_label = _("Memberships of organisations")
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        "organisation",
        Column("cluster", label=_("Cluster"), sort_key="cluster__name"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("people_count", label=_("People"), sort_key="people_count"),
        Column("applied_at", label=_("Applied"), sort_key="applied_at"),
    ]
    filterset_class = PartFilters
    search_fields = ["organisation__name"]
    search_backend_name = None
    ordering = ["-applied_at", "-pk"]
    index_view_class = PartIndex
    edit_view_class = PartEdit

    def get_form_class(self, for_update=False):
        return PartForm
