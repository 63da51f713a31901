"""The short way for editors to a new piece."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Page

from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role

from .models import NewsIndexPage


@dataclass(frozen=True)
class AddLink:
    cluster: Cluster
    url: str


def _form_url(index_pk: int) -> str:
    return reverse("wagtailadmin_pages:add", args=["hanse_news", "newspage", index_pk])


def add_url(index: Page, user) -> str:
    """The form for a new piece in this cluster, "" for those who may not write one."""
    return _form_url(index.pk) if index.permissions_for_user(user).can_add_subpage() else ""


def add_links(request: HttpRequest) -> list[AddLink]:
    """The forms of the clusters whose editor this person is, by name; in the reader's language where it is one of the
    cluster's, else in the cluster's first. Two queries.
    """
    if not request.user.is_authenticated:
        return []
    edited = Membership.objects.with_role(Role.EDITOR).of(request.user).select_related("cluster")
    clusters = {membership.cluster_id: membership.cluster for membership in edited.order_by("cluster__name")}
    if not clusters:
        return []
    rows = NewsIndexPage.objects.filter(cluster__in=clusters).values_list("cluster_id", "locale__language_code", "pk")
    indexes = {(cluster_id, code): pk for cluster_id, code, pk in rows}
    links = []
    for cluster in clusters.values():
        code = get_language() if get_language() in cluster.languages else cluster.languages[0]
        if (cluster.pk, code) in indexes:
            links.append(AddLink(cluster, _form_url(indexes[cluster.pk, code])))
    return links
