from django.http import Http404
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import admin_views
from .attachment_viewsets import page_attachment_chooser_viewset, page_attachment_viewset
from .page_explorer import explorable_pages, known_pages
from .page_forms import note_autosave
from .page_guard import may_explore_below
from .page_links import KnownPageLinkElementHandler, VisiblePageLinkHandler
from .page_panels import scope_panels, scope_summary
from .page_submissions import offer_where_editable
from .pages import ScopedPageMixin, viewer_of

hooks.register("before_create_page", note_autosave)
hooks.register("before_edit_page", note_autosave)
offer_where_editable()


@hooks.register("insert_global_admin_css")
def chip_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("hanse_access/css/admin.css"))


@hooks.register("insert_editor_js")
def saving_script() -> str:
    return format_html('<script src="{}" type="module"></script>', static("hanse_access/js/saving.js"))


@hooks.register("before_serve_page")
def hide_closed_pages(page, request, serve_args, serve_kwargs):
    """Whatever a page type's own routing does, a page hidden from the viewer is not served."""
    if isinstance(page, ScopedPageMixin) and not page.is_visible_to(viewer_of(request)):
        raise Http404


class AuditTrailMenuItem(MenuItem):
    def is_shown(self, request):
        return admin_views.may_read_trail(request)


class BreakGlassMenuItem(MenuItem):
    def is_shown(self, request):
        return admin_views.may_break_glass(request)


@hooks.register("register_reports_menu_item")
def audit_trail_menu_item():
    return AuditTrailMenuItem(
        _("Audit trail"), reverse("hanse_access_admin:audit_trail"), name="audit-trail", icon_name="history", order=50
    )


@hooks.register("register_settings_menu_item")
def break_glass_menu_item():
    return BreakGlassMenuItem(
        _("Break-glass access"),
        reverse("hanse_access_admin:break_glass"),
        name="break-glass",
        icon_name="warning",
        order=900,
    )


@hooks.register("register_admin_urls")
def admin_urls():
    patterns = [
        path("audit-trail/", admin_views.AuditTrailView.as_view(), name="audit_trail"),
        path("audit-trail/results/", admin_views.AuditTrailView.as_view(results_only=True), name="audit_trail_results"),
        path("break-glass/", admin_views.BreakGlassView.as_view(), name="break_glass"),
        path("break-glass/<int:pk>/close/", admin_views.CloseGlassView.as_view(), name="close_glass"),
    ]
    return [path("access/", include((patterns, "hanse_access_admin"), namespace="hanse_access_admin"))]


@hooks.register("register_admin_viewset")
def private_files():
    return [page_attachment_viewset, page_attachment_chooser_viewset]


@hooks.register("construct_page_chooser_queryset")
def choose_known_pages(pages, request):
    # The chooser says the state of each page, but asks for it page by page unless it is here already.
    return known_pages(request.viewer, pages).prefetch_workflow_states().annotate_approved_schedule()


@hooks.register("construct_explorer_page_queryset")
def explore_own_pages(parent_page, pages, request):
    return explorable_pages(request.viewer, pages)


@hooks.register("construct_homepage_panels")
def tell_of_own_pages(request, panels):
    scope_panels(panels)


# Wagtail puts its own items there by the same hook, so this one comes last.
@hooks.register("construct_homepage_summary_items", order=1000)
def count_own_pages(request, items):
    scope_summary(request, items)


@hooks.register("construct_reports_menu")
def hide_report_over_all_pages(request, menu_items):
    if not may_explore_below(request.user, None):
        menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("register_rich_text_features", order=100)
def hide_links_to_hidden_pages(features):
    features.register_link_type(VisiblePageLinkHandler)
    rule = features.converter_rules_by_converter.get("contentstate", {}).get("link")
    if rule is not None:
        rule["from_database_format"]['a[linktype="page"]'] = KnownPageLinkElementHandler("LINK")
