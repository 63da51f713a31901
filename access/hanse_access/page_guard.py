"""Wagtail's administration finds pages by number for anybody with access to it.

For people to whom a page is hidden it is asked for a number that never exists instead, so that hidden and missing are
the same answer, whatever the view.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.auth import permission_denied
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from .operators import is_operator
from .page_explorer import explorable_pages, known_pages, own_pages
from .page_relations import PAGE_BEHIND
from .page_stakes import STAKE_ACTIONS
from .page_submissions import SUBMITTING, may_submit
from .pages import viewer_of
from .refused_values import is_refused_value

#: arguments of URL patterns that are numbers of pages
PAGE_ARGUMENTS = frozenset({"page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"})
#: fields of Wagtail's forms that take any page by its number, and name it when they refuse it
PAGE_FIELDS = {
    "wagtailadmin_pages:copy": "new_parent_page",
    "wagtailadmin_pages:move": "new_parent_page",
    "wagtail_bulk_action": "chooser",
}
MISSING = 0
#: beyond this no number can be one of a page
MOST_DIGITS = 18
#: URL namespaces of what operators alone administer: nobody else learns which numbers exist there
OPERATORS_NAMESPACES = frozenset({"wagtailusers_users", "wagtailusers_groups", "wagtailsites", "wagtaillocales"})


API = "wagtailadmin_api:"
#: what tells every title, address and tag of Wagtail's media to anybody who may enter the administration
MEDIA_VIEWS = ("wagtailadmin_api:images:", "wagtailadmin_api:documents:", "wagtailadmin_tag_autocomplete")


class PageAdminMiddleware:
    """Belongs after ``ViewerMiddleware``."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @cached_property
    def admin(self) -> str:
        return reverse("wagtailadmin_home")

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        if not request.path.startswith(self.admin) or match is None or not request.user.is_authenticated:
            return None
        if set(match.namespaces) & OPERATORS_NAMESPACES and not may_administer(request.user):
            raise Http404
        name = match.view_name
        if name.startswith(MEDIA_VIEWS) and not _works_with_media(request.user):
            raise Http404
        if name.startswith("wagtailadmin_reports:page_types_usage") and not may_explore_below(request.user, None):
            return permission_denied(request)
        for argument in page_arguments(name, kwargs):
            asked = str(kwargs[argument])
            if not (_is_number(asked) and pages_of_view(name)(viewer_of(request)).filter(pk=asked).exists()):
                kwargs[argument] = type(kwargs[argument])(MISSING)
        for argument in kwargs.keys() & PAGE_BEHIND.keys():
            behind = PAGE_BEHIND[argument](kwargs[argument])
            if behind is None or not own_pages(viewer_of(request)).filter(pk=behind).exists():
                raise Http404  # 0 in its place would be a revision that was not asked for
            if name in SUBMITTING and not may_submit(request.user, behind):
                return permission_denied(request)
        if name in SUBMITTING and kwargs.get("page_id") and not may_submit(request.user, kwargs["page_id"]):
            return permission_denied(request)
        if request.method == "POST" and name in PAGE_FIELDS:
            _refuse_unless_explorable(request, request.POST.get(PAGE_FIELDS[name], ""))
        if name == "wagtail_bulk_action" and _names_page(kwargs):
            _drop_hidden(request, own_pages(viewer_of(request)))
        elif name == "wagtailadmin_choose_page_chosen_multiple":
            _drop_hidden(request, known_pages(viewer_of(request)))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Wagtail takes what addresses name and forms send as it comes, also what nothing can be made of."""
        match = request.resolver_match
        if not request.path.startswith(self.admin) or match is None or not is_refused_value(request, exception):
            return None
        if match.view_name.startswith(API):
            return JsonResponse({"message": _("This cannot be looked for.")}, status=400)
        raise BadRequest from exception


def pages_of_view(view_name: str):
    """The pages that a view may be asked for: choosers take readable ones, the explorer the way to one's own too."""
    if view_name.startswith("wagtailadmin_choose_page"):
        return known_pages
    if view_name.startswith(("wagtailadmin_explore", "wagtailadmin_api:pages:")):
        return explorable_pages
    return own_pages


def page_arguments(view_name: str, kwargs: dict) -> Iterable[str]:
    """Those arguments of a view that are numbers of pages."""
    found = [argument for argument in kwargs if argument in PAGE_ARGUMENTS]
    if view_name.startswith(("wagtailadmin_pages:", "wagtailadmin_api:pages:")) and "pk" in kwargs:
        found.append("pk")
    if "object_id" in kwargs and _names_page(kwargs):
        found.append("object_id")
    return found


def may_administer(user) -> bool:
    """Operators, and superusers of the command line."""
    return user.is_superuser or is_operator(user)


def may_explore_below(user, page: Page | None) -> bool:
    """Whether page permissions reach this page and so all below it. None: every page."""
    page = page or Page.get_first_root_node()
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_any_permission_for_instance(user, set(STAKE_ACTIONS), page)


def _works_with_media(user) -> bool:
    """May add, change or choose Wagtail's images or documents in some collection."""
    return any(
        policy_registry.get_by_type(model).user_has_any_permission(user, {"add", "change", "choose"})
        for model in (get_image_model(), get_document_model())
    )


def _names_page(kwargs: dict) -> bool:
    try:
        model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
    except (KeyError, LookupError, ValueError):
        return False
    return issubclass(model, Page)


def _drop_hidden(request: HttpRequest, pages: PageQuerySet) -> None:
    """Let the numbers in the address stand for pages of this query set only."""
    asked = request.GET.getlist("id")
    numbers = [pk for pk in asked if _is_number(pk)]
    kept = [str(pk) for pk in pages.filter(pk__in=numbers).values_list("pk", flat=True)]
    if "all" in asked and _all_are_explorable(request):
        kept.append("all")
    request.GET = request.GET.copy()
    request.GET.setlist("id", kept or [str(MISSING)])


def _refuse_unless_explorable(request: HttpRequest, pk: str) -> None:
    """Raises Http404 for a chosen page that the person may not know of, as for one that is not there."""
    if pk and not (_is_number(pk) and explorable_pages(viewer_of(request)).filter(pk=pk).exists()):
        raise Http404


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS


def _all_are_explorable(request: HttpRequest) -> bool:
    parent = request.GET.get("childOf", "")
    if not _is_number(parent):
        return may_explore_below(request.user, None)
    page = Page.objects.filter(pk=parent).first()
    return page is not None and may_explore_below(request.user, page)
