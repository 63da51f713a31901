import json

from django import template

from ..csp import initialiser

register = template.Library()


@register.simple_tag
def csp_init_json(function: str, *arguments: str) -> str:
    """``initialiser`` for Wagtail's templates, where the last argument comes as a JSON text and others as strings."""
    *plain, options = arguments
    return initialiser(function, *plain, json.loads(options))
