"""Finds every surface of the installed site, so that a new one cannot be forgotten."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.viewsets import viewsets
from wagtail.blocks import Block
from wagtail.models import get_page_models

from hanse_activity.delivery import sources
from hanse_activity.follows import followable_kinds
from hanse_activity.kinds import notification_kinds
from hanse_activity.reportables import reportables
from hanse_base.cards import cards
from hanse_base.jobs import jobs
from hanse_base.lists import ItemList
from hanse_base.navigation import navigation
from hanse_base.personal_data import personal_data
from hanse_base.slots import slots
from hanse_base.waiting import waiting
from hanse_groups.room_tools import room_tools
from hanse_members.near_kinds import near_kinds
from hanse_members.profile_parts import profile_parts
from hanse_members.sections import figures, sections
from hanse_members.topic_sections import topic_sections
from hanse_search.sources import facet_kinds
from hanse_search.sources import sources as sources_of_search


@dataclass(frozen=True)
class Route:
    """One URL pattern: its text as written, with the prefix of the language left out."""

    text: str
    takes: tuple[str, ...]

    @property
    def plain(self) -> bool:
        return not self.takes and "(" not in self.text


def routes() -> list[Route]:
    found = {Route(text, takes) for text, takes in _walk(get_resolver().url_patterns)}
    return sorted(found, key=lambda route: route.text)


def _walk(patterns, prefix: str = "", taken: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern).removeprefix("^")
        takes = taken + tuple(pattern.pattern.converters) + tuple(_groups(pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text, takes)
        elif isinstance(pattern, URLPattern):
            yield text, takes


def _groups(pattern) -> list[str]:
    regex = getattr(pattern.pattern, "regex", None)
    return list(regex.groupindex) if regex is not None and not pattern.pattern.converters else []


@cache
def page_types() -> frozenset[str]:
    """Page types with their routable sub-URLs, as "app.Model" and "app.Model /path/"."""
    names = set()
    for model in get_page_models():
        if model._meta.abstract:
            continue
        names.add(model._meta.label)
        subpage_urls = getattr(model, "get_subpage_urls", None)
        if subpage_urls is not None:
            names |= {f"{model._meta.label} {url.pattern}" for url in subpage_urls()}
    return frozenset(names)


def admin_viewsets() -> dict[str, object]:
    """Every viewset of the admin, choosers included, by its name."""
    get_resolver().url_patterns  # noqa: B018 - importing the admin's URLs registers its viewsets
    return {viewset.name: viewset for viewset in viewsets.viewsets if viewset.name}


def bulk_actions() -> set[str]:
    bulk_action_registry._scan_for_bulk_actions()
    return {
        f"{app_label}.{model} {action}"
        for app_label, models in bulk_action_registry.actions.items()
        for model, actions in models.items()
        for action in actions
    }


def socket_routes() -> set[str]:
    from hanse_site.asgi import websocket_urlpatterns

    return {str(route.pattern) for route in websocket_urlpatterns}


def blocks() -> set[str]:
    """Blocks of the Hanse packages that are used in a StreamField of any model."""
    found: set[str] = set()

    def visit(block: Block) -> None:
        name = f"{type(block).__module__}.{type(block).__name__}"
        if type(block).__module__.startswith("hanse_"):
            if name in found:
                return
            found.add(name)
        for child in getattr(block, "child_blocks", {}).values():
            visit(child)
        if hasattr(block, "child_block"):
            visit(block.child_block)

    for model in apps.get_models():
        for field in model._meta.get_fields():
            if hasattr(field, "stream_block"):
                visit(field.stream_block)
    return found


def lists() -> set[str]:
    """Names of the lists of the Hanse packages: each also answers htmx with a part of itself."""
    for app in apps.get_app_configs():
        # Some are imported only when a page is served.
        for module in pkgutil.iter_modules([app.path]) if app.name.startswith("hanse_") else ():
            if module.name.endswith(("lists", "views")):
                importlib.import_module(f"{app.name}.{module.name}")
    found, waiting = set(), [ItemList]
    while waiting:
        for subclass in waiting.pop().__subclasses__():
            waiting.append(subclass)
            if subclass.__module__.startswith("hanse_") and hasattr(subclass, "name"):
                found.add(subclass.name)
    return found


def registered() -> dict[str, set[str]]:
    """Names in the registries through which plugins reach shared surfaces."""
    return {
        "cards": {card.name for card in cards},
        "navigation": {item.name for item in navigation},
        "delivery sources": {source.name for source in sources()},
        "notification kinds": {kind.name for kind in notification_kinds},
        "personal data": {entry.name for entry in personal_data},
        "slots": {part.name for part in slots},
        "topic sections": {section.name for section in topic_sections},
        "near kinds": {kind.name for kind in near_kinds},
        "followable kinds": {kind.name for kind in followable_kinds},
        "reportable kinds": {kind.name for kind in reportables},
        "sections": {section.name for section in sections},
        "profile parts": {part.name for part in profile_parts},
        "room tools": {tool.name for tool in room_tools},
        "waiting": {kind.name for kind in waiting},
        "figures": {figure.name for figure in figures},
        "search sources": {source.name for source in sources_of_search},
        "search facets": {kind.name for kind in facet_kinds},
        "timed jobs": {job.name for job in jobs},
    }
