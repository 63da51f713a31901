from django import template

from hanse_access.descriptions import describe_audiences

register = template.Library()


@register.inclusion_tag("hanse_access/components/audience_chip.html", takes_context=True)
def chip_of_audience(context, audience_id: int):
    """Who can see an item with this audience; lists have read all of them before."""
    return {"description": describe_audiences([audience_id], context["request"].viewer)[audience_id]}
