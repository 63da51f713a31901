"""What the pages of accounts ask beyond allauth's context: ``{% load hanse_account %}``."""

from allauth.account.adapter import get_adapter
from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from hanse_site.legal import LegalLink, legal_link

register = template.Library()

#: What browsers and systems call themselves, the more special first: most name others too.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.simple_tag(takes_context=True)
def signup_open(context) -> bool:
    return get_adapter().is_open_for_signup(context["request"])


@register.simple_tag(takes_context=True)
def terms_and_privacy(context) -> list[LegalLink]:
    """What a person agrees to on signing up, to be read before."""
    links = (legal_link(context["request"], name) for name in ("terms", "privacy"))
    return [link for link in links if link]


@register.simple_tag
def trap_name() -> str:
    """The field of the sign-up form that only programs fill."""
    return settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD


@register.simple_tag
def demo_people() -> dict | None:
    """Whom one can be in the demo, with the password of all; None on every other site."""
    if not getattr(settings, "HANSE_DEMO", False):
        return None
    from hanse_site.demo.personas import PASSWORD, PERSONAS

    return {"people": PERSONAS, "password": PASSWORD}


@register.filter
def device_name(user_agent: str) -> str:
    """Browser and system of a session, in words; the first 60 characters of what cannot be read."""
    browser = _first_named(user_agent, BROWSERS)
    system = _first_named(user_agent, SYSTEMS)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent[:60] or _("Unknown device")


def _first_named(user_agent: str, marks: dict[str, str]) -> str:
    return next((name for mark, name in marks.items() if mark in user_agent), "")
