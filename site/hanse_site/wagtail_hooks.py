from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from .people.viewsets import NameOperatorsBulkAction, SetActiveBulkAction

# After Wagtail's own of the same names, which these replace.
for action in (NameOperatorsBulkAction, SetActiveBulkAction):
    hooks.register("register_bulk_action", action, order=100)


@hooks.register("insert_global_admin_css")
def admin_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("hanse_site/css/admin.css"))
