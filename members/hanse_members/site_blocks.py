"""StreamField blocks of a cluster's own pages. Each asks for what its reader may see; without a reader it is empty."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hanse_access.descriptions import describe_audiences
from hanse_access.pages import viewer_of
from hanse_access.readings import allows
from hanse_access.viewer import Viewer, current_viewer

#: organisations that a block names at most
MOST_ORGANISATIONS = 24


class ClusterBlockMixin:
    """A block about the cluster whose page it stands on. ``about`` says what its template gets, None for nothing."""

    def about(self, value, cluster, viewer: Viewer) -> dict[str, Any] | None:
        raise NotImplementedError

    def render(self, value, context=None):
        context = context or {}
        request, page = context.get("request"), context.get("page")
        cluster = getattr(page.specific, "cluster", None) if page is not None else None
        if not isinstance(request, HttpRequest) or cluster is None:
            return ""
        found = self.about(value, cluster, viewer_of(request))
        if found is None:
            return ""
        return render_to_string(self.meta.template, {**found, "cluster": cluster, "value": value}, request=request)


class ClusterFactsBlock(ClusterBlockMixin, blocks.StaticBlock):
    """Figures and facts, as the management says them. Then they do not stand at the end of the page as well."""

    def about(self, value, cluster, viewer):
        from .facts import entry_of, facts_of

        entry = entry_of(cluster)
        return {"facts": facts_of(entry)} if entry is not None else None

    class Meta:
        icon = "snippet"
        label = _("Facts of the cluster")
        admin_text = _(
            "Members, carrier, bodies: what the management says. Nothing is shown as long as it says nothing."
        )
        template = "hanse_members/includes/facts.html"


class ClusterOrganisationsBlock(ClusterBlockMixin, blocks.StructBlock):
    """Member organisations that the reader may see."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=MOST_ORGANISATIONS, default=8)

    def about(self, value, cluster, viewer):
        from .models.organisations import OrganisationMembershipQuerySet
        from .organisation_lists import listed

        own = OrganisationMembershipQuerySet.approved_q("memberships__")
        found = listed(viewer).filter(own, memberships__cluster=cluster).order_by("name", "pk")
        return {"organisations": list(found[: value["number"]]), "total": found.count()}

    class Meta:
        icon = "group"
        label = _("Members")
        template = "hanse_members/blocks/organisations.html"


class ProfileChooserBlock(blocks.ChooserBlock):
    """A profile that the editor may see. Who may not, reads its name neither in the form nor in the history."""

    target_model = "hanse_members.Profile"

    @cached_property
    def widget(self):
        from .profile_chooser import ProfileChooser

        return ProfileChooser()

    def clean(self, value):
        """A profile that is hidden from the editor is refused as one that is not there."""
        value = super().clean(value)
        if value is not None and not allows(current_viewer(), value):
            raise ValidationError(_("Please choose somebody from the list."), code="required")
        return value

    def render_basic(self, value, context=None):
        return str(value) if value is not None and allows(current_viewer(), value) else ""

    class Meta:
        icon = "user"


class ExpertBlock(ClusterBlockMixin, blocks.StructBlock):
    """One person with a profile; vanishes for readers who may not see it."""

    profile = ProfileChooserBlock(label=_("Expert"))
    about_text = blocks.CharBlock(
        label=_("What for"), max_length=200, required=False, help_text=_("One line below the name, for all readers.")
    )

    def about(self, value, cluster, viewer):
        from .expert_lists import listed
        from .profile_reading import read_list

        chosen = value.get("profile")
        profile = listed(viewer).filter(pk=chosen.pk).first() if chosen is not None else None
        if profile is None:
            return None
        describe_audiences([profile.audience_in_force_id], viewer)
        return {"item": read_list([profile], viewer)[0]}

    class Meta:
        icon = "user"
        label = _("Expert")
        template = "hanse_members/blocks/expert.html"


class ClusterContactBlock(ClusterBlockMixin, blocks.StaticBlock):
    """The management with the way to ask it."""

    def about(self, value, cluster, viewer):
        from .first_contact import first_contact_of

        return {"first_contact": first_contact_of([cluster], about=cluster, viewer=viewer)}

    class Meta:
        icon = "mail"
        label = _("First contact")
        admin_text = _("The managers who agreed to be named, the office, and the way to ask.")
        template = "hanse_members/includes/first_contact.html"


SITE_BLOCKS = [
    ("facts", ClusterFactsBlock()),
    ("organisations", ClusterOrganisationsBlock()),
    ("expert", ExpertBlock()),
    ("contact", ClusterContactBlock()),
]
