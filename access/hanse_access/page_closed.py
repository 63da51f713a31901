"""Pages for closed circles alone, such as one room: editing a section of the site is no way into them.

A page of which every scope is of a closed kind is met by those who hold one of the scopes, by its author, and by the
reviewers it was submitted to. Wagtail's page permissions, operators' included, do not count on it for anybody else.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from .models import Audience, AudienceScope, PageAudience
from .readings import admitted_people
from .scopes import scope_kinds
from .viewer import Viewer, current_viewer


def viewer_for(user) -> Viewer:
    """The viewer of this request where it is this user's, else this user as a viewer."""
    viewer = current_viewer()
    return viewer if viewer.user == user else Viewer.of(user)


def closed_q(viewer: Viewer, prefix: str = "") -> Q:
    """Pages for closed circles of which the viewer is in none, their own aside; on pages or what refers to one."""
    return Q(**{f"{prefix}pk__in": _closed_to(viewer).values("page_id")})


def closed_ids(viewer: Viewer) -> frozenset[int]:
    """Pages of ``closed_q``. Read with ``viewer.kept``."""
    return frozenset(_closed_to(viewer).values_list("page_id", flat=True))


def is_closed_to(user, page: Page) -> bool:
    """``closed_q`` of one page; superusers have no limits, and acts without a user are the site's own. One query a
    request."""
    return user is not None and not user.is_superuser and page.pk in viewer_for(user).kept(closed_ids)


def closed_people(page: Page) -> QuerySet | None:
    """Who is in the circles of a page for closed ones, with its author; None for any other page."""
    row = PageAudience.objects.filter(_is_closed(), page=page.pk).select_related("audience").first()
    if row is None:
        return None
    inside = admitted_people(row.audience.scope_set).order_by().values("pk")
    return get_user_model()._default_manager.filter(Q(pk__in=inside) | Q(pk=page.owner_id))


def _is_closed() -> Q:
    closed = [kind.name for kind in scope_kinds if kind.closed]
    scopes = AudienceScope.objects.filter(audience=OuterRef("audience"))
    return Q(Exists(scopes.filter(kind__in=closed)), ~Exists(scopes.exclude(kind__in=closed)))


def _closed_to(viewer: Viewer) -> QuerySet[PageAudience]:
    # By the scopes held: the audience may have been made since the viewer's were read.
    admitting = Audience.objects.admitting(viewer).order_by().values("pk")
    others = PageAudience.objects.order_by().filter(_is_closed()).exclude(audience__in=admitting)
    return others if viewer.user is None else others.exclude(page__owner=viewer.user)


class ScopedPagePolicy(PagePermissionPolicy):
    """Wagtail's page permissions, which end before pages for closed circles. Superusers have no limits."""

    def user_has_any_permission_for_instance(self, user, actions, instance):
        may = super().user_has_any_permission_for_instance(user, actions, instance)
        return may and not is_closed_to(user, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        pages = super().instances_user_has_any_permission_for(user, actions)
        if not user.is_active or user.is_superuser or not self.get_cached_permissions_for_user(user):
            return pages
        return pages.exclude(closed_q(viewer_for(user)))

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        people = super().users_with_any_permission_for_instance(actions, instance, include_superusers)
        inside = closed_people(instance)
        if inside is None:
            return people
        return people.filter(Q(pk__in=inside.order_by().values("pk")) | Q(is_superuser=True))
