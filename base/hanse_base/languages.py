"""Which language a request is answered in, and where the language switch leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import check_for_language, get_language, get_language_info

if TYPE_CHECKING:
    from django.http import HttpRequest

SESSION_KEY = "hanse_language"


@dataclass(frozen=True)
class LanguageChoice:
    """One entry of the switch. ``url`` leads to the page in that language; None means: change the person's language and
    stay at this address. ``translation`` is False when the address is only the nearest translated page above."""

    code: str
    name: str
    short: str
    current: bool
    url: str | None = None
    translation: bool = False


def is_offered(code: str) -> bool:
    return code in dict(settings.LANGUAGES) and check_for_language(code)


def chosen_language(request: HttpRequest) -> str | None:
    """The language this person chose: on the account, or for a visitor in the session. None when none was chosen."""
    user = getattr(request, "user", None)
    code = getattr(user, "language", "") if user is not None and user.is_authenticated else ""
    if not code and request.session.session_key:
        code = request.session.get(SESSION_KEY, "")
    return code if code and is_offered(code) else None


def choices(request: HttpRequest, page: Any = None) -> list[LanguageChoice]:
    """The entries of the language switch, the present language among them. Two queries at most for a page."""
    present = get_language()
    urls = _page_urls(request, page) if page is not None and getattr(page, "pk", None) else {}
    found = []
    for code, _name in settings.LANGUAGES:
        url, translation = urls.get(code, (None, False))
        name = get_language_info(code)["name_local"]
        found.append(
            LanguageChoice(
                code=code,
                name=name[:1].upper() + name[1:],
                short=code.split("-")[0].upper(),
                current=code == present,
                url=url,
                translation=translation,
            )
        )
    return found


def _page_urls(request: HttpRequest, page: Any) -> dict[str, tuple[str, bool]]:
    """For each language the live translation of this page, else of the nearest public page above it.

    The translations of a page share its audience, so whoever sees the page may follow. A page above may be closed to
    the reader, so only public ones are offered.
    """
    from wagtail.models import Page

    urls: dict[str, tuple[str, bool]] = {}
    for other in page.get_translations().live().select_related("locale"):
        urls[other.locale.language_code] = (other.get_url(request), True)
    missing = {code for code, _name in settings.LANGUAGES} - set(urls) - {page.locale.language_code}
    if missing:
        keys = page.get_ancestors().filter(depth__gt=1).values("translation_key")
        above = Page.objects.filter(translation_key__in=keys, locale__language_code__in=missing).live().public()
        for other in above.select_related("locale").order_by("depth"):
            urls[other.locale.language_code] = (other.get_url(request), False)
    return {code: value for code, value in urls.items() if value[0]}
