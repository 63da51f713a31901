"""Pages behind numbers of other things: revisions, steps of a workflow, translations.

Views of the administration take such numbers too; to the guard they stand for their page.
"""

from __future__ import annotations

from collections.abc import Callable

from wagtail.models import Page, Revision, TaskState


def _of_revision(pk) -> int | None:
    revision = Revision.page_revisions.filter(pk=pk).first()
    return int(revision.object_id) if revision else None


def _of_task_state(pk) -> int | None:
    state = TaskState.objects.select_related("workflow_state").filter(pk=pk).first()
    item = state.workflow_state.content_object if state else None
    return item.pk if isinstance(item, Page) else None


def _of_translation(pk) -> int | None:
    from wagtail_localize.models import Translation

    translation = Translation.objects.filter(pk=pk).first()
    return _of_translation_source(translation.source_id) if translation else None


def _of_translation_source(pk) -> int | None:
    from wagtail_localize.models import TranslationSource

    source = TranslationSource.objects.filter(pk=pk).first()
    page = source and Page.objects.filter(translation_key=source.object_id, locale_id=source.locale_id).first()
    return page.pk if page else None


#: name of a view's argument -> the number of the page it leads to, None if it leads to none
PAGE_BEHIND: dict[str, Callable[[object], int | None]] = {
    "revision_id": _of_revision,
    "task_state_id": _of_task_state,
    "translation_id": _of_translation,
    "translation_source_id": _of_translation_source,
}
