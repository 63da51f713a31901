"""The pages that every page leads to: imprint, privacy, terms of use, accessibility.

The page with the terms of use stands in until versioned terms of the platform are in force. Then whatever led to it
leads to these, so that nobody reads one text and agrees to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import get_language

from hanse_base.slots import SlotPart, slots
from hanse_members.models import Terms

from .models import StandardPage
from .setup.standard_texts import LEGAL

if TYPE_CHECKING:
    from django.http import HttpRequest

TERMS_SLUGS = {text.slug for texts in LEGAL for text in texts.values() if text.name == "terms"}


@dataclass(frozen=True)
class LegalLink:
    """``lang`` is set where the page is only there in another language."""

    title: str
    url: str
    lang: str = ""


def legal_links(request: HttpRequest) -> list[LegalLink]:
    """One link for each page that belongs in the footer: in the present language, else in any. One query a request."""
    kept: dict[str | None, list[LegalLink]] = request.__dict__.setdefault("_hanse_legal", {})
    present = get_language()
    if present not in kept:
        found: dict = {}
        for page in _pages().filter(show_in_footer=True):
            if page.translation_key not in found or page.locale.language_code == present:
                found[page.translation_key] = page
        kept[present] = [link for page in found.values() if (link := _link(page, request))]
    return kept[present]


def legal_link(request: HttpRequest, name: str) -> LegalLink | None:
    """The link to one of the pages of ``setup_site``, by its name there; None when it was taken away or renamed."""
    slugs = {text.slug for texts in LEGAL for text in texts.values() if text.name == name}
    pages = list(_pages().filter(slug__in=slugs))
    pages.sort(key=lambda page: page.locale.language_code != get_language())
    return _link(pages[0], request) if pages else None


def platform_terms() -> QuerySet[Terms]:
    """The version of the platform's terms that is in force, if any."""
    return Terms.objects.filter(cluster=None, kind=Terms.Kind.MEMBERS).order_by("-version")[:1]


def terms_instead_of(page: StandardPage) -> str | None:
    """Where to read the terms in force when the page is the one that stood in for them."""
    terms = platform_terms().first() if page.slug in TERMS_SLUGS else None
    return terms.get_absolute_url() if terms else None


def _pages() -> QuerySet[StandardPage]:
    pages = StandardPage.objects.live().public().select_related("locale").order_by("path")
    # Without what the pages say, which would be read for each page of the site.
    pages = pages.only("title", "slug", "url_path", "translation_key", "locale", "locale__language_code")
    return pages.annotate(terms_in_force=Subquery(platform_terms().values("pk")))


def _link(page: StandardPage, request: HttpRequest) -> LegalLink | None:
    if page.terms_in_force and page.slug in TERMS_SLUGS:
        url = reverse("hanse_members:terms", args=[page.terms_in_force])
    else:
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
