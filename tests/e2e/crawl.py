"""Finds the pages that a person reaches by following links, each kind once, and says what is wrong with them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Page
from wagtail.models import Page as WagtailPage

LANGUAGES = [code for code, _name in settings.LANGUAGES]
#: addresses that are no pages: feeds, files, what others speak to
NO_PAGES = re.compile(r"\.atom$|^/files/|^/documents/|\.xml$|^/health/|theme\.css$|/preview/|^/admin/logout/|/zip/$")
ADMIN = "/admin/"

#: What axe finds, and for each finding the numbers of the exemptions that it falls under.
RUN_AXE = """async exemptions => {
    const {violations} = await axe.run(document, {resultTypes: ["violations"]});
    return violations.flatMap(({id, nodes}) => nodes.map(({target, html}) => {
        const selector = target.flat().at(-1);
        const element = document.querySelector(selector);
        const exempt = exemptions.flatMap(([rule, around], number) =>
            rule === id && element?.closest(around) ? [number] : []);
        return {rule: id, selector, html: html.slice(0, 120), exempt};
    }));
}"""
#: Colours that are still changing would be measured.
WITHOUT_MOTION = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
    document.adoptedStyleSheets.push(sheet);
}"""
#: resolves when what the page's scripts have drawn is laid out
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True)
class Look:
    scheme: str
    width: int


LOOKS = [Look(scheme, width) for scheme in ("light", "dark") for width in (1280, 360)]


@dataclass(frozen=True)
class Exemption:
    """What Wagtail itself does and we cannot mend; ``selector`` finds the element or one around it."""

    path: str
    rule: str
    selector: str
    reason: str


@dataclass
class Inspector:
    """Opens pages and looks at them. ``used`` are the exemptions that were needed."""

    exemptions: Sequence[Exemption] = ()
    used: set[Exemption] = field(default_factory=set)

    def problems(self, page: Page, path: str, language: str, looks: Iterable[Look]) -> list[str]:
        """What is wrong with the page at the address, which stays open."""
        first, *others = looks_at(path, looks)
        page.set_extra_http_headers({"Accept-Language": language})
        wear(page, first)
        response = page.goto(path)
        found = [] if response.status == 200 else [f"answered with {response.status}"]
        if page.locator("html").get_attribute("lang") != (language_of(path) or language):
            found.append("in another language")
        page.evaluate(WITHOUT_MOTION)
        page.evaluate(AXE_SCRIPT)
        found += self._problems(page, path, first)
        for look in others:
            wear(page, look)
            found += self._problems(page, path, look)
        return found

    def _problems(self, page: Page, path: str, look: Look) -> list[str]:
        exemptions = [exemption for exemption in self.exemptions if re.search(exemption.path, path)]
        where = f"{look.scheme} {look.width}"
        found = []
        page.evaluate(SETTLED)
        for node in page.evaluate(RUN_AXE, [[exemption.rule, exemption.selector] for exemption in exemptions]):
            self.used.update(exemptions[number] for number in node["exempt"])
            if not node["exempt"]:
                found.append(f"{where}: {node['rule']} at {node['selector']}: {node['html']}")
        if page.evaluate(SCROLLS_SIDEWAYS):
            found.append(f"{where}: scrolls sideways")
        return found


def wear(page: Page, look: Look) -> None:
    page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 900})


def looks_at(path: str, looks: Iterable[Look]) -> list[Look]:
    """Wagtail's administration is not made for narrow screens."""
    return list(dict.fromkeys(Look(look.scheme, 1280) if path.startswith(ADMIN) else look for look in looks))


def kind_of(path: str) -> str | None:
    """The view behind an address, for pages their type as well; None if there is no view."""
    with translation.override(language_of(path) or LANGUAGES[0]):
        try:
            found = resolve(path)
        except Resolver404:
            return None
    arguments = [*found.args, *found.kwargs.values()]
    match found.view_name:
        case "wagtail_serve":
            parts = path.strip("/").split("/")
            pages = WagtailPage.objects.filter(slug=parts[-1], depth=len(parts) + 1)
            return f"page {type_of(pages)}" if len(parts) > 1 else "page homepage"
        case "wagtailadmin_pages:add":
            return f"add {arguments[1]}"
        case "wagtailadmin_explore" | "wagtailadmin_pages:edit" as name:
            return f"{name.split('_')[1]} {type_of(WagtailPage.objects.filter(pk=arguments[0]))}"
        case name:
            return name


def type_of(pages: QuerySet) -> str:
    return pages.values_list("content_type__model", flat=True).first() or "missing"


def language_of(path: str) -> str | None:
    """The language that the address stands for; most stand for none."""
    first = path.split("/")[1]
    return first if first in LANGUAGES else None


def pages_reached(page: Page, starts: Iterable[str], known: set[str], follow: Callable[[str], bool]) -> Iterator[str]:
    """Yields one address of each kind that is not ``known`` yet, adds the kind, and reads the links of the open page.

    Whoever iterates opens the address. The starts are yielded in any case: each person's lead elsewhere. ``follow``
    says whether an address may be opened.
    """
    waiting = deque((start, True) for start in starts)
    while waiting:
        path, is_start = waiting.popleft()
        kind = kind_of(path)
        if is_start or (kind is not None and kind not in known and follow(path)):
            known.add(kind)
            yield path
            waiting.extend((link, False) for link in links_on(page))


def links_on(page: Page) -> list[str]:
    """The addresses on this site that the page leads to."""
    here = urlsplit(page.url)
    # Links in pictures say their address in another way than those in text.
    absolute = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
    links = page.locator("a[href]:not([download])").evaluate_all(absolute)
    found = [urlsplit(link) for link in links]
    return [link.path for link in found if link.netloc == here.netloc and not NO_PAGES.search(link.path)]
