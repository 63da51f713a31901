"""StreamField blocks of a cluster's own pages. Each asks for what its reader may see; without a reader it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hanse_access.descriptions import describe_audiences
from hanse_access.pages import viewer_of
from hanse_access.readings import allows
from hanse_access.viewer import current_viewer

if TYPE_CHECKING:
    from .models import Profile

#: organisations that a block names at most
MOST_ORGANISATIONS = 24


class ClusterBlockMixin:
    """A block about the cluster whose page it stands on. ``about`` says what its template gets, None for nothing."""

    def about(self, value, page, request: HttpRequest) -> dict[str, Any] | None:
        raise NotImplementedError

    def render(self, value, context=None):
        context = context or {}
        request, page = context.get("request"), context.get("page")
        if not isinstance(request, HttpRequest) or getattr(page, "cluster", None) is None:
            return ""
        found = self.about(value, page, request)
        if found is None:
            return ""
        filled = {**found, "cluster": page.cluster, "value": value}
        return render_to_string(self.meta.template, filled, request=request)


class ClusterFactsBlock(ClusterBlockMixin, blocks.StaticBlock):
    """Figures and facts, as the management says them. Then they do not stand at the end of the page as well."""

    def about(self, value, page, request):
        from .facts import entry_of, facts_of

        entry = entry_of(page.cluster)
        facts = facts_of(entry) if entry is not None else None
        return {"facts": facts} if facts is not None else None

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

    def about(self, value, page, request):
        from .models.organisations import OrganisationMembershipQuerySet
        from .organisation_lists import listed

        own = OrganisationMembershipQuerySet.approved_q("memberships__")
        found = (
            listed(viewer_of(request)).filter(own, memberships__cluster=page.cluster).order_by("stale", "name", "pk")
        )
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


def experts_on(page, request: HttpRequest) -> dict[int, Profile]:
    """Of all experts on a page those that the reader may see, by id: read together, once a request."""
    from .expert_lists import listed
    from .profile_reading import read_list

    kept = request.__dict__.setdefault("_hanse_experts", {})
    if page.pk not in kept:
        viewer = viewer_of(request)
        chosen = [block.value.get("profile") for block in page.body if block.block_type == "expert"]
        rows = list(listed(viewer).filter(pk__in=[profile.pk for profile in chosen if profile is not None]))
        describe_audiences([row.audience_in_force_id for row in rows], viewer)
        kept[page.pk] = {row.pk: row for row in read_list(rows, viewer)}
    return kept[page.pk]


class ExpertBlock(ClusterBlockMixin, blocks.StructBlock):
    """One person with a profile; vanishes for readers who may not see it."""

    profile = ProfileChooserBlock(label=_("Expert"))
    about_text = blocks.CharBlock(
        label=_("What for"), max_length=200, required=False, help_text=_("One line below the name, for all readers.")
    )

    def about(self, value, page, request):
        chosen = value.get("profile")
        shown = experts_on(page, request).get(chosen.pk) if chosen is not None else None
        return {"item": shown} if shown is not None else None

    def get_searchable_content(self, value):
        """The line stands below a name that not all may read: who does not see the one finds nothing of the other."""
        return []

    class Meta:
        icon = "user"
        label = _("Expert")
        template = "hanse_members/blocks/expert.html"


class ClusterContactBlock(ClusterBlockMixin, blocks.StaticBlock):
    """The management with the way to ask it."""

    def about(self, value, page, request):
        from .first_contact import first_contact_of

        cluster = page.cluster
        return {"first_contact": first_contact_of([cluster], about=cluster, viewer=viewer_of(request))}

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
