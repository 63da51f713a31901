"""Fields that a person can let somebody else read unasked: of the own profile, and of organisations they answer for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from hanse_access.viewer import Viewer

from .field_kinds import FIELD_KINDS
from .models import Membership, Profile, ScopedField

#: more fields than this are not listed; each can be given from where its readers are chosen
MOST_GIVABLE = 60


@dataclass(frozen=True)
class GivableField:
    """``key`` names it in a form: the field's name, after the address of the organisation where it is of one."""

    key: str
    field: ScopedField

    @property
    def label(self) -> Any:
        if isinstance(self.field.holder, Profile):
            return self.field.spec.label
        return f"{self.field.holder}: {self.field.spec.label}"


def givable_fields(request: HttpRequest, reader: Profile) -> list[GivableField]:
    """What the person of ``reader`` cannot read yet."""
    if not request.viewer.is_member:
        return []
    theirs, found = Viewer.of(reader.person), []
    for kind in FIELD_KINDS.values():
        own = kind.field.objects.filter(kind.field.answered_q(request.user), is_filled=True)
        if kind.name == "organisation":
            # The management answers for all that nobody looks after: too many to choose from here.
            kept = Membership.objects.approved().of(request.user).filter(keeps_organisation=True).order_by()
            own = own.filter(organisation__in=kept.values("organisation_id"))
        if not own.filter(follows=False).exists():
            continue
        known = kind.field.admitted_q(theirs) | kind.field.answered_q(reader.person)
        rows = own.exclude(known).exclude(pk__in=kind.field.released_ids(theirs))
        rows = rows.select_related(kind.name).order_by("pk")
        found += [GivableField(_key(row), row) for row in rows[:MOST_GIVABLE] if row.spec.askable]
    return found


def find_givable(request: HttpRequest, key: str) -> ScopedField | None:
    """The field of this key, where the person answers for it and it can be released at all."""
    address, _dot, name = key.rpartition(".")
    kind = FIELD_KINDS["organisation" if address else "profile"]
    if name not in kind.specs or not kind.specs[name].askable:
        return None
    own = kind.field.objects.filter(kind.field.answered_q(request.user), is_filled=True, name=name)
    if address:
        try:
            own = own.filter(organisation__uid=UUID(address))
        except ValueError:
            return None
    return own.select_related(kind.name).first()


def _key(field: ScopedField) -> str:
    return field.name if isinstance(field.holder, Profile) else f"{field.holder.uid}.{field.name}"
