"""What news adds to the shared surfaces: navigation, dashboard, the entry pages of clusters."""

from __future__ import annotations

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.reportables import Reportable
from hanse_base.cards import Card
from hanse_base.navigation import NavigationItem
from hanse_base.slots import SlotPart
from hanse_members.models import ClusterPage
from hanse_members.sections import Section
from hanse_members.subjects import Subject

from .editing import add_links, add_url
from .feeds import feed_url
from .lists import latest
from .models import NewsIndexPage, NewsPage


def card_context(request: HttpRequest) -> dict:
    return {"news": latest(request, 5), "add_links": add_links(request)}


card = Card(
    name="latest-news",
    title=_("Latest news"),
    template="hanse_news/cards/latest.html",
    context=card_context,
    order=30,
)

navigation_item = NavigationItem(
    name="news", label=_("News"), url=lambda request: reverse("hanse_news:news"), icon="news", order=30
)


def section_context(request: HttpRequest, page: ClusterPage) -> dict | None:
    """The newest of this cluster, and for its editors the way to write one."""
    index = NewsIndexPage.objects.child_of(page).live().first()
    if index is None:
        return None
    return {
        "news": latest(request, 5, page.cluster),
        "index": index,
        "add_url": add_url(index, request.user),
        "cluster": page.cluster,
    }


section = Section(
    name="latest-news",
    label=_("Latest news"),
    template="hanse_news/sections/latest.html",
    context=section_context,
    order=20,
)

footer_part = SlotPart(
    name="news-feed",
    place="footer",
    template="hanse_news/slots/footer.html",
    context=lambda request: {"feed_url": feed_url(get_language() or "en")},
    order=50,
)


def visible_news(viewer: Viewer) -> QuerySet[NewsPage]:
    """What one may ask about; the languages of a piece share an address, the reader's comes first."""
    own_language = Case(When(locale__language_code=get_language(), then=Value(0)), default=Value(1))
    visible = NewsPage.objects.visible_to(viewer).select_related("cluster", "locale")
    return visible.order_by(own_language, "pk")


subject = Subject(
    name="news",
    label=_("News"),
    model=NewsPage,
    key="slug",
    visible=visible_news,
    clusters=lambda page: [page.cluster],
    hidden=_("A piece of news that you cannot see"),
    order=40,
)


def copy_of_news(page: NewsPage, viewer: Viewer, scope: Scope | None) -> str:
    text = " ".join(strip_tags(str(page.body)).split())
    return "\n\n".join([page.title, page.teaser, text])


def withhold_news(page: NewsPage) -> None:
    """Offline in every language, as if its editors had taken it back; they publish it again when it is mended."""
    for each in page.get_translations(inclusive=True).live():
        UnpublishPageAction(each, include_descendants=False).execute(skip_permission_checks=True)


reportable = Reportable(
    name="news",
    label=_("a piece of news"),
    model=NewsPage,
    key="slug",
    visible=visible_news,
    author=lambda page: page.owner,
    copy=copy_of_news,
    scopes=lambda page: [Scope("cluster", page.cluster.pk)],
    withhold=withhold_news,
    objection=lambda page: reverse("hanse_members:ask", args=["cluster", page.cluster.slug]),
    order=40,
)
