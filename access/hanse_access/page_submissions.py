"""Pages translated with wagtail-localize, where that is installed: by those who may edit them, told of to no others.

wagtail-localize asks one permission for the whole installation, who holds it may submit any page, and its report lists
every translation there is.
"""

from __future__ import annotations

import functools

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .page_explorer import own_pages
from .pages import viewer_of

#: views that check nothing but the permission to submit translations
SUBMITTING = frozenset({"wagtail_localize:submit_page_translation", "wagtail_localize:update_translations"})


def may_submit(user, page_id: int) -> bool:
    """What is submitted is written over the translations, so it takes the right to edit."""
    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    return editable.filter(pk=page_id).exists()


def of_own_pages(translations: QuerySet, viewer) -> QuerySet:
    """Those translations whose source is an own page, or no page at all."""
    translated = Page.objects.order_by().filter(
        translation_key=OuterRef("source__object_id"), locale=OuterRef("source__locale_id")
    )
    own = translated.filter(pk__in=own_pages(viewer).order_by().values("pk"))
    any_page = Page.objects.order_by().filter(translation_key=OuterRef("source__object_id"))
    return translations.filter(Exists(own) | ~Exists(any_page))


def narrow_translations() -> None:
    """Called once, from ``AppConfig.ready()``."""
    if not apps.is_installed("wagtail_localize"):
        return
    from wagtail_localize.views.report import TranslationsReportView

    all_translations = TranslationsReportView.get_queryset

    @functools.wraps(all_translations)
    def own_translations(self):
        return of_own_pages(all_translations(self), viewer_of(self.request))

    TranslationsReportView.get_queryset = own_translations


def offer_where_editable() -> None:
    """Let wagtail-localize offer "Translate" on pages that the person may submit, once its hooks are registered.

    Above the page and in its editor only: in lists it would ask the database several times for each row.
    """
    if not apps.is_installed("wagtail_localize"):
        return
    from wagtail_localize.wagtail_hooks import page_listing_more_buttons

    @functools.wraps(page_listing_more_buttons)
    def buttons(page, user, *args, **kwargs):
        if may_submit(user, page.pk):
            yield from page_listing_more_buttons(page, user, *args, **kwargs)

    # Wagtail has no way to take a function out of a hook again.
    registered = hooks._hooks
    registered["register_page_header_buttons"] = [
        (buttons if function is page_listing_more_buttons else function, order)
        for function, order in registered["register_page_header_buttons"]
    ]
    registered["register_page_listing_more_buttons"] = [
        entry for entry in registered["register_page_listing_more_buttons"] if entry[0] is not page_listing_more_buttons
    ]
