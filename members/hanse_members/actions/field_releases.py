"""Asking for a field of a profile or an organisation, and letting one person read it."""

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

from ..field_kinds import FIELD_KINDS, FieldKind, kind_of
from ..models import FieldHolder, ScopedField, ScopedFieldRelease
from ..notifications_of_fields import tell_answering, tell_asker
from .errors import NotPossible

#: what a link to a released field is for, see ``hanse_base.link_tokens``
PURPOSE = "members.field"
#: who was refused a field can ask for it again after so long
ASK_AGAIN_AFTER = timedelta(days=30)
State = ScopedFieldRelease.State


@transaction.atomic
def ask_for_field(field: ScopedField, *, by, message: str = "") -> ScopedFieldRelease:
    """Ask those who answer for a field to release it. To ask again before there is an answer is harmless.

    Raises PermissionDenied where the field is hidden from ``by``, NotPossible where ``by`` can read it already.
    """
    kind, holder = _lock_holder(field)
    viewer = Viewer.of(by)
    askable = kind.field.objects.filter(kind.field.askable_q(), pk=field.pk)
    seen = kind.holder.objects.visible_to(viewer).filter(pk=holder.pk)
    if not viewer.is_member or not askable.exists() or not seen.exists():
        raise PermissionDenied
    if kind.field.objects.readable_to(viewer).filter(pk=field.pk).exists():
        raise NotPossible(_("You can read this already."))
    _close_expired(field, by)
    present = field.releases.by(by).filter(state=State.ASKED).first()
    if present is not None:
        return present
    since = timezone.now() - ASK_AGAIN_AFTER
    if field.releases.by(by).filter(state=State.DECLINED, decided_at__gt=since).exists():
        raise NotPossible(_("The answer was no. You can ask again after a month."))
    release = field.releases.create(person=by, message=message.strip())
    _record("field.asked", release, by)
    tell_answering(release, by=by)
    return release


@transaction.atomic
def release_field(release: ScopedFieldRelease, *, by, days: int | None = None, answer: str = "") -> ScopedFieldRelease:
    """Let who asked read the field, for some days or until it is taken back."""
    release = _waiting(release, by)
    release.state, release.answer, release.decided_at = State.RELEASED, answer.strip(), timezone.now()
    release.expires_at = timezone.now() + timedelta(days=days) if days else None
    release.save()
    _record("field.released", release, by)
    tell_asker(release, by=by)
    return release


@transaction.atomic
def decline_field(release: ScopedFieldRelease, *, by, answer: str = "") -> ScopedFieldRelease:
    release = _waiting(release, by)
    release.state, release.answer, release.decided_at = State.DECLINED, answer.strip(), timezone.now()
    release.save()
    _record("field.declined", release, by)
    tell_asker(release, by=by)
    return release


@transaction.atomic
def release_to_person(field: ScopedField, *, person, by, days: int | None = None) -> ScopedFieldRelease:
    """Let a person read the field who did not ask."""
    _require_answering(field, by)
    _require_member(by)
    _lock_holder(field)
    _close_expired(field, person)
    present = field.releases.by(person).filter(state__in=[State.ASKED, State.RELEASED]).first()
    if present is not None and present.state == State.RELEASED:
        return present
    return release_field(present or field.releases.create(person=person), by=by, days=days)


@transaction.atomic
def release_to_outsider(field: ScopedField, *, outsider: str, days: int, by) -> tuple[ScopedFieldRelease, str]:
    """Let somebody without an account read the field by a link: the release and the link's secret.

    To read it is no use of the link, which opens until its time is over. That of an organisation opens only as long as
    whoever made it looks after the organisation, or manages the cluster it came in with.
    """
    _require_answering(field, by)
    _require_member(by)
    if not field.is_filled:
        raise NotPossible(_("There is nothing in this field yet."))
    expires_at = timezone.now() + timedelta(days=days)
    token, secret = issue_link(PURPOSE, expires_at=expires_at)
    release = field.releases.create(
        outsider=outsider,
        token=token,
        released_by=by,
        state=State.RELEASED,
        decided_at=timezone.now(),
        expires_at=expires_at,
    )
    _record("field.released", release, by)
    return release, secret


@transaction.atomic
def revoke_release(release: ScopedFieldRelease, *, by) -> None:
    """From now on the reader reads it no longer. Harmless for one that is not in force."""
    _require_answering(release.field, by)
    release = type(release).objects.select_for_update().get(pk=release.pk)
    if release.state == State.RELEASED:
        release.state, release.decided_at = State.REVOKED, timezone.now()
        release.save()
        revoke_link(release.token_id)
        _record("field.revoked", release, by)


def released_by_link(secret: str) -> ScopedFieldRelease:
    """What the link of an outsider opens. Raises NoSuchLink, also when the profile or the organisation is shown no
    longer, or to nobody.
    """
    token = find_link(PURPOSE, secret)
    for kind in FIELD_KINDS.values():
        releases = kind.release.objects.in_force().filter(token=token, field__is_filled=True)
        release = releases.of_holders(kind.holder.objects.shown()).with_holders().first()
        if release is not None and not release.field.holder.is_for_nobody:
            return release
    raise NoSuchLink


def _lock_holder(field: ScopedField) -> tuple[FieldKind, FieldHolder]:
    kind = kind_of(field)
    return kind, kind.holder.objects.select_for_update(of=("self",)).get(pk=field.holder.pk)


def _require_answering(field: ScopedField, by) -> None:
    fields = type(field).objects
    if not fields.filter(fields.model.answered_q(by), pk=field.pk).exists():
        raise PermissionDenied


def _record(verb: str, release: ScopedFieldRelease, by) -> None:
    home = release.field.holder.home_scope()
    record(verb, by=by, obj=release, scope=home, field=release.field_id)


def _require_member(by) -> None:
    if not Viewer.of(by).is_member:
        raise PermissionDenied


def close_releases(fields: Iterable[ScopedField]) -> None:
    """Of emptied fields of one kind: what is written there later is for nobody who was let read what stood there."""
    fields = list(fields)
    if not fields:
        return
    releases = kind_of(fields[0]).release.objects
    open_ones = releases.filter(field__in=fields, state__in=[State.ASKED, State.RELEASED])
    for token in open_ones.filter(token__isnull=False).values_list("token_id", flat=True):
        revoke_link(token)
    open_ones.update(state=State.REVOKED, decided_at=timezone.now())


def _waiting(release: ScopedFieldRelease, by) -> ScopedFieldRelease:
    _require_answering(release.field, by)
    releases = type(release).objects.select_for_update(of=("self",)).select_related("field", "person")
    release = releases.get(pk=release.pk)
    if release.state != State.ASKED:
        raise NotPossible(_("This was decided in the meantime."))
    return release


def _close_expired(field: ScopedField, person) -> None:
    """A release whose time is over makes room for the next question."""
    over = field.releases.by(person).filter(state=State.RELEASED, expires_at__lte=timezone.now())
    over.update(state=State.REVOKED)
