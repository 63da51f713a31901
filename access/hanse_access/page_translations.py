"""wagtail-localize lets translators put another number in the place of a chosen thing, past the form of the page."""

from __future__ import annotations

import json

from django.core.exceptions import PermissionDenied
from django.db.models.signals import pre_save
from wagtail.permissions import policy_registry

from .models import PageAttachment


def refuse_foreign_files(sender, instance, raw: bool = False, **kwargs) -> None:
    """Receiver of pre_save of an override: on pages under the rule a number must be a file that the person may choose.

    Raises PermissionDenied, for a file that is not there as for one that is somebody else's.
    """
    if raw or not _is_number(json.loads(instance.data_json)) or not _on_scoped_page(instance.context):
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


def _on_scoped_page(context) -> bool:
    from wagtail_localize.models import TranslationSource

    from .pages import ScopedPageMixin

    sources = TranslationSource.objects.filter(object_id=context.object_id).select_related("specific_content_type")
    models = [source.specific_content_type.model_class() for source in sources]
    return any(model is not None and issubclass(model, ScopedPageMixin) for model in models)


def connect() -> None:
    pre_save.connect(
        refuse_foreign_files,
        sender="wagtail_localize.SegmentOverride",
        dispatch_uid="hanse_access.refuse_foreign_files",
    )
