"""The list pattern: search, facets with counts, sort, "more", all in the address, with or without JavaScript.

    class NewsList(ItemList):
        name = "news"
        item_template = "hanse_news/includes/row.html"      # gets ``item``
        search_fields = ("title", "introduction")
        sorts = (
            Sort("newest", _("Newest first"), ("-first_published_at",)),
            Sort("title", _("Title"), ("title",)),
        )
        facets = (Facet("cluster", _("Cluster"), "cluster"),)

    def news(request):
        news = NewsPage.objects.visible_to(request.viewer).select_related("cluster")
        return NewsList(request, news).render("hanse_news/list.html")

and in the template, inside any frame::

    {% include "hanse_base/lists/list.html" %}
"""

from .facets import Facet
from .item_list import ItemList, ListView
from .linked import LinkedFacet, LinkedList, Links, line_of
from .sorts import Sort

__all__ = ["Facet", "ItemList", "LinkedFacet", "LinkedList", "Links", "ListView", "Sort", "line_of"]
