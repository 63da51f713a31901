from dataclasses import replace

from django import template
from django.utils.translation import gettext as _
from wagtail.models import Page

from ..descriptions import AudienceDescription, describe_audiences
from ..models import Scoped
from ..page_audiences import page_audiences
from ..pages import viewer_of
from ..scopes import EDITORS, PUBLIC

register = template.Library()


@register.inclusion_tag("hanse_access/components/audience_chip.html", takes_context=True)
def audience_chip(context, item: Scoped):
    """Who can see this item: icon and words. Lists call ``preload_chips`` first, so that the queries stay constant."""
    viewer = context["request"].viewer
    audience = item.audience_in_force_id
    description = describe_audiences([audience], viewer)[audience]
    if item.is_personal and description.kind == EDITORS.kind:
        description = replace(description, icon="lock", text=_("Only you"))
    return {"description": description}


@register.simple_tag(takes_context=True)
def is_public(context, item: Scoped) -> bool:
    """Whether everybody may see this item: only then may a page tell search engines and link previews of it."""
    audience = item.audience_in_force_id
    return describe_audiences([audience], context["request"].viewer)[audience].kind == PUBLIC.kind


@register.simple_tag(takes_context=True)
def preload_chips(context, items) -> str:
    """Reads the descriptions of all items of a list at once. Prints nothing."""
    describe_audiences([item.audience_in_force_id for item in items], context["request"].viewer)
    return ""


@register.simple_tag(takes_context=True)
def page_audience(context, page: Page) -> AudienceDescription | None:
    """Who can see a page, for the administration. Where the page is a row of a table, all its rows are read at once."""
    table = context.get("table")
    rows = [row for row in table.data if isinstance(row, Page)] if table is not None else []
    return page_audiences(viewer_of(context["request"]), [page, *rows])[page.pk]


@register.filter
def follows_the_rule(page: Page) -> bool:
    return isinstance(page, Scoped)
