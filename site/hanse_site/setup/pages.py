from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from hanse_site.models import HomePage, StandardPage

from .standard_texts import HOME, LEGAL, StandardText

if TYPE_CHECKING:
    from collections.abc import Mapping

WELCOME_SLUG = "home"


@transaction.atomic
def create_site_pages() -> list[HomePage]:
    """Home, imprint, privacy and accessibility in each language of the settings; returns the home pages.

    Only what is missing is made: a page that editors changed, moved or unpublished stays as it is. Placeholders in
    square brackets are for the operator to fill in. The default site gets the address of ``WAGTAILADMIN_BASE_URL``,
    unless its root is somebody else's page: such a site is not touched.
    """
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}
    homes = _create_homes(locales)
    for texts in LEGAL:
        _create_legal_page(homes, texts)
    return list(homes.values())


def _create_homes(locales: Mapping[str, Locale]) -> dict[str, HomePage]:
    homes = {home.locale.language_code: home for home in HomePage.objects.filter(depth=2).select_related("locale")}
    key = next((home.translation_key for home in homes.values()), None) or uuid.uuid4()
    root = Page.get_first_root_node()
    for code, locale in locales.items():
        if code in homes:
            continue
        text = HOME[code]
        homes[code] = HomePage(
            title=text.title,
            slug=f"{slugify(settings.WAGTAIL_SITE_NAME)}-{code}",
            kicker=text.kicker,
            heading=text.heading,
            lead=text.lead,
            body=[("points", [{"title": title, "text": words} for title, words in text.points])],
            locale=locale,
            translation_key=key,
        )
        _publish(root, homes[code])
    _point_site_to(homes[settings.LANGUAGE_CODE])
    return {code: homes[code] for code in locales}


def _point_site_to(home: HomePage) -> None:
    """Make it the root of the default site, in place of the page that Wagtail's own migration leaves."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        site = Site(hostname="localhost", root_page=home, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME)
    welcome = site.root_page
    replaces_welcome = welcome.slug == WELCOME_SLUG and welcome.specific_class is Page and welcome.depth == 2
    if replaces_welcome:
        site.root_page = home
        site.site_name = settings.WAGTAIL_SITE_NAME
    if site.root_page_id == home.pk:
        _set_address(site)
        site.save()
    if replaces_welcome:
        Page.objects.get(pk=welcome.pk).delete()


def _set_address(site: Site) -> None:
    """The address of the settings: sitemap and links in mails are made of the site's."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    hostname = address.hostname or site.hostname
    port = address.port or (443 if address.scheme == "https" else 80)
    if not Site.objects.filter(hostname=hostname, port=port).exclude(pk=site.pk).exists():
        site.hostname, site.port = hostname, port


def _create_legal_page(homes: Mapping[str, HomePage], texts: Mapping[str, StandardText]) -> None:
    present = {
        code: page
        for code, home in homes.items()
        if (page := StandardPage.objects.child_of(home).filter(slug=texts[code].slug).first()) is not None
    }
    key = next((page.translation_key for page in present.values()), None) or uuid.uuid4()
    for code, home in homes.items():
        if code in present:
            continue
        text = texts[code]
        page = StandardPage(
            title=text.title,
            slug=text.slug,
            lead=text.lead,
            body=[("text", text.body)],
            show_in_footer=True,
            locale=home.locale,
            translation_key=key,
        )
        _publish(home, page)


def _publish(parent: Page, page: Page) -> None:
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
