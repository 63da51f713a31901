"""What the frames and components need: ``{% load hanse_base %}``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..dashboard import FilledCard
from ..languages import LanguageChoice, choices
from ..navigation import Link, links
from ..slots import render_place

register = template.Library()


@register.simple_tag
def site_name() -> str:
    return getattr(settings, "WAGTAIL_SITE_NAME", "Hanse")


@register.simple_tag
def home_url() -> str:
    """The home page in the present language; the bare root where addresses carry no language."""
    return f"/{get_language()}/" if getattr(settings, "WAGTAIL_I18N_ENABLED", False) else "/"


@register.simple_tag(takes_context=True)
def sign_in_url(context: dict[str, Any]) -> str:
    """The way to sign in and back to this address."""
    url = resolve_url(settings.LOGIN_URL)
    request = context.get("request")
    if request is None or request.path == url or request.method != "GET":
        return url
    return f"{url}?{urlencode({'next': request.get_full_path()})}"


@register.simple_tag
def sign_out_url() -> str:
    """The address that signs out by POST, of allauth or of Django; empty when the project has neither."""
    for name in ("account_logout", "logout"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any], area: str) -> list[Link]:
    """The links of an area ("workspace", "person", "public") for this request."""
    request = context.get("request")
    return links(request, area) if request is not None else []


@register.simple_tag(takes_context=True)
def slot(context: dict[str, Any], place: str) -> SafeString:
    """Everything that plugins registered for a place of the frame."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return mark_safe("")
    return render_place(request, place, page=context.get("page"))


@register.simple_tag(takes_context=True)
def language_choices(context: dict[str, Any]) -> list[LanguageChoice]:
    """The entries of the language switch for the page in the context, or for this address."""
    request = context.get("request")
    return choices(request, context.get("page")) if request is not None else []


@register.filter
def initials(name: Any) -> str:
    """At most two letters: the first of the first and of the last word that begin with a letter."""
    words = [word for word in str(name).replace("-", " ").split() if word[0].isalpha() and not word.endswith(".")]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag(takes_context=True)
def render_card(context: dict[str, Any], filled: FilledCard) -> SafeString:
    """A card's template with its own context."""
    return render_to_string(filled.card.template, filled.context, request=context["request"])
