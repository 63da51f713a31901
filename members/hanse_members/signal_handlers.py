"""Keeps the groups in step with memberships, people and clusters, whoever changes them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.signals import post_page_move

from hanse_access.signals import audience_changed

from .actions.fields import let_fields_follow
from .actions.profile_drafts import end_draft
from .cluster_frame import cluster_page_of
from .cluster_notifications import tell_without_manager_after_commit
from .field_kinds import FIELD_KINDS
from .groups import group_table, sync_people
from .host_names import forget_host_names
from .models import Cluster, ClusterContentPage, Membership, Profile, ProfileDraft
from .models.profiles import names_of
from .roles import Role


def membership_changed(sender, instance: Membership, **kwargs) -> None:
    sync_people({instance.person_id})


def cluster_changed(sender, instance: Cluster, created: bool, update_fields=None, **kwargs) -> None:
    transaction.on_commit(forget_host_names)
    if not created and (update_fields is None or "state" in update_fields):
        sync_people(set(instance.memberships.values_list("person_id", flat=True)))


def person_changed(sender, instance, created: bool, update_fields=None, **kwargs) -> None:
    """A person who becomes inactive loses the groups at once, and operators hear of clusters left without a manager."""
    if not created and (update_fields is None or "is_active" in update_fields):
        sync_people({instance.pk})
        if not instance.is_active:
            managed = Membership.objects.of(instance).filter(role=Role.MANAGER).values_list("cluster_id", flat=True)
            tell_without_manager_after_commit(list(managed))


def person_renamed(sender, instance, created: bool, **kwargs) -> None:
    """Profiles are searched and sorted by the name of the account."""
    if not created:
        name, sort_name = names_of(instance)
        Profile.objects.of(instance).exclude(name=name, sort_name=sort_name).update(name=name, sort_name=sort_name)


def profile_made(sender, instance: Profile, created: bool, **kwargs) -> None:
    """Whoever has a profile needs nobody's draft."""
    if created:
        for draft in ProfileDraft.objects.of(instance.person):
            end_draft(draft)


def groups_changed(sender, instance, action: str, reverse: bool, pk_set, **kwargs) -> None:
    """Groups of clusters follow the roles, also when somebody edits a person's groups in the administration."""
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    if not reverse:
        sync_people({instance.pk})
    elif pk_set is not None:
        sync_people(set(pk_set))
    elif isinstance(instance, Group):
        sync_people(set(Membership.objects.values_list("person_id", flat=True)))


def page_moved(sender, instance, **kwargs) -> None:
    """A page that is moved below another cluster's entry page is that cluster's, with all below it."""
    entry = cluster_page_of(instance)
    if entry is not None:
        ClusterContentPage.objects.descendant_of(instance, inclusive=True).update(cluster=entry.cluster_id)


def connect() -> None:
    user_model = get_user_model()
    post_save.connect(membership_changed, sender=Membership, dispatch_uid="hanse_members_membership_saved")
    post_delete.connect(membership_changed, sender=Membership, dispatch_uid="hanse_members_membership_deleted")
    post_save.connect(cluster_changed, sender=Cluster, dispatch_uid="hanse_members_cluster_saved")
    post_save.connect(person_changed, sender=user_model, dispatch_uid="hanse_members_person_saved")
    post_save.connect(person_renamed, sender=user_model, dispatch_uid="hanse_members_person_renamed")
    post_save.connect(profile_made, sender=Profile, dispatch_uid="hanse_members_profile_made")
    for kind in FIELD_KINDS.values():
        uid = f"hanse_members_fields_of_{kind.name}_follow"
        audience_changed.connect(let_fields_follow, sender=kind.holder, dispatch_uid=uid)
    m2m_changed.connect(groups_changed, sender=group_table()[0], dispatch_uid="hanse_members_groups_changed")
    post_page_move.connect(page_moved, dispatch_uid="hanse_members_page_moved")
