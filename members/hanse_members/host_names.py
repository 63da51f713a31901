"""Host names of clusters: which there are, and what one may be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _

CACHE_KEY = "hanse_members.host_names"
#: seconds after which a worker with a cache of its own knows of a change
KEPT_FOR = 60
#: letters, digits and hyphens, RFC 1123; the last label is not a number, so that it is no address
NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")


def platform_address() -> str:
    """Scheme and host of the platform, without a slash at the end."""
    return getattr(settings, "WAGTAILADMIN_BASE_URL", "").rstrip("/")


def clean_host_name(text: str) -> str:
    """A host name in lower case, as it is asked for (IDNA). Raises ValidationError."""
    text = text.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/.")
    try:
        name = text.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not NAME.fullmatch(name):
        raise ValidationError(_("Enter a host name such as www.photonik-nord.example, without a path."))
    own = [pattern for pattern in settings.ALLOWED_HOSTS if pattern != "*" and not pattern.startswith(".")]
    if validate_host(name, [*own, urlsplit(platform_address()).hostname or ""]):
        raise ValidationError(_("This is the host name of the platform itself."))
    return name


def cluster_of_host(host: str) -> str | None:
    """The slug of the cluster whose own host name this is; ``host`` as in the header, with or without a port.

    Asks the database at most once in ``KEPT_FOR`` seconds, and not at all for the platform's own name.
    """
    name = split_domain_port(host)[0].rstrip(".")
    # What has no dot is no host name on the public web.
    if "." not in name or name == urlsplit(platform_address()).hostname:
        return None
    return cache.get_or_set(CACHE_KEY, _host_names, KEPT_FOR).get(name)


def forget_host_names() -> None:
    cache.delete(CACHE_KEY)


def _host_names() -> dict[str, str]:
    from .models import Cluster

    named: Iterable[tuple[str, str]] = Cluster.objects.exclude(host_name=None).values_list("host_name", "slug")
    return dict(named)
