"""What of this package one can report."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.reportables import Reportable, reportables

from .field_reading import read_fields
from .models import Profile
from .subject_kinds import clusters_of_person


def copy_of_profile(profile: Profile, viewer: Viewer) -> str:
    """The name, and each field that the viewer can read, a line each; pictures by their name only."""
    shown, _askable = read_fields(profile, viewer, is_own=viewer.user_id == profile.person_id)
    lines = [profile.name]
    for item in shown.values():
        content = [*map(str, item.choices), *item.topics, *([item.text] if item.text else [])]
        lines.append(f"{item.spec.label}: {', '.join(content) or '–'}")
    return "\n\n".join(lines)


def withhold_profile(profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(withheld=True)


def show_profile_again(profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(withheld=False)


def objection_of_profile(profile: Profile) -> str:
    """To the management that answers for the person; a person without one goes to the page of the own clusters."""
    clusters = clusters_of_person(profile)
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
            withhold=withhold_profile,
            show_again=show_profile_again,
            objection=objection_of_profile,
            order=30,
        )
    )
