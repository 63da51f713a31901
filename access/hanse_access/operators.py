"""Operators run the platform. They are a group with listed permissions, not superusers.

Plugins list the permissions that operators need in ``AppConfig.ready()``; after each migration the group gets exactly
these.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

OPERATORS = "Operators"

_listed: set[str] = set()


def list_operator_permissions(*permissions: str) -> None:
    """Give operators these permissions, written "app_label.codename"."""
    _listed.update(permissions)


def operator_group() -> Group:
    return Group.objects.get_or_create(name=OPERATORS)[0]


def is_operator(user) -> bool:
    """An active member of the operators' group."""
    return bool(user and user.is_authenticated and user.is_active and user.groups.filter(name=OPERATORS).exists())


def may(user, permission: str) -> bool:
    """Holds this permission through a group. Inactive people and visitors hold none."""
    return bool(user and user.is_authenticated and user.is_active and user.has_perm(permission))


def sync_operator_permissions(**kwargs) -> None:
    """Make the group hold exactly the listed permissions. Runs after each migration."""
    wanted = []
    for label in sorted(_listed):
        app_label, codename = label.split(".")
        permission = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
        if permission:
            wanted.append(permission)
    operator_group().permissions.set(wanted)
