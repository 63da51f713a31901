"""Filling a profile, and choosing who sees its fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.actions import change_audience
from hanse_access.attachments import store_attachment
from hanse_access.audit import record
from hanse_access.models import Audience
from hanse_access.scopes import EDITORS, Scope
from hanse_access.uploads import CleanUpload
from hanse_access.viewer import Viewer

from ..models import Cluster, FieldChoice, Profile, ProfileField, ProfilePicture, Topic
from ..profile_specs import SPECS
from .errors import NotPossible
from .field_releases import close_releases

#: in ``FieldValue.picture``: take the present one away
NO_PICTURE = "none"


@dataclass(frozen=True)
class FieldValue:
    """The content of one field. ``picture`` None leaves the present one."""

    text: str = ""
    choices: Collection[str] = ()
    topics: Collection[Topic] = ()
    picture: CleanUpload | str | None = None


@transaction.atomic
def save_profile(*, person, values: Mapping[str, FieldValue], scopes: Iterable[Scope]) -> Profile:
    """Store what a person says of themselves, and with it confirm that it is so. The first time makes the profile.

    ``values`` by the names of ``SPECS``; what is not named stays. Raises NotPossible for somebody who is no member.
    """
    profile = Profile.objects.select_for_update(of=("self",)).of(person).select_related("person").first()
    if profile is None:
        if not Viewer.of(person).is_member:
            raise NotPossible(_("Profiles are for members. Yours is made when a cluster has admitted you."))
        profile = Profile.objects.create(person=person)
    else:
        profile.confirmed_at, profile.reminded = timezone.now(), 0
        profile.save()
    change_audience(profile, scopes=scopes, by=person)
    fields = {field.name: field for field in profile.fields.all()}
    wanted: dict[ProfileField, FieldValue] = {}
    for name, value in values.items():
        field = fields.get(name)
        if field is not None:
            wanted[field] = value
        elif not _is_empty(value):
            wanted[_new_field(profile, name, person)] = value
    fill_fields(wanted, by=person)
    record("profile.changed", by=person, obj=profile)
    return profile


@transaction.atomic
def confirm_profile(profile: Profile, *, by) -> None:
    """Say that all of it is still so."""
    if profile.person_id != by.pk:
        raise PermissionDenied
    Profile.objects.filter(pk=profile.pk).update(confirmed_at=timezone.now(), reminded=0)
    record("profile.confirmed", by=by, obj=profile)


@transaction.atomic
def choose_readers(
    profile: Profile, name: str, *, follows: bool, scopes: Iterable[Scope] = (), on_request: bool, by
) -> ProfileField:
    """Who sees a field: those who see the profile, or those of ``scopes``; and whether the others may ask for it."""
    if profile.person_id != by.pk:
        raise PermissionDenied
    profile = Profile.objects.select_for_update(of=("self",)).select_related("audience").get(pk=profile.pk)
    field = profile.fields.filter(name=name).first() or _new_field(profile, name, by)
    field.follows = follows
    field.on_request = on_request and SPECS[name].askable
    field.save()
    if follows:
        # As it stands: the person may have left a cluster that is still among them.
        change_audience(field, scopes=profile.audience.scope_set, by=None)
    else:
        change_audience(field, scopes=scopes, by=by)
    record("profile.readers_chosen", by=by, obj=field)
    return field


def take_profile_out(person, cluster: Cluster) -> None:
    """Who leaves a cluster is read there no longer by what was for its members: part of the end of a membership."""
    scope = Scope("cluster", cluster.pk)
    profiles = Profile.objects.of(person)
    fields = ProfileField.objects.filter(profile__in=profiles, follows=False)
    for row in [*profiles.select_related("audience"), *fields.select_related("audience", "profile")]:
        present = row.audience.scope_set
        if scope in present:
            change_audience(row, scopes=present - {scope} or [EDITORS], by=None)


def let_fields_follow(sender, obj: Profile, **kwargs) -> None:
    """Receiver of ``audience_changed``: fields that follow the profile, in the same transaction."""
    obj.fields.filter(follows=True).update(audience=obj.audience_holders().values("audience")[:1])


def _new_field(profile: Profile, name: str, person) -> ProfileField:
    """With the audience that its kind has at first. It is empty, so nobody sees anything yet."""
    spec = SPECS[name]
    own = [Scope("cluster", id) for id in Viewer.of(person).scopes.get("cluster", ())] if spec.kept_close else []
    return ProfileField.objects.create(
        profile=profile,
        name=name,
        audience=Audience.objects.of(own) if own else profile.audience,
        follows=not spec.kept_close,
        on_request=spec.kept_close and spec.askable,
    )


def fill_fields(wanted: Mapping[ProfileField, FieldValue], *, by) -> None:
    """Put contents into fields of one profile, in a number of queries that does not depend on how many."""
    for field, value in wanted.items():
        if value.picture is not None:
            _set_picture(field, value.picture, by=by)
    pictured = set(ProfilePicture.objects.filter(field__in=wanted).values_list("field_id", flat=True))
    _link(
        FieldChoice,
        "field_id",
        "value",
        {(field.pk, choice) for field, value in wanted.items() for choice in value.choices},
        wanted,
    )
    _link(
        ProfileField.topics.through,
        "profilefield_id",
        "topic_id",
        {(field.pk, topic.pk) for field, value in wanted.items() for topic in value.topics},
        wanted,
    )
    for field, value in wanted.items():
        field.text = value.text.strip()
        field.is_filled = bool(field.text or value.choices or value.topics or field.pk in pictured)
    ProfileField.objects.bulk_update(wanted, ["text", "is_filled"])
    close_releases([field for field in wanted if not field.is_filled])


def _link(
    model: type[Model], owner: str, column: str, wanted: set[tuple[int, Any]], fields: Iterable[ProfileField]
) -> None:
    """Make the rows of these fields the wanted ones: of ``owner`` and ``column``. What stays is not touched."""
    rows = model._default_manager.filter(**{f"{owner}__in": [field.pk for field in fields]})
    present = {(key, value): pk for pk, key, value in rows.values_list("pk", owner, column)}
    model._default_manager.filter(pk__in=[pk for link, pk in present.items() if link not in wanted]).delete()
    new = sorted(wanted - present.keys())
    model._default_manager.bulk_create(model(**{owner: key, column: value}) for key, value in new)


def _set_picture(field: ProfileField, picture: CleanUpload | str, *, by) -> None:
    # One by one: the files go with the row.
    for present in ProfilePicture.objects.filter(field=field):
        present.delete()
    if isinstance(picture, CleanUpload):
        store_attachment(ProfilePicture(field=field), upload=picture, by=by)


def _is_empty(value: FieldValue) -> bool:
    return not (value.text.strip() or value.choices or value.topics or isinstance(value.picture, CleanUpload))
