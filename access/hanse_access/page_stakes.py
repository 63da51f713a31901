"""Who has a stake in a page: owners, reviewers, and those with Wagtail page permissions on it or above it."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Length, Substr
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, TaskState, get_default_page_content_type
from wagtail.permissions import policy_registry

from .page_closed import closed_people, closed_q, viewer_for
from .viewer import Viewer

#: the permissions with which Wagtail shows a page in the explorer
STAKE_ACTIONS = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
STAKE_CODENAMES = tuple(f"{action}_page" for action in STAKE_ACTIONS)


def page_stake_q(viewer: Viewer, prefix: str = "") -> Q:
    """Pages in which the signed-in viewer has a stake, as a Q on a page (or, by prefix, on what refers to one).

    Three sub-queries however many permissions there are; one for the many people who have none.
    """
    return Q(**{f"{prefix}owner": viewer.user}) | page_work_q(viewer, prefix)


def page_work_q(viewer: Viewer, prefix: str = "") -> Q:
    """Pages on which the viewer may do something in the administration now: by page permissions, or as a reviewer.

    Owning a page is not enough: who loses the rights in its section, such as by a suspension, may read it still.
    """
    user = viewer.user
    if user is None:
        return Q(**{f"{prefix}pk__in": []})
    if user.is_superuser:
        return Q(**{f"{prefix}pk__isnull": False})
    work = Q(**{f"{prefix}pk__in": _pages_to_review(user)})
    if policy_registry.get_by_type(Page).user_has_any_permission(user, set(STAKE_ACTIONS)):
        work |= Q(**{f"{prefix}pk__in": _pages_with_permission(user)}) & ~closed_q(viewer, prefix)
    return work


def page_stakeholders(page: Page) -> QuerySet:
    """The active people for whom ``page_stake_q`` holds of this page."""
    people = get_user_model()._default_manager
    paths = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    permitted = Group.objects.filter(
        pk__in=GroupPagePermission.objects.filter(
            page__path__in=paths, permission__codename__in=STAKE_CODENAMES
        ).values("group_id")
    )
    reviewing = Group.objects.filter(pk__in=_open_tasks(page).values("groups"))
    working = people.filter(groups__in=permitted)
    inside = closed_people(page)
    if inside is not None:
        working = working.filter(pk__in=inside.order_by().values("pk"))
    stakes = Q(pk__in=working.values("pk")) | Q(pk__in=people.filter(groups__in=reviewing).values("pk"))
    return people.filter(stakes | Q(pk=page.owner_id) | Q(is_superuser=True), is_active=True)


def has_stake(user, page: Page) -> bool:
    """Whether page permissions give the user a stake: answered from the permissions that Wagtail keeps on the user."""
    policy = policy_registry.get_by_type(Page)
    return page.owner_id == user.pk or policy.user_has_any_permission_for_instance(user, set(STAKE_ACTIONS), page)


def works_on(user, page: Page) -> bool:
    """``page_work_q`` of one page. No query but for those who have no permission on it, and then one a request."""
    policy = policy_registry.get_by_type(Page)
    if policy.user_has_any_permission_for_instance(user, set(STAKE_ACTIONS), page):
        return True
    return page.pk in viewer_for(user).kept(pages_to_review)


def pages_to_review(viewer: Viewer) -> frozenset[int]:
    """Read with ``viewer.kept``."""
    return frozenset() if viewer.user is None else frozenset(pk for (pk,) in _pages_to_review(viewer.user))


def _pages_with_permission(user) -> QuerySet:
    above = GroupPagePermission.objects.filter(
        group__user=user,
        permission__codename__in=STAKE_CODENAMES,
        page__path=Substr(OuterRef("path"), 1, Length("page__path")),
    )
    return Page.objects.order_by().filter(Exists(above)).values("pk")


def _pages_to_review(user) -> QuerySet:
    return (
        _open_states()
        .filter(task__in=GroupApprovalTask.objects.filter(groups__user=user).values("pk"))
        .values_list(Cast("workflow_state__object_id", BigIntegerField()))
    )


def _open_tasks(page: Page) -> QuerySet:
    states = _open_states().filter(workflow_state__object_id=str(page.pk))
    return GroupApprovalTask.objects.filter(pk__in=states.values("task"))


def _open_states() -> QuerySet:
    return TaskState.objects.order_by().filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type=get_default_page_content_type(),
    )
