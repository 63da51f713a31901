"""The administration of clusters and memberships: everybody sees and changes the own ones only, through the actions."""

from __future__ import annotations

from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, When
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from hanse_access.operators import may
from hanse_access.viewsets import ScopedViewSetMixin

from . import actions
from .actions.clusters import changes_of
from .admin_lists import WordSearch, clusters_of
from .directory import with_member_counts
from .forms import ClusterForm, MembershipForm, NewClusterForm, NewMembershipForm
from .models import Cluster, Membership
from .organisation_admin import OrganisationMembershipViewSet, OrganisationViewSet
from .terms_admin import TermsViewSet
from .through_actions import ThroughActions
from .topic_admin import TopicViewSet

DECISIONS = {
    "approve": actions.approve_membership,
    "decline": actions.decline_membership,
    "suspend": actions.suspend_membership,
    "end": actions.end_membership,
}


class ClusterIndex(IndexView):
    def get_base_queryset(self):
        return with_member_counts(super().get_base_queryset())


class ClusterCreate(ThroughActions, CreateView):
    log_action = "wagtail.create"

    def perform(self, data):
        return actions.create_cluster(by=self.request.user, **data)


class ClusterEdit(ThroughActions, EditView):
    @transaction.atomic
    def perform(self, data):
        cluster = actions.update_cluster(self.object, by=self.request.user, **self.form.settings())
        if logos := self.form.logos():
            actions.set_logos(cluster, by=self.request.user, **logos)
        return cluster

    @cached_property
    def header_more_buttons(self):
        """For operators the ways to the pages that say what becomes of the cluster."""
        buttons = super().header_more_buttons
        if may(self.request.user, "hanse_members.change_cluster"):
            buttons += [
                Button(f"{change.label} …", url=reverse("hanse_members:standing", args=[self.object.slug, change]))
                for change in changes_of(self.object)
            ]
        return buttons


class ClusterViewSet(ScopedViewSetMixin, ModelViewSet):
    model = Cluster
    name = "hanse_members_clusters"
    icon = "site"
    menu_label = _("Clusters")
    copy_view_enabled = False
    list_display = [
        "name",
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("member_count", label=_("Members"), sort_key="member_count"),
    ]
    search_fields = ["name", "short_name"]
    search_backend_name = None
    ordering = ["name"]
    index_view_class = ClusterIndex
    add_view_class = ClusterCreate
    edit_view_class = ClusterEdit

    def get_form_class(self, for_update=False):
        return ClusterForm if for_update else NewClusterForm


class MembershipFilters(WagtailFilterSet):
    class Meta:
        model = Membership
        fields = ["state", "role", "cluster"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["cluster"].queryset = partial(clusters_of, Membership)


class MembershipIndex(WordSearch, IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("person", "cluster", "organisation")

    def order_queryset(self, queryset):
        """Whoever waits for a decision comes first, unless the reader asks for another order."""
        if self.ordering != self.default_ordering:
            return super().order_queryset(queryset)
        waits = Case(When(state=Membership.State.APPLIED, then=0), default=1)
        return queryset.order_by(waits, "-applied_at", "-pk")


class MembershipCreate(ThroughActions, CreateView):
    log_action = "wagtail.create"

    def perform(self, data):
        return actions.add_member(
            person=data["person"], cluster=data["cluster"], role=data["role"], by=self.request.user
        )


class MembershipEdit(ThroughActions, EditView):
    def perform(self, data):
        membership = Membership.objects.get(pk=self.object.pk)
        if data["decision"] != MembershipForm.KEEP:
            said = {"reason": data["reason"]} if data["decision"] == "decline" else {}
            membership = DECISIONS[data["decision"]](membership, by=self.request.user, **said)
        if membership.state == Membership.State.APPROVED:
            membership = actions.set_role(membership, data["role"], by=self.request.user)
        return membership


class MembershipViewSet(ScopedViewSetMixin, ModelViewSet):
    model = Membership
    name = "hanse_members_memberships"
    icon = "group"
    menu_label = _("Memberships")
    copy_view_enabled = False
    list_display = [
        "person_name",
        Column("cluster", label=_("Cluster"), sort_key="cluster__name"),
        Column("organisation", label=_("Organisation"), sort_key="organisation__name"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("get_role_display", label=_("Role"), sort_key="role"),
        Column("applied_at", label=_("Applied"), sort_key="applied_at"),
    ]
    filterset_class = MembershipFilters
    search_backend_name = None
    ordering = ["-applied_at", "-pk"]
    index_view_class = MembershipIndex
    add_view_class = MembershipCreate
    edit_view_class = MembershipEdit

    @property
    def search_fields(self) -> list[str]:
        """The person's address and names, as far as the host's user model has them."""
        person = get_user_model()
        present = {field.name for field in person._meta.get_fields()}
        wanted = (person.get_email_field_name(), "first_name", "last_name")
        return [f"person__{name}" for name in wanted if name in present]

    def get_form_class(self, for_update=False):
        return MembershipForm if for_update else NewMembershipForm


class MembersGroup(ViewSetGroup):
    menu_label = _("Members")
    menu_icon = "group"
    menu_order = 150
    items = (
        ClusterViewSet,
        MembershipViewSet,
        OrganisationViewSet,
        OrganisationMembershipViewSet,
        TermsViewSet,
        TopicViewSet,
    )
