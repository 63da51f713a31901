"""Who may choose, change and remove the files of pages: rights come with Wagtail's collections."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import Collection, GroupCollectionPermission

from .models import PageAttachment
from .page_closed import closed_people, closed_q, viewer_for
from .policies import InstancePolicy

#: what a group needs on a collection to work with the files in it: upload, choose, rename and remove
COLLECTION_PERMISSIONS = ("add_pageattachment", "choose_pageattachment", "change_pageattachment")
_NEEDED = {
    "view": COLLECTION_PERMISSIONS,
    "choose": COLLECTION_PERMISSIONS,
    "change": ("change_pageattachment",),
    "delete": ("change_pageattachment",),
    "add": ("add_pageattachment",),
}


def collections_of(user, codenames: Iterable[str] = COLLECTION_PERMISSIONS) -> QuerySet[Collection]:
    """Collections on which, or above which, the user has one of these permissions."""
    if user.is_superuser:
        return Collection.objects.order_by()
    above = _grants(codenames).filter(
        group__user=user, collection__path=Substr(OuterRef("path"), 1, Length("collection__path"))
    )
    return Collection.objects.order_by().filter(Exists(above))


def collection_q(user, codenames: Iterable[str] = COLLECTION_PERMISSIONS, prefix: str = "") -> Q:
    """Files in these collections, but those of pages for closed circles of which the user is in none."""
    files = Q(**{f"{prefix}collection__in": collections_of(user, codenames).values("pk")})
    if user.is_superuser:
        return files
    uses = PageAttachment.uses.through.objects
    closed = closed_q(viewer_for(user), prefix="page__")
    return files & (
        ~Q(**{f"{prefix}pk__in": uses.filter(closed).values("pageattachment_id")})
        | Q(**{f"{prefix}pk__in": uses.exclude(closed).values("pageattachment_id")})
    )


def file_people(file: PageAttachment, codenames: Iterable[str] = COLLECTION_PERMISSIONS) -> QuerySet:
    """The active people for whom ``collection_q`` holds of this file."""
    people = collection_people(file.collection, codenames)
    circles = [closed_people(page) for page in file.uses.all()]
    if not circles or None in circles:
        return people
    inside = Q(is_superuser=True)
    for circle in circles:
        inside |= Q(pk__in=circle.order_by().values("pk"))
    return people.filter(inside)


def collection_people(collection: Collection | None, codenames: Iterable[str] = COLLECTION_PERMISSIONS) -> QuerySet:
    """The active people for whom ``collection_q`` holds of this collection, or (None) of any."""
    grants = _grants(codenames)
    if collection is not None:
        path, step = collection.path, collection.steplen
        grants = grants.filter(collection__path__in=[path[:end] for end in range(step, len(path) + 1, step)])
    groups = Group.objects.filter(pk__in=grants.values("group_id"))
    people = get_user_model()._default_manager.filter(is_active=True)
    members = people.filter(groups__in=groups).values("pk")
    return people.filter(Q(pk__in=members) | Q(is_superuser=True))


def _grants(codenames: Iterable[str]) -> QuerySet[GroupCollectionPermission]:
    return GroupCollectionPermission.objects.filter(
        permission__content_type__app_label="hanse_access", permission__codename__in=tuple(codenames)
    )


class PageAttachmentPolicy(InstancePolicy):
    """One's own uploads, and those in collections on which one has the permission."""

    actions = tuple(_NEEDED)

    def allowed_q(self, user, action):
        own = Q(uploaded_by=user)
        if action in ("change", "delete"):
            # Who no longer works in a collection reads the own uploads still, but changes nothing that is in use there.
            own &= Q(collection__in=collections_of(user).values("pk"))
        return own | collection_q(user, _NEEDED[action])

    def may_add(self, user):
        return self.collections_user_has_permission_for(user, "add").exists()

    def people(self, action, instance=None):
        if instance is None:
            who = Q(pk__in=collection_people(None, _NEEDED[action]).values("pk"))
            if action != "add":
                who |= Q(pk__in=self.model._default_manager.values("uploaded_by"))
        else:
            who = Q(pk__in=file_people(instance, _NEEDED[action]).values("pk"))
            if action in ("view", "choose"):
                who |= Q(pk=instance.uploaded_by_id)
            elif action != "add":
                works_there = collection_people(instance.collection).filter(pk=instance.uploaded_by_id)
                who |= Q(pk__in=works_there.values("pk"))
        return get_user_model()._default_manager.filter(who, is_active=True)

    def collections_user_has_permission_for(self, user, action) -> QuerySet[Collection]:
        """Collections into which the user may upload, or whose files they may choose, change or delete."""
        return collections_of(user, _NEEDED[action]).order_by("path")
