from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.navigation import NavigationItem

from .models import Membership


def may_administer(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")


def waiting_applications(request: HttpRequest) -> int:
    """Applications that this person decides about."""
    deciding = request.viewer.decides.get("cluster", frozenset())
    return Membership.objects.waiting().filter(cluster_id__in=deciding).count() if deciding else 0


items = (
    NavigationItem(
        name="directory",
        label=_("Clusters"),
        url=lambda request: reverse("hanse_members:directory"),
        icon="clusters",
        order=20,
        area="public",
    ),
    NavigationItem(
        name="memberships",
        label=_("My clusters"),
        url=lambda request: reverse("hanse_members:memberships"),
        icon="clusters",
        order=80,
        count=waiting_applications,
    ),
    NavigationItem(
        name="administration",
        label=_("Administration"),
        url=lambda request: reverse("wagtailadmin_home"),
        icon="settings",
        order=90,
        area="person",
        shown=may_administer,
    ),
)
