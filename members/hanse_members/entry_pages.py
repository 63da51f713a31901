"""Making the pages of a cluster."""

from __future__ import annotations

import uuid

from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import GroupApprovalTask, Page, Site, Workflow, WorkflowPage, WorkflowTask

from .groups import open_pages
from .models import Cluster, ClusterIndexPage, ClusterPage
from .sections import sections
from .signals import cluster_pages_created

INDEX_SLUG = "c"


def create_entry_pages(cluster: Cluster, *, by=None) -> list[ClusterPage]:
    """The entry page in each language of the default site, published, with the rights of the cluster's groups.

    Makes the directory pages above them when they are missing.
    """
    key = uuid.uuid4()
    pages = []
    for index in directory_pages(by=by):
        page = ClusterPage(
            title=cluster.name,
            slug=cluster.slug,
            cluster=cluster,
            locale=index.locale,
            translation_key=key,
            owner=by,
            body=[("section", section.name) for section in sections if section.initial],
        )
        add_published(index, page, by=by)
        open_pages(cluster, page)
        pages.append(page)
    give_workflow(cluster, pages)
    cluster_pages_created.send(ClusterPage, cluster=cluster, pages=pages)
    return pages


def give_workflow(cluster: Cluster, pages: list[ClusterPage]) -> None:
    """Let the management review what editors submit instead of publishing it themselves."""
    workflow = Workflow.objects.create(name=cluster.name)
    task = GroupApprovalTask.objects.create(name=_("%(cluster)s: the management") % {"cluster": cluster.name})
    task.groups.add(cluster.managers_group)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.bulk_create(WorkflowPage(workflow=workflow, page=page) for page in pages)


def directory_pages(*, by=None) -> list[ClusterIndexPage]:
    """The directory of clusters in each language of the default site, made where missing."""
    home = Site.objects.get(is_default_site=True).root_page
    homes = home.get_translations(inclusive=True)
    present = {
        page.locale_id: page
        for page in ClusterIndexPage.objects.select_related("locale").filter(
            slug=INDEX_SLUG, locale__in=homes.values("locale")
        )
        if any(page.is_child_of(each) for each in homes)
    }
    key = next((page.translation_key for page in present.values()), None) or uuid.uuid4()
    pages = []
    for parent in homes.select_related("locale").order_by("pk"):
        if parent.locale_id not in present:
            with translation.override(parent.locale.language_code):
                page = ClusterIndexPage(
                    title=_("Clusters"), slug=INDEX_SLUG, locale=parent.locale, translation_key=key, show_in_menus=True
                )
            present[parent.locale_id] = add_published(parent, page, by=by)
        pages.append(present[parent.locale_id])
    return pages


def add_published(parent: Page, page: Page, *, by=None) -> Page:
    """Put a page below another and publish it, with a first revision to go back to."""
    parent.add_child(instance=page)
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
    return page
