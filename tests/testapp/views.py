from hanse_access.descriptions import describe_audiences
from hanse_base.lists import Facet, ItemList, Sort

from .models import Item


class Items(ItemList):
    """A list as the plugins have them: search, three facets, orders, who can see each item."""

    name = "items"
    item_template = "testapp/item.html"
    search_fields = ("title",)
    sorts = (Sort("newest", "Newest first", ("-created_at",)), Sort("title", "Title", ("title",)))
    facets = (Facet("topic", "Topic", "topic"), Facet("kind", "Kind", "kind"), Facet("state", "State", "state"))

    def prepare(self, rows):
        describe_audiences([item.audience_id for item in rows], self.request.viewer)
        return rows


def items(request):
    """What the person may see."""
    return show(request, Item.objects.visible_to(request.viewer))


def show(request, queryset):
    return Items(request, queryset.select_related("author")).render("testapp/items.html")
