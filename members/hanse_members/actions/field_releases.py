"""Asking for a field of a profile, and letting one person read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.viewer import Viewer
from hanse_base.link_tokens import NoSuchLink, find_link, issue_link, revoke_link

from ..models import FieldRelease, Profile, ProfileField
from ..notifications_of_profiles import tell_asker, tell_owner
from .errors import NotPossible

#: what a link to a released field is for, see ``hanse_base.link_tokens``
PURPOSE = "members.field"
#: who was refused a field can ask for it again after so long
ASK_AGAIN_AFTER = timedelta(days=30)
State = FieldRelease.State


@transaction.atomic
def ask_for_field(field: ProfileField, *, by, message: str = "") -> FieldRelease:
    """Ask the owner to release a field. To ask again before there is an answer is harmless.

    Raises PermissionDenied where the field is hidden from ``by``, NotPossible where ``by`` can read it already.
    """
    Profile.objects.select_for_update().get(pk=field.profile_id)
    viewer = Viewer.of(by)
    askable = ProfileField.objects.filter(ProfileField.askable_q(), pk=field.pk)
    if not viewer.is_member or not askable.filter(profile__in=Profile.objects.visible_to(viewer)).exists():
        raise PermissionDenied
    if ProfileField.objects.readable_to(viewer).filter(pk=field.pk).exists():
        raise NotPossible(_("You can read this already."))
    _close_expired(field, by)
    present = field.releases.by(by).filter(state=State.ASKED).first()
    if present is not None:
        return present
    since = timezone.now() - ASK_AGAIN_AFTER
    if field.releases.by(by).filter(state=State.DECLINED, decided_at__gt=since).exists():
        raise NotPossible(_("The answer was no. You can ask again after a month."))
    release = FieldRelease.objects.create(field=field, person=by, message=message.strip())
    record("field.asked", by=by, obj=release, field=field.pk)
    tell_owner(release, by=by)
    return release


@transaction.atomic
def release_field(release: FieldRelease, *, by, days: int | None = None, answer: str = "") -> FieldRelease:
    """Let who asked read the field, for some days or until it is taken back."""
    release = _waiting(release, by)
    release.state, release.answer, release.decided_at = State.RELEASED, answer.strip(), timezone.now()
    release.expires_at = timezone.now() + timedelta(days=days) if days else None
    release.save()
    record("field.released", by=by, obj=release, field=release.field_id)
    tell_asker(release, by=by)
    return release


@transaction.atomic
def decline_field(release: FieldRelease, *, by, answer: str = "") -> FieldRelease:
    release = _waiting(release, by)
    release.state, release.answer, release.decided_at = State.DECLINED, answer.strip(), timezone.now()
    release.save()
    record("field.declined", by=by, obj=release, field=release.field_id)
    tell_asker(release, by=by)
    return release


@transaction.atomic
def release_to_person(field: ProfileField, *, person, by, days: int | None = None) -> FieldRelease:
    """Let a person read the field who did not ask."""
    _require_owner(field, by)
    _require_member(by)
    Profile.objects.select_for_update().get(pk=field.profile_id)
    _close_expired(field, person)
    present = field.releases.by(person).filter(state__in=[State.ASKED, State.RELEASED]).first()
    if present is not None and present.state == State.RELEASED:
        return present
    return release_field(present or FieldRelease.objects.create(field=field, person=person), by=by, days=days)


@transaction.atomic
def release_to_outsider(field: ProfileField, *, outsider: str, days: int, by) -> tuple[FieldRelease, str]:
    """Let somebody without an account read the field by a link: the release and the link's secret.

    To read it is no use of the link, which opens until its time is over.
    """
    _require_owner(field, by)
    _require_member(by)
    if not field.is_filled:
        raise NotPossible(_("There is nothing in this field yet."))
    expires_at = timezone.now() + timedelta(days=days)
    token, secret = issue_link(PURPOSE, expires_at=expires_at)
    release = FieldRelease.objects.create(
        field=field,
        outsider=outsider,
        token=token,
        state=State.RELEASED,
        decided_at=timezone.now(),
        expires_at=expires_at,
    )
    record("field.released", by=by, obj=release, field=field.pk)
    return release, secret


@transaction.atomic
def revoke_release(release: FieldRelease, *, by) -> None:
    """From now on the reader reads it no longer. Harmless for one that is not in force."""
    _require_owner(release.field, by)
    release = FieldRelease.objects.select_for_update().get(pk=release.pk)
    if release.state == State.RELEASED:
        release.state, release.decided_at = State.REVOKED, timezone.now()
        release.save()
        revoke_link(release.token_id)
        record("field.revoked", by=by, obj=release, field=release.field_id)


def released_by_link(secret: str) -> FieldRelease:
    """What the link of an outsider opens. Raises NoSuchLink, also when its owner is a member no longer or
    shows the profile to nobody.
    """
    token = find_link(PURPOSE, secret)
    shown = Profile.objects.shown().values("pk")
    releases = FieldRelease.objects.in_force().filter(field__is_filled=True, field__profile__in=shown)
    release = releases.filter(token=token).select_related("field__profile__audience").first()
    if release is None or release.field.profile.is_for_nobody:
        raise NoSuchLink
    return release


def _require_owner(field: ProfileField, by) -> None:
    if field.profile.person_id != by.pk:
        raise PermissionDenied


def _require_member(by) -> None:
    if not Viewer.of(by).is_member:
        raise PermissionDenied


def close_releases(fields: Iterable[ProfileField]) -> None:
    """Of fields that were emptied: what is written there later is for nobody who was let read what stood there."""
    open_ones = FieldRelease.objects.filter(field__in=fields, state__in=[State.ASKED, State.RELEASED])
    for token in open_ones.filter(token__isnull=False).values_list("token_id", flat=True):
        revoke_link(token)
    open_ones.update(state=State.REVOKED, decided_at=timezone.now())


def _waiting(release: FieldRelease, by) -> FieldRelease:
    _require_owner(release.field, by)
    release = FieldRelease.objects.select_for_update(of=("self",)).select_related("field", "person").get(pk=release.pk)
    if release.state != State.ASKED:
        raise NotPossible(_("This was decided in the meantime."))
    return release


def _close_expired(field: ProfileField, person) -> None:
    """A release whose time is over makes room for the next question."""
    over = field.releases.by(person).filter(state=State.RELEASED, expires_at__lte=timezone.now())
    over.update(state=State.REVOKED)
