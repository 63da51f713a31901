from django.http import Http404
from wagtail import hooks

from .pages import ScopedPageMixin, viewer_of


@hooks.register("before_serve_page")
def hide_closed_pages(page, request, serve_args, serve_kwargs):
    """Whatever a page type's own routing does, a page hidden from the viewer is not served."""
    if isinstance(page, ScopedPageMixin) and not page.is_visible_to(viewer_of(request)):
        raise Http404
