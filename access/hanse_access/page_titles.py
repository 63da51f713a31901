"""Titles in the administration: the draft's for those who work on a page, else the published, and none of a hidden one.

Above one's own pages there may be hidden ones. They are the way there, so they cannot be missing; they have a number
instead of a title.
"""

from __future__ import annotations

import functools

from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.chooser import PageTitleColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.api.v2.serializers import PageSerializer
from wagtail.models import Page

from .page_closed import closed_q
from .page_explorer import explorable_q
from .page_stakes import has_stake, page_stake_q
from .pages import visible_page_q
from .viewer import Viewer, current_viewer

#: what the administration's API may tell of a hidden page: enough to walk through it
TOLD_OF_HIDDEN = ("type", "detail_url", "children", "ancestors", "locale")


def hidden_on_the_way(viewer: Viewer) -> frozenset[int]:
    """Pages above the person's own that are hidden from them, or among them. Read with ``viewer.kept``."""
    met = Page.objects.filter(explorable_q(viewer) | closed_q(viewer))
    way = met.exclude(page_stake_q(viewer)).exclude(visible_page_q(viewer))
    return frozenset(way.order_by().values_list("pk", flat=True))


def is_hidden_on_the_way(page: Page) -> bool:
    viewer = current_viewer()
    return viewer.user is not None and page.pk in viewer.kept(hidden_on_the_way)


def number_of(page: Page) -> str:
    """What stands where the title of a hidden page would."""
    return f"{Page._meta.verbose_name.capitalize()} {page.pk}"


def known_representation(self, instance):
    """For PageSerializer: pages in the API of the administration's menu and choosers, and those above them."""
    data = super(PageSerializer, self).to_representation(instance)
    if not is_hidden_on_the_way(instance):
        return data
    titles = {name: number_of(instance) for name in ("title", "admin_display_title") if name in data}
    meta = {name: value for name, value in data.get("meta", {}).items() if name in TOLD_OF_HIDDEN}
    return {"id": data["id"], "meta": meta, **titles}


def tell_known_titles() -> None:
    """Called once, from ``AppConfig.ready()``."""
    display_title = Page.get_admin_display_title
    chooser_cell = PageTitleColumn.get_cell_context_data
    side_panels = ExplorableIndexView.get_side_panels

    @functools.wraps(display_title)
    def known_title(self):
        viewer = current_viewer()
        if viewer.user is None or has_stake(viewer.user, self):
            return display_title(self)
        return number_of(self) if is_hidden_on_the_way(self) else self.title

    @functools.wraps(side_panels)
    def own_side_panels(self):
        """Status, schedule and locks of the page that is explored, with the names of who set them."""
        if has_stake(self.request.user, self.parent_page):
            return side_panels(self)
        return MediaContainer()

    @functools.wraps(chooser_cell)
    def cell_of_known(self, instance, parent_context):
        """A hidden page is a step on the way, not a target; the link that chooses it would carry its title."""
        if is_hidden_on_the_way(instance):
            instance.can_choose = False
        return chooser_cell(self, instance, parent_context)

    Page.get_admin_display_title = known_title
    PageTitleColumn.get_cell_context_data = cell_of_known
    ExplorableIndexView.get_side_panels = own_side_panels
    PageSerializer.to_representation = known_representation
