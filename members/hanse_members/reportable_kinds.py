"""What of this package one can report."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.scopes import PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.reportables import Reportable, reportables

from .field_reading import ShownField, read_fields
from .models import Cluster, Membership, Organisation, Profile
from .subject_kinds import clusters_of, clusters_of_person


def copy_of_profile(profile: Profile, viewer: Viewer, scope: Scope | None) -> str:
    """The name, and each field that the viewer can read; pictures by their name only."""
    shown, _askable = read_fields(profile, viewer, is_own=viewer.user_id == profile.person_id)
    return _copy(profile.name, shown.values(), scope)


def copy_of_organisation(organisation: Organisation, viewer: Viewer, scope: Scope | None) -> str:
    shown, _askable = read_fields(organisation, viewer, is_own=False)
    return _copy(f"{organisation.name}, {organisation.place}", shown.values(), scope)


def _copy(heading: str, shown: Iterable[ShownField], scope: Scope | None) -> str:
    """Fields for others than those who decide are named only: the reporter may read them, nobody asked their owner."""
    decide = {PUBLIC, Scope("platform", 0), scope}
    lines = [
        f"{item.spec.label}: {item.cell or '–'}"
        if item.row.follows or item.row.audience.scope_set & decide
        else _("%(field)s: not handed over, since it is for others") % {"field": item.spec.label}
        for item in shown
    ]
    return "\n\n".join([heading, *lines])


def nearest(row: Profile | Organisation, clusters: list[Cluster]) -> list[Scope]:
    """Of clusters in their order: first those that the audience names, whose management reads the thing anyway."""
    scopes = [Scope("cluster", cluster.pk) for cluster in clusters]
    return sorted(scopes, key=lambda scope: scope not in row.audience.scope_set)


def withhold(row: Profile | Organisation) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(withheld=True)


def show_again(row: Profile | Organisation) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(withheld=False)


def keeper_of(organisation: Organisation):
    """Who has looked after it for longest."""
    keepers = Membership.objects.approved().filter(organisation=organisation, keeps_organisation=True)
    first = keepers.select_related("person").order_by("decided_at", "pk").first()
    return first.person if first else None


def objection(clusters: list[Cluster]) -> str:
    """Where the management that answers is asked; where there is none, the page of the own clusters."""
    if not clusters:
        return reverse("hanse_members:memberships")
    return reverse("hanse_members:ask", args=["cluster", clusters[0].slug])


def register() -> None:
    reportables.register(
        Reportable(
            name="person",
            label=gettext_lazy("a profile"),
            model=Profile,
            key="uid",
            visible=lambda viewer: Profile.objects.visible_to(viewer).select_related("person"),
            author=lambda profile: profile.person,
            personal=True,
            copy=copy_of_profile,
            scopes=lambda profile: nearest(profile, clusters_of_person(profile)),
            withhold=withhold,
            show_again=show_again,
            objection=lambda profile: objection(clusters_of_person(profile)),
            order=30,
        )
    )
    reportables.register(
        Reportable(
            name="organisation",
            label=gettext_lazy("the page of an organisation"),
            model=Organisation,
            key="uid",
            visible=Organisation.objects.visible_to,
            author=keeper_of,
            copy=copy_of_organisation,
            scopes=lambda organisation: nearest(organisation, clusters_of(organisation)),
            withhold=withhold,
            show_again=show_again,
            objection=lambda organisation: objection(clusters_of(organisation)),
            order=35,
        )
    )
