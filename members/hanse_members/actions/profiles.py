"""Saving and confirming a profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.actions import change_audience
from hanse_access.audit import record
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer

from ..field_values import FieldValue
from ..models import Cluster, Profile
from .errors import NotPossible
from .fields import save_fields, take_scope_out


@transaction.atomic
def save_profile(*, person, values: Mapping[str, FieldValue], scopes: Iterable[Scope]) -> Profile:
    """Store what a person says of themselves, and with it confirm that it is so. The first time makes the profile.

    ``values`` as for ``save_fields``. Raises NotPossible for somebody who is no member.
    """
    profile = Profile.objects.select_for_update(of=("self",)).of(person).select_related("person").first()
    if profile is None:
        if not Viewer.of(person).is_member:
            raise NotPossible(_("Profiles are for members. Yours is made when a cluster has admitted you."))
        profile = Profile.objects.create(person=person)
    else:
        profile.confirm()
        profile.save()
    change_audience(profile, scopes=scopes, by=person)
    save_fields(profile, values, by=person)
    record("profile.changed", by=person, obj=profile)
    return profile


@transaction.atomic
def confirm_profile(profile: Profile, *, by) -> None:
    """Say that all of it is still so."""
    if profile.person_id != by.pk:
        raise PermissionDenied
    Profile.objects.filter(pk=profile.pk).update(confirmed_at=timezone.now(), reminded=0)
    record("profile.confirmed", by=by, obj=profile)


def take_profile_out(person, cluster: Cluster) -> None:
    """Who leaves a cluster is read there no longer by what was for its members: part of the end of a membership."""
    take_scope_out(Profile.objects.of(person), Scope("cluster", cluster.pk))
