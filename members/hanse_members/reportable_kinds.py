"""What of this package one can report."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.reportables import Reportable, reportables

from .field_reading import ShownField, read_fields
from .models import Cluster, Membership, Organisation, Profile
from .subject_kinds import clusters_of, clusters_of_person


def copy_of_profile(profile: Profile, viewer: Viewer) -> str:
    """The name, and each field that the viewer can read; pictures by their name only."""
    shown, _askable = read_fields(profile, viewer, is_own=viewer.user_id == profile.person_id)
    return _copy(profile.name, shown.values())


def copy_of_organisation(organisation: Organisation, viewer: Viewer) -> str:
    shown, _askable = read_fields(organisation, viewer, is_own=False)
    return _copy(f"{organisation.name}, {organisation.place}", shown.values())


def _copy(heading: str, shown: Iterable[ShownField]) -> str:
    return "\n\n".join([heading, *(f"{item.spec.label}: {item.cell or '–'}" for item in shown)])


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
            label=_("a profile"),
            model=Profile,
            key="uid",
            visible=lambda viewer: Profile.objects.visible_to(viewer).select_related("person"),
            author=lambda profile: profile.person,
            personal=True,
            copy=copy_of_profile,
            scopes=lambda profile: [Scope("cluster", cluster.pk) for cluster in clusters_of_person(profile)],
            withhold=withhold,
            show_again=show_again,
            objection=lambda profile: objection(clusters_of_person(profile)),
            order=30,
        )
    )
    reportables.register(
        Reportable(
            name="organisation",
            label=_("the page of an organisation"),
            model=Organisation,
            key="uid",
            visible=Organisation.objects.visible_to,
            author=keeper_of,
            copy=copy_of_organisation,
            scopes=lambda organisation: [Scope("cluster", cluster.pk) for cluster in clusters_of(organisation)],
            withhold=withhold,
            show_again=show_again,
            objection=lambda organisation: objection(clusters_of(organisation)),
            order=35,
        )
    )
