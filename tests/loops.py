"""Watches every request of the suite: the same relation fetched row by row raises an error (django-zeal)."""

from zeal import zeal_context

#: Wagtail's own lists that look at each page by itself, of 20 at most; tests/queries counts what they ask
#: and its note of who edits a page, which asks for that one page's newest revision twice
WAGTAILS_OWN = ("/admin/api/main/", "/admin/choose-page/", "/admin/editing-sessions/")


def watch_for_loops(get_response):
    def watched(request):
        if request.path.startswith(WAGTAILS_OWN):
            return get_response(request)
        with zeal_context():
            return get_response(request)

    return watched
