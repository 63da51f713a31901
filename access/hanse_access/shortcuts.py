"""The only way for a view to get one object: hidden and missing are the same 404."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from .models import BreakGlass
from .querysets import ScopedQuerySet
from .viewer import Viewer


def get_visible_or_404(request: HttpRequest, queryset, *, page_view: bool = False, **lookup):
    """One row of a scoped model that the asking person may see, or Http404.

    ``queryset`` is a scoped manager or query set. ``page_view`` is set by views that show one object as a page and
    nothing else: there an operator's open break-glass counts. Malformed lookup values are missing rows.
    """
    if not isinstance(queryset, ScopedQuerySet):
        queryset = queryset.all()
    viewer = page_viewer(request) if page_view else request.viewer
    try:
        return queryset.visible_to(viewer).get(**lookup)
    except (queryset.model.DoesNotExist, ValueError, OverflowError) as error:
        raise Http404 from error


def page_viewer(request: HttpRequest) -> Viewer:
    """The viewer of a single page view: with the scopes that the person has open by break-glass at this moment."""
    viewer = request.viewer
    if viewer.user is None:
        return viewer
    more: dict[str, frozenset[int]] = {}
    for kind, id in BreakGlass.objects.open().filter(person=viewer.user_id).values_list("kind", "scope_id"):
        more[kind] = more.get(kind, frozenset()) | {id}
    return viewer.with_scopes(more) if more else viewer
