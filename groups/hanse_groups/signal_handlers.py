"""Keeps rooms in step with memberships, clusters, accounts and sessions, whoever changes them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save

from hanse_access.models import BreakGlass
from hanse_access.signals import rights_lost
from hanse_members.models import Cluster, Membership

from .actions.locks import lock, note
from .actions.succession import ask_again, ask_again_in_rooms_of, end_with_account, end_with_cluster
from .models import Room


def membership_changed(sender, instance: Membership, created: bool = False, **kwargs) -> None:
    """Whoever no longer belongs to a cluster loses the rooms that this opened."""
    if not created and not instance.admits:
        end_with_cluster({instance.person_id}, instance.cluster_id)


def membership_deleted(sender, instance: Membership, **kwargs) -> None:
    if get_user_model()._default_manager.filter(pk=instance.person_id).exists():
        end_with_cluster({instance.person_id}, instance.cluster_id)


def cluster_changed(sender, instance: Cluster, created: bool, update_fields=None, **kwargs) -> None:
    if created or (update_fields is not None and "state" not in update_fields):
        return
    with transaction.atomic():
        ask_again_in_rooms_of(instance.pk)
        if not instance.is_active:
            people = set(instance.memberships.values_list("person_id", flat=True))
            end_with_cluster(people, instance.pk, asleep=True)


def person_changes(sender, instance, raw: bool = False, update_fields=None, **kwargs) -> None:
    """Remember whether the person is deactivated by this very save. Asks only for who is inactive after it."""
    concerned = update_fields is None or "is_active" in update_fields
    instance._hanse_deactivated = bool(
        concerned
        and not raw
        and not instance.is_active
        and instance.pk
        and sender._default_manager.filter(pk=instance.pk, is_active=True).exists()
    )


def person_changed(sender, instance, created: bool, **kwargs) -> None:
    """Deactivated: the rooms of this person get another owner, and open pages close. So do those of other sessions
    when the password is a new one, which ends them."""
    if created:
        return
    if not instance.is_active:
        if instance.__dict__.pop("_hanse_deactivated", False):
            end_with_account(instance, gone=False)
    elif getattr(instance, "_password", None) is not None:  # set and saved, see AbstractBaseUser
        ask_again({instance.pk})


def signed_out(sender, request=None, user=None, **kwargs) -> None:
    if user is None:
        return
    # Django says this before it deletes the session; whoever asks again now must not find it any more.
    if request is not None and hasattr(request, "session"):
        request.session.delete()
    ask_again({user.pk})


def rights_lost_elsewhere(sender, person_ids, **kwargs) -> None:
    ask_again(person_ids)


def looked_into(sender, instance: BreakGlass, created: bool, **kwargs) -> None:
    """Break-glass is told in the room itself."""
    if not created or instance.kind != "group":
        return
    room = Room.objects.filter(pk=instance.scope_id).first()
    if room is not None:
        note(lock(room.conversation_id), "break_glass", reason=instance.reason)


def connect() -> None:
    user_model = get_user_model()
    post_save.connect(membership_changed, sender=Membership, dispatch_uid="hanse_groups_membership_saved")
    post_delete.connect(membership_deleted, sender=Membership, dispatch_uid="hanse_groups_membership_deleted")
    post_save.connect(cluster_changed, sender=Cluster, dispatch_uid="hanse_groups_cluster_saved")
    pre_save.connect(person_changes, sender=user_model, dispatch_uid="hanse_groups_person_saving")
    post_save.connect(person_changed, sender=user_model, dispatch_uid="hanse_groups_person_saved")
    post_save.connect(looked_into, sender=BreakGlass, dispatch_uid="hanse_groups_glass_opened")
    user_logged_out.connect(signed_out, dispatch_uid="hanse_groups_signed_out")
    rights_lost.connect(rights_lost_elsewhere, dispatch_uid="hanse_groups_rights_lost")
