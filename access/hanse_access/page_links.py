"""Links to pages that are hidden from the reader look like links to pages that are gone."""

from __future__ import annotations

from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.rich_text.converters.html_to_contentstate import PageLinkElementHandler
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .page_explorer import known_pages
from .pages import visible_only
from .viewer import current_viewer


class VisiblePageLinkHandler(PageLinkHandler):
    """Rich text on a page: a link to a hidden page has no address, as one to a missing page."""

    @classmethod
    def get_many(cls, attrs_list):
        pages = super().get_many(attrs_list)
        seen = {page.pk for page in visible_only(current_viewer(), pages)}
        return [page if page is not None and page.pk in seen else None for page in pages]


class KnownPageLinkElementHandler(PageLinkElementHandler):
    """Rich text in the editor: the link keeps its number, but tells no address of a page the editor does not know."""

    def get_attribute_data(self, attrs):
        if known_pages(current_viewer()).filter(pk=attrs["id"]).exists():
            return super().get_attribute_data(attrs)
        return {"id": int(attrs["id"]), "url": None, "parentId": None}


def hide_chosen_pages() -> None:
    """The page chooser of Wagtail's forms names a chosen page by its number only if the person does not know it."""
    data_of = AdminPageChooser.get_value_data_from_instance

    def data_of_known(self, instance):
        if known_pages(current_viewer()).filter(pk=instance.pk).exists():
            return data_of(self, instance)
        return {
            "id": instance.pk,
            "parent_id": None,
            "edit_url": AdminURLFinder().get_edit_url(instance),
            self.display_title_key: f"{Page._meta.verbose_name} {instance.pk}",
        }

    AdminPageChooser.get_value_data_from_instance = data_of_known
