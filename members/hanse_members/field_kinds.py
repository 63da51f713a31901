"""The kinds of fields with an audience of their own: of profiles and of organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .field_specs import FieldSpec
from .models import (
    FieldChoice,
    FieldHolder,
    FieldRelease,
    Organisation,
    OrganisationField,
    OrganisationFieldChoice,
    OrganisationFieldRelease,
    OrganisationLogo,
    Profile,
    ProfileField,
    ProfilePicture,
    ScopedField,
    ScopedFieldRelease,
)
from .models.scoped_fields import ScopedFieldChoice, ScopedFieldPicture


@dataclass(frozen=True)
class FieldKind:
    """The models of one kind of fields. ``name`` stands in addresses and in the copy of one's own data."""

    name: str
    holder: type[FieldHolder]
    field: type[ScopedField]
    choice: type[ScopedFieldChoice]
    picture: type[ScopedFieldPicture]
    release: type[ScopedFieldRelease]
    #: what a form that chooses readers calls those who see the holder, and says of asking
    everybody: Any
    others_ask: Any

    @property
    def specs(self) -> Mapping[str, FieldSpec]:
        return self.field.specs

    def verb(self, what: str) -> str:
        """Code of a step for the audit trail."""
        return f"{self.name}.{what}"


FIELD_KINDS = {
    kind.name: kind
    for kind in (
        FieldKind(
            name="profile",
            holder=Profile,
            field=ProfileField,
            choice=FieldChoice,
            picture=ProfilePicture,
            release=FieldRelease,
            everybody=_("Everybody who sees my profile"),
            others_ask=_("Members who see my profile but not this field may ask me for it"),
        ),
        FieldKind(
            name="organisation",
            holder=Organisation,
            field=OrganisationField,
            choice=OrganisationFieldChoice,
            picture=OrganisationLogo,
            release=OrganisationFieldRelease,
            everybody=_("Everybody who sees the organisation"),
            others_ask=_("Members who see the organisation but not this field may ask for it"),
        ),
    )
}


def kind_of(row: FieldHolder | ScopedField | ScopedFieldRelease) -> FieldKind:
    """The kind of a holder, a field or a release."""
    return next(kind for kind in FIELD_KINDS.values() if isinstance(row, kind.holder | kind.field | kind.release))
