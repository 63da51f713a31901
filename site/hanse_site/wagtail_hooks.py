from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from .legal import terms_instead_of
from .people.viewsets import NameOperatorsBulkAction, SetActiveBulkAction

# After Wagtail's own of the same names, which these replace.
for action in (NameOperatorsBulkAction, SetActiveBulkAction):
    hooks.register("register_bulk_action", action, order=100)


@hooks.register("insert_global_admin_css")
def admin_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("hanse_site/css/admin.css"))


@hooks.register("before_serve_page")
def lead_to_the_terms_in_force(page, request, serve_args, serve_kwargs):
    url = terms_instead_of(page)
    return redirect(url) if url else None
