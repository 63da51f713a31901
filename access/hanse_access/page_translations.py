"""wagtail-localize lets translators put another number in the place of a chosen thing, past the form of the page."""

from __future__ import annotations

import json

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models.signals import pre_save
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from .models import PageAttachment


def refuse_foreign_files(sender, instance, raw: bool = False, **kwargs) -> None:
    """Receiver of pre_save of an override: in the place of a private file, only one that the person may choose.

    Raises PermissionDenied, for a file that is not there as for one that is somebody else's.
    """
    if raw or not _is_number(json.loads(instance.data_json)) or not _takes_a_file(instance.context):
        return
    policy = policy_registry.get_by_type(PageAttachment)
    mine = policy.instances_user_has_permission_for(instance.last_translated_by, "choose")
    if int(json.loads(instance.data_json)) not in set(mine.values_list("pk", flat=True)):
        raise PermissionDenied


def _is_number(value) -> bool:
    """Whatever the database would take as one."""
    try:
        int(value)
    except (TypeError, ValueError):
        return False
    return True


def _takes_a_file(context) -> bool:
    """On pages under the rule every number is a file; on open ones, what stands there in the source says so."""
    from wagtail_localize.models import TranslationSource

    from .pages import ScopedPageMixin

    sources = TranslationSource.objects.filter(object_id=context.object_id).select_related("specific_content_type")
    for source in sources:
        model = source.specific_content_type.model_class()
        if model is None or not issubclass(model, Page):
            continue
        if issubclass(model, ScopedPageMixin) or context.path in _places_of_files(source.as_instance()):
            return True
    return False


def _places_of_files(page: Page) -> set[str]:
    files = ContentType.objects.get_for_model(PageAttachment).pk
    found = ReferenceIndex._extract_references_from_object(page)
    return {path for content_type, _pk, _model_path, path in found if content_type == files}


def connect() -> None:
    pre_save.connect(
        refuse_foreign_files,
        sender="wagtail_localize.SegmentOverride",
        dispatch_uid="hanse_access.refuse_foreign_files",
    )
