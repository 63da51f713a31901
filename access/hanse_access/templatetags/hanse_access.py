from django import template

from ..descriptions import describe_audiences
from ..models import Scoped

register = template.Library()


@register.inclusion_tag("hanse_access/components/audience_chip.html", takes_context=True)
def audience_chip(context, item: Scoped):
    """Who can see this item: icon and words. Lists call ``preload_chips`` first, so that the queries stay constant."""
    viewer = context["request"].viewer
    audience = item.audience_in_force_id
    return {"description": describe_audiences([audience], viewer)[audience]}


@register.simple_tag(takes_context=True)
def preload_chips(context, items) -> str:
    """Reads the descriptions of all items of a list at once. Prints nothing."""
    describe_audiences([item.audience_in_force_id for item in items], context["request"].viewer)
    return ""
