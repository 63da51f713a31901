from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.navigation import NavigationItem

from .models.invitations import INVITES_ANYWHERE


def may_administer(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")


def decides_about_members(request: HttpRequest) -> bool:
    return bool(request.viewer.decides.get("cluster"))


def invites(request: HttpRequest) -> bool:
    return decides_about_members(request) or (request.user.is_authenticated and request.user.has_perm(INVITES_ANYWHERE))


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
        name="public-experts",
        label=_("Experts"),
        url=lambda request: reverse("hanse_members:experts"),
        icon="people",
        order=24,
        area="public",
    ),
    NavigationItem(
        name="public-organisations",
        label=_("Organisations"),
        url=lambda request: reverse("hanse_members:organisations"),
        icon="building",
        order=25,
        area="public",
    ),
    NavigationItem(
        name="experts",
        label=_("Experts"),
        url=lambda request: reverse("hanse_members:experts"),
        icon="people",
        order=35,
    ),
    NavigationItem(
        name="organisations",
        label=_("Organisations"),
        url=lambda request: reverse("hanse_members:organisations"),
        icon="building",
        order=40,
    ),
    NavigationItem(
        name="profile",
        label=_("My profile"),
        url=lambda request: reverse("hanse_members:my_profile"),
        icon="person",
        order=78,
    ),
    NavigationItem(
        name="memberships",
        label=_("My clusters"),
        url=lambda request: reverse("hanse_members:memberships"),
        icon="clusters",
        order=80,
    ),
    NavigationItem(
        name="invitations",
        label=_("Invitations"),
        url=lambda request: reverse("hanse_members:invitations"),
        icon="mail",
        order=76,
        shown=invites,
    ),
    NavigationItem(
        name="quality",
        label=_("Data quality"),
        url=lambda request: reverse("hanse_members:quality"),
        icon="check",
        order=77,
        shown=decides_about_members,
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
