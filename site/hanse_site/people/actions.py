"""What operators do to accounts. Each step is in the audit trail."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may, operator_group
from hanse_site.models import User


def set_active(person: User, active: bool, *, by: User) -> None:
    """Close an account or open it again. A closed one can neither sign in nor see anything but the public.

    Raises PermissionDenied without the right, ValidationError for the own account and for deleted ones.
    """
    with transaction.atomic():
        person, by = _locked(person, by)
        check_changeable(person, by=by)
        if person.is_active == active:
            return
        person.is_active = active
        person.save(update_fields=["is_active"])
        record("person.reactivated" if active else "person.deactivated", by=by, obj=person)


def _locked(person: User, by: User) -> tuple[User, User]:
    """Both accounts as they are now, locked in one order: two operators cannot close each other at the same moment."""
    rows = {row.pk: row for row in User.objects.select_for_update().filter(pk__in=(person.pk, by.pk)).order_by("pk")}
    return rows[person.pk], rows[by.pk]


def set_operator(person: User, operator: bool, *, by: User) -> None:
    """Make somebody an operator, or end that. Raises as ``set_active``."""
    with transaction.atomic():
        person, by = _locked(person, by)
        check_changeable(person, by=by)
        _set_operator(person, operator, by=by)


def name_operator(person: User) -> None:
    """Make somebody an operator in the name of whoever has the server: the first one has nobody to ask."""
    _set_operator(person, True, by=None)


def _set_operator(person: User, operator: bool, *, by: User | None) -> None:
    group = operator_group()
    if person.groups.filter(pk=group.pk).exists() == operator:
        return
    with transaction.atomic():
        if operator:
            person.groups.add(group)
        else:
            person.groups.remove(group)
        record("operator.named" if operator else "operator.ended", by=by, obj=person)


def check_changeable(person: User, *, by: User) -> None:
    """Whether ``by`` may change this account. Raises as the actions."""
    if not may(by, "hanse_site.change_user"):
        raise PermissionDenied
    if person.pk == by.pk:
        raise ValidationError(_("Ask another operator to change your own account."))
    if person.deleted_at:
        raise ValidationError(_("This account was deleted by its owner."))
    if person.is_superuser and not by.is_superuser:
        raise ValidationError(_("Accounts of the command line are changed there only."))
