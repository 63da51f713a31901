from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from .editing import add_links
from .feeds import feed_url
from .lists import NewsList, visible_news


@login_required
def news(request: HttpRequest) -> HttpResponse:
    """All news that one may see, from all clusters."""
    context = {"add_links": add_links(request), "feed_url": feed_url(get_language() or "en")}
    return NewsList(request, visible_news(request.viewer)).render("hanse_news/news_list.html", context)
