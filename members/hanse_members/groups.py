"""Roles as Django groups, which is how Wagtail knows them.

Each cluster has one group of editors and one of managers. They carry Wagtail's page permissions on the cluster's entry
pages, its collection, the entry to the administration and the permission to translate, and no model permissions: those
would open other clusters' objects in Wagtail's site-wide reports. Memberships are the truth; whatever somebody does to
the groups is put right.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from hanse_access.attachment_policies import COLLECTION_PERMISSIONS

from .models import Cluster, ClusterPage, Membership
from .roles import Role

PAGE_ACTIONS = {
    Role.EDITOR: ("add", "change", "publish", "lock", "unlock"),
    Role.MANAGER: ("add", "change", "publish", "lock", "unlock", "bulk_delete"),
}


def make_groups(cluster: Cluster) -> None:
    """Give a new cluster its collection and its two groups. The caller saves the cluster."""
    cluster.collection = Collection.get_first_root_node().add_child(name=cluster.name)
    cluster.editors_group = Group.objects.create(name=f"{cluster.slug}: editors")
    cluster.managers_group = Group.objects.create(name=f"{cluster.slug}: managers")
    common = common_permissions()
    # Private files only: Wagtail's images and documents are readable by anybody who has their address.
    collection_permissions = Permission.objects.filter(
        content_type__app_label="hanse_access", codename__in=COLLECTION_PERMISSIONS
    )
    for group in (cluster.editors_group, cluster.managers_group):
        group.permissions.add(*common)
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=cluster.collection, permission=permission)
            for permission in collection_permissions
        )


def common_permissions() -> list[Permission]:
    """Entering the administration, and submitting pages for translation where wagtail-localize is installed.

    Which pages is decided by ``hanse_access``: those that the person may edit.
    """
    enter = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    translate = Permission.objects.filter(content_type__app_label="wagtail_localize", codename="submit_translation")
    return [enter, *translate]


def open_pages(cluster: Cluster, page: ClusterPage) -> None:
    """Let the cluster's groups work on an entry page and everything below it."""
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page")
    }
    for group, role in ((cluster.editors_group, Role.EDITOR), (cluster.managers_group, Role.MANAGER)):
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(group=group, page=page, permission=permissions[f"{action}_page"])
            for action in PAGE_ACTIONS[role]
        )


def sync_people(people_ids: set[int]) -> None:
    """Put these people into exactly the cluster groups that their roles give them. Idempotent."""
    if not people_ids:
        return
    through, person_field = group_table()
    ours = Group.objects.filter(
        Q(pk__in=Cluster.objects.values("editors_group")) | Q(pk__in=Cluster.objects.values("managers_group"))
    ).values("pk")
    present = {
        (row[person_field], row["group_id"]): row["pk"]
        for row in through.objects.filter(**{f"{person_field}__in": people_ids}, group__in=ours).values(
            "pk", person_field, "group_id"
        )
    }
    wanted = wanted_groups(people_ids)
    superfluous = [pk for pair, pk in present.items() if pair not in wanted]
    if superfluous:
        through.objects.filter(pk__in=superfluous).delete()
    missing = wanted - present.keys()
    if missing:
        through.objects.bulk_create(through(**{person_field: person, "group_id": group}) for person, group in missing)


def wanted_groups(people_ids: set[int]) -> set[tuple[int, int]]:
    """(person, group) pairs that the roles of these people give."""
    wanted = set()
    rows = (
        Membership.objects.with_role(Role.EDITOR)
        .filter(person_id__in=people_ids)
        .values_list("person_id", "role", "cluster__editors_group", "cluster__managers_group")
    )
    for person, role, editors, managers in rows:
        group = managers if role == Role.MANAGER else editors
        if group:
            wanted.add((person, group))
    return wanted


def group_table() -> tuple[Any, str]:
    """The table of people's groups and the name of its column for the person, whatever the user model is called."""
    field: Any = get_user_model()._meta.get_field("groups")
    return field.remote_field.through, f"{field.m2m_field_name()}_id"
