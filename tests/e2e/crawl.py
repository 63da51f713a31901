"""Finds the pages that a person reaches by following links, each kind once, and looks at them in several ways."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Page

#: addresses that are no pages: feeds, files, what others speak to
NO_PAGES = re.compile(r"\.atom$|^/files/|^/documents/|\.xml$|^/health/|theme\.css$")
#: Wagtail's own administration is entered where our pages lead to it; further in, only views of the plugins count.
ADMIN, OWN_ADMIN = "/admin/", re.compile(r"^/admin/(hanse_\w+|access|private-files|reports/timed-jobs)/")


@dataclass(frozen=True)
class Look:
    scheme: str
    width: int


LIGHT_WIDE, LIGHT_NARROW = Look("light", 1280), Look("light", 360)
DARK_WIDE, DARK_NARROW = Look("dark", 1280), Look("dark", 360)


def kind_of(path: str, language: str) -> str | None:
    """The view behind an address, for pages of the tree their place in it; None for another language's pages."""
    with translation.override(language):
        try:
            name = resolve(path).view_name
        except Resolver404:
            return None
    if name != "wagtail_serve":
        return name
    parts = path.strip("/").split("/")[1:]
    return "/".join(parts) if len(parts) < 2 else f"page at depth {len(parts)}"


def pages_reached(page: Page, start: str, language: str, known: set[str]) -> Iterator[str]:
    """Opens one page of each kind that is not ``known`` yet, adds the kind, and yields the address while it is open.

    The start is opened in any case: each person's leads elsewhere.
    """
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path, language)
        if path != start and (kind is None or kind in known):
            continue
        known.add(kind)
        response = page.goto(path)
        assert response.status == 200, (path, response.status)
        page.wait_for_load_state("networkidle")
        waiting.extend(links_on(page))
        yield path


def links_on(page: Page) -> list[str]:
    here = urlsplit(page.url)
    found = []
    for address in page.locator("a[href]:not([download])").evaluate_all("links => links.map(link => link.href)"):
        there = urlsplit(address)
        in_admin = here.path.startswith(ADMIN) and there.path.startswith(ADMIN)
        if there.netloc != here.netloc or NO_PAGES.search(there.path):
            continue
        if not in_admin or OWN_ADMIN.match(there.path):
            found.append(there.path)
    return found


def problems(page: Page, look: Look) -> list[str]:
    """What axe finds on the open page, and whether it has to be scrolled sideways."""
    # Without motion: axe would measure colours that are still changing from those of the look before.
    page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 900})
    violations = Axe().run(page).response["violations"]
    found = [f"{violation['id']}: {violation['nodes'][0]['html'][:120]}" for violation in violations]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return [f"{look.scheme} {look.width}: {problem}" for problem in found]
