"""The pages that every page leads to: imprint, privacy, terms of use, accessibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from hanse_base.slots import SlotPart, slots

from .models import StandardPage
from .setup.standard_texts import LEGAL

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True)
class LegalLink:
    """``lang`` is set where the page is only there in another language."""

    title: str
    url: str
    lang: str = ""


def legal_links(request: HttpRequest) -> list[LegalLink]:
    """One link for each page that belongs in the footer: in the present language, else in any. One query."""
    present = get_language()
    pages = StandardPage.objects.filter(show_in_footer=True).live().public().select_related("locale").order_by("path")
    found: dict = {}
    for page in pages:
        if page.translation_key not in found or page.locale.language_code == present:
            found[page.translation_key] = page
    return [link for page in found.values() if (link := _link(page, request))]


def legal_link(request: HttpRequest, name: str) -> LegalLink | None:
    """The link to one of the pages of ``setup_site``, by its name there; None when it was taken away or renamed."""
    slugs = {text.slug for texts in LEGAL for text in texts.values() if text.name == name}
    pages = list(StandardPage.objects.filter(slug__in=slugs).live().public().select_related("locale").order_by("path"))
    pages.sort(key=lambda page: page.locale.language_code != get_language())
    return _link(pages[0], request) if pages else None


def _link(page: StandardPage, request: HttpRequest) -> LegalLink | None:
    url = page.get_url(request)
    code = page.locale.language_code
    return LegalLink(page.title, url, "" if code == get_language() else code) if url else None


def register_slots() -> None:
    for place, order in (("footer", 10), ("side", 1000)):
        slots.register(
            SlotPart(
                name=f"legal-{place}",
                place=place,
                template=f"hanse_site/slots/legal_{place}.html",
                context=lambda request: {"pages": legal_links(request)},
                order=order,
            )
        )
