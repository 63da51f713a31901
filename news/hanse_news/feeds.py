"""Atom feeds of the public news, per language: over all clusters and of one.

A feed shows what the rule gives to anybody on the web, whoever asks. Caches may keep it but must ask whether it still
holds: a piece that is no longer public leaves them at once.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.coreutils import get_content_languages

from hanse_access.viewer import Viewer
from hanse_members.models import Cluster

from .models import NewsPage

LENGTH = 30
#: what XML has no way to write; one such character in one title would take the feed of all clusters away
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(request: HttpRequest, language: str, slug: str | None = None) -> HttpResponse:
    """The newest public pieces in one language.

    Answers conditional requests by ``ETag`` alone: when a piece is closed, the newest date of the others is an older
    one, so that by dates nothing would have changed.
    """
    if language not in get_content_languages():
        raise Http404
    cluster = get_object_or_404(Cluster.objects.active(), slug=slug) if slug else None
    pieces = _public_pieces(language, cluster)
    etag = _etag(language, cluster, pieces)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        with override(language):
            response = _written(request, language, cluster, pieces)
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    return response


def feed_url(language: str, cluster: Cluster | None = None) -> str:
    if cluster is None:
        return reverse("hanse_news:feed", args=[language])
    return reverse("hanse_news:cluster_feed", args=[language, cluster.slug])


def _public_pieces(language: str, cluster: Cluster | None) -> list[NewsPage]:
    pieces = NewsPage.objects.visible_to(Viewer.public()).originals().filter(locale__language_code=language)
    if cluster is not None:
        pieces = pieces.filter(cluster=cluster)
    return list(pieces.with_senders().newest_first()[:LENGTH])


def _updated(page: NewsPage) -> datetime.datetime:
    return page.last_published_at or page.first_published_at or _published(page)


def _published(page: NewsPage) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(page.date, datetime.time()))


def _etag(language: str, cluster: Cluster | None, pieces: list[NewsPage]) -> str:
    """Changes with everything that the feed shows."""
    parts = [language, cluster.name if cluster else ""]
    parts += [f"{page.pk} {page.url_path} {page.cluster.name} {_updated(page).timestamp()}" for page in pieces]
    return f'"{hashlib.sha256(";".join(parts).encode()).hexdigest()[:32]}"'


def _readable(text: str) -> str:
    return UNWRITABLE.sub("", text)


def _written(request, language, cluster, pieces) -> HttpResponse:
    title = _("News of %(cluster)s") % {"cluster": _readable(cluster.name)} if cluster else _("News of the clusters")
    address = request.build_absolute_uri(feed_url(language, cluster))
    atom = Atom1Feed(
        title=title,
        link=request.build_absolute_uri(cluster.get_absolute_url() if cluster else reverse("hanse_members:directory")),
        description=_("What is published for everybody."),
        language=language,
        feed_url=address,
        # Feeds in different languages lead to the same directory: only their own addresses tell them apart.
        feed_guid=address,
        author_name=_readable(cluster.name) if cluster else settings.WAGTAIL_SITE_NAME,
    )
    for page in pieces:
        atom.add_item(
            title=_readable(page.title),
            link=request.build_absolute_uri(page.get_url(request)),
            # Django declares it as HTML, so that readers would take "<" in it for the beginning of a tag.
            description=escape(_readable(page.teaser)),
            unique_id=uuid.uuid5(page.translation_key, language).urn,
            author_name=_readable(page.cluster.name),
            pubdate=_published(page),
            updateddate=_updated(page),
        )
    updated = max((_updated(page) for page in pieces), default=None)
    atom.latest_post_date = lambda: updated or timezone.now()
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
