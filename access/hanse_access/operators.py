"""Operators run the platform. They are a group with listed permissions, not superusers.

Plugins list the permissions that operators need in ``AppConfig.ready()``; after each migration the group gets exactly
these.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

OPERATORS = "Operators"
PAGE_ACTS = [f"{act}_page" for act in ("add", "change", "publish", "lock", "unlock", "bulk_delete")]
COLLECTION_ACTS = Q(codename__regex="^(add|change|choose|delete)_(image|document|pageattachment)$")

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


def people_who_may(permission: str) -> QuerySet:
    """The mirror of ``may``: the active people who hold this permission."""
    app_label, codename = permission.split(".")
    meant = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    users = get_user_model()._default_manager
    held = Q(is_superuser=True) | Q(user_permissions__in=meant) | Q(groups__permissions__in=meant)
    return users.filter(is_active=True, pk__in=users.filter(held).values("pk"))


def sync_operator_permissions(**kwargs) -> None:
    """Make the group hold exactly the listed permissions. Runs after each migration.

    Raises LookupError for a listed permission that does not exist: a misspelt one would silently be missing.
    """
    wanted = [label.split(".") for label in sorted(_listed)]
    for app_label in {app_label for app_label, _codename in wanted}:
        create_permissions(apps.get_app_config(app_label), verbosity=0)
    found = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    missing = [".".join(label) for label in wanted if tuple(label) not in found]
    if missing:
        raise LookupError(f"operators are given permissions that do not exist: {', '.join(missing)}")
    group = operator_group()
    group.permissions.set([found[app_label, codename] for app_label, codename in wanted])
    _give_pages_and_collections(group)


def _give_pages_and_collections(group: Group) -> None:
    """Operators edit all pages and all collections, whoever may see the pages."""
    page = Page.get_first_root_node()
    if page is not None:
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_ACTS):
            GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    collection = Collection.get_first_root_node()
    if collection is not None:
        for permission in Permission.objects.filter(COLLECTION_ACTS):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
