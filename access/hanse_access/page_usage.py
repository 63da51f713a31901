"""What refers to a page, picture or file: counted and listed as far as the asking person works on it.

Wagtail lists what the person may not edit as "(Private page)". That tells that there is one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import PROTECT, CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from wagtail.models import Page, ReferenceIndex
from wagtail.models.reference_index import ReferenceGroups, ReferenceIndexQuerySet
from wagtail.permissions import policy_registry

from .page_explorer import own_pages
from .policies import InstancePolicy
from .viewer import Viewer, current_viewer

ANY = ("add", "change", "delete", "publish", "choose")


def told_q(viewer: Viewer) -> Q:
    """References whose source the person works on: own pages, and what a permission policy lets them administer."""
    page_type = ContentType.objects.get_for_model(Page)
    told = Q(base_content_type=page_type, object_id__in=_as_text(own_pages(viewer)))
    open_types = []
    for model in ReferenceIndex.tracked_models:
        if model._meta.proxy or issubclass(model, Page):
            continue
        policy = policy_registry.get_by_type(model)
        if isinstance(policy, InstancePolicy):
            rows = policy.instances_user_has_any_permission_for(viewer.user, ("change", "delete"))
            told |= Q(base_content_type=ContentType.objects.get_for_model(model), object_id__in=_as_text(rows))
        elif policy.user_has_any_permission(viewer.user, ANY):
            open_types.append(model)
    types = ContentType.objects.get_for_models(*open_types).values()
    return told | Q(base_content_type__in=[content_type.pk for content_type in types])


def _as_text(rows: QuerySet) -> QuerySet:
    return rows.order_by().values_list(Cast("pk", CharField()))


def told(references: QuerySet) -> QuerySet:
    """Those of these references that the running request may tell of; outside of one, all."""
    viewer = current_viewer()
    if viewer.user is None or viewer.user.is_superuser:
        return references
    return references.filter(told_q(viewer))


class ToldReferenceGroups(ReferenceGroups):
    """Lists and counts what may be told; what protects from deletion protects whether it is told or not."""

    def __init__(self, references: QuerySet):
        super().__init__(told(references))
        self.references = references

    @functools.cached_property
    def is_protected(self):
        return any(reference.on_delete == PROTECT for reference in self.references)


def grouped(self: ReferenceIndexQuerySet) -> ReferenceGroups:
    return ToldReferenceGroups(self)


def told_usage_count(cls, model):
    """Wagtail's sub-query for lists of pictures and files, over what may be told."""
    references = told(
        ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(model),
            to_object_id=Cast(OuterRef("pk"), output_field=CharField()),
        )
    )
    counted = references.order_by().values("to_object_id").annotate(count=Count("object_id", distinct=True))
    return Coalesce(Subquery(counted.values("count"), output_field=IntegerField()), 0)


def tell_own_usage() -> None:
    """Called once, from ``AppConfig.ready()``."""
    in_bulk = ReferenceIndex.get_references_to_in_bulk.__func__

    def told_in_bulk(cls, objects: Iterable) -> QuerySet:
        return told(in_bulk(cls, objects))

    ReferenceIndexQuerySet.group_by_source_object = grouped
    ReferenceIndex.get_references_to_in_bulk = classmethod(told_in_bulk)
    ReferenceIndex.usage_count_subquery = classmethod(told_usage_count)
