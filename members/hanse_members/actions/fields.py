"""Filling fields of profiles and organisations, and choosing who sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from hanse_access.actions import change_audience
from hanse_access.attachments import store_attachment
from hanse_access.audit import record
from hanse_access.models import Audience
from hanse_access.scopes import EDITORS, Scope
from hanse_access.uploads import CleanUpload
from hanse_base.lists import line_of

from ..field_kinds import kind_of
from ..field_specs import FieldSpec
from ..field_values import FieldValue
from ..models import FieldHolder, ScopedField
from .field_releases import close_releases


def save_fields(holder: FieldHolder, values: Mapping[str, FieldValue], *, by) -> list[str]:
    """Put ``values`` into the fields of a holder that is locked: by their names; what is not named stays.

    A field that is new has the audience of its make at first. Returns the names of those that are others than before.
    Raises ValidationError for a value that the field cannot have. Callers check who may.
    """
    if not values:
        return []
    specs = kind_of(holder).specs
    for name, value in values.items():
        _require_possible(specs[name], value)
    fields = {field.name: field for field in _with_contents(holder)}
    wanted: dict[ScopedField, FieldValue] = {}
    for name, value in values.items():
        field = fields.get(name)
        if field is not None:
            if _differs(field, value):
                wanted[field] = value
        elif not value.is_empty:
            wanted[_new_field(holder, name)] = value
    if wanted:
        fill_fields(wanted, by=by)
    return sorted(field.name for field in wanted)


@transaction.atomic
def choose_readers(
    holder: FieldHolder, name: str, *, follows: bool, scopes: Iterable[Scope] = (), on_request: bool, by
) -> ScopedField:
    """Who sees a field: those who see the holder, or those of ``scopes``; and whether the others may ask for it."""
    if not holder.audience_changeable_by(by):
        raise PermissionDenied
    kind = kind_of(holder)
    holder = kind.holder.objects.select_for_update(of=("self",)).select_related("audience").get(pk=holder.pk)
    field = holder.fields.filter(name=name).first() or _new_field(holder, name)
    field.follows = follows
    field.on_request = on_request and field.spec.askable
    field.save()
    if follows:
        # As it stands: the person may have left a cluster that is still among them.
        change_audience(field, scopes=holder.audience.scope_set, by=None)
    else:
        change_audience(field, scopes=scopes, by=by)
    record(kind.verb("readers_chosen"), by=by, obj=field, scope=holder.home_scope())
    return field


def let_fields_follow(sender, obj: FieldHolder, **kwargs) -> None:
    """Receiver of ``audience_changed``: fields that follow the holder, in the same transaction."""
    obj.fields.filter(follows=True).update(audience=obj.audience_holders().values("audience")[:1])


def take_scope_out(holders: QuerySet, scope: Scope) -> None:
    """Holders, and those of their fields that do not follow, are for this scope no longer: where nothing is left, for
    nobody. Part of an end; callers check who may.
    """
    model = holders.model._meta.get_field("fields").related_model
    name = model.holder_name
    fields = model.objects.filter(**{f"{name}__in": holders.order_by().values("pk"), "follows": False})
    for row in [*holders.select_related("audience"), *fields.select_related("audience", name)]:
        present = row.audience.scope_set
        if scope in present:
            change_audience(row, scopes=present - {scope} or [EDITORS], by=None)


def fill_fields(wanted: Mapping[ScopedField, FieldValue], *, by) -> None:
    """Put contents into fields of one holder, in a number of queries that does not depend on how many."""
    kind = kind_of(next(iter(wanted)))
    for field, value in wanted.items():
        if value.picture is not None:
            _set_picture(field, value.picture, by=by)
    pictured = set(kind.picture.objects.filter(field__in=wanted).values_list("field_id", flat=True))
    _link(
        kind.choice,
        "field_id",
        "value",
        {(field.pk, choice) for field, value in wanted.items() for choice in value.choices},
        wanted,
    )
    if "topics" in kind.field.content_relations:
        _link(
            kind.field._meta.get_field("topics").remote_field.through,
            f"{kind.field._meta.model_name}_id",
            "topic_id",
            {(field.pk, topic.pk) for field, value in wanted.items() for topic in value.topics},
            wanted,
        )
    for field, value in wanted.items():
        field.text = value.text.strip()
        field.chosen = line_of(set(value.choices))
        field.is_filled = bool(field.text or value.choices or value.topics or field.pk in pictured)
    kind.field.objects.bulk_update(wanted, ["text", "chosen", "is_filled"])
    close_releases([field for field in wanted if not field.is_filled])


def _new_field(holder: FieldHolder, name: str) -> ScopedField:
    """With the audience that its make has at first. It is empty, so nobody sees anything yet."""
    kind = kind_of(holder)
    spec = kind.specs[name]
    return holder.fields.create(
        name=name,
        audience=Audience.objects.of(holder.close_scopes() or {EDITORS}) if spec.kept_close else holder.audience,
        follows=not spec.kept_close,
        on_request=spec.kept_close and spec.askable,
    )


def _with_contents(holder: FieldHolder) -> list[ScopedField]:
    relations = kind_of(holder).field.content_relations
    return list(holder.fields.prefetch_related(*relations))


def _differs(field: ScopedField, value: FieldValue) -> bool:
    return (
        field.text != value.text.strip()
        or {choice.value for choice in field.choices.all()} != set(value.choices)
        or {topic.pk for topic in field.linked_topics()} != {topic.pk for topic in value.topics}
        or value.picture is not None
    )


def _require_possible(spec: FieldSpec, value: FieldValue) -> None:
    possible = (
        len(value.text.strip()) <= spec.longest
        and set(value.choices) <= set(spec.choices)
        and not (spec.single and len(value.choices) > 1)
        and len(value.topics) <= spec.topics
        and (spec.is_picture or value.picture is None)
    )
    if not possible:
        raise ValidationError(_("“%(field)s” cannot hold this.") % {"field": spec.label})


def _link(
    model: type[Model], owner: str, column: str, wanted: set[tuple[int, Any]], fields: Iterable[ScopedField]
) -> None:
    """Make the rows of these fields the wanted ones: of ``owner`` and ``column``. What stays is not touched."""
    rows = model._default_manager.filter(**{f"{owner}__in": [field.pk for field in fields]})
    present = {(key, value): pk for pk, key, value in rows.values_list("pk", owner, column)}
    model._default_manager.filter(pk__in=[pk for link, pk in present.items() if link not in wanted]).delete()
    new = sorted(wanted - present.keys())
    model._default_manager.bulk_create(model(**{owner: key, column: value}) for key, value in new)


def _set_picture(field: ScopedField, picture: CleanUpload | str, *, by) -> None:
    pictures = kind_of(field).picture
    # One by one: the files go with the row.
    for present in pictures.objects.filter(field=field):
        present.delete()
    if isinstance(picture, CleanUpload):
        store_attachment(pictures(field=field), upload=picture, by=by)
