from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .health.views import HealthView, repair
from .tuning.viewsets import SearchGroup


class HealthMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("hanse_search.view_searchfigure")


@hooks.register("register_admin_viewset")
def register_tuning():
    return SearchGroup()


@hooks.register("register_reports_menu_item")
def health_menu_item() -> MenuItem:
    return HealthMenuItem(
        _("Search"), reverse("hanse_search_health:health"), name="search-health", icon_name="search", order=1210
    )


@hooks.register("register_admin_urls")
def health_urls() -> list:
    urls = (
        [path("", HealthView.as_view(), name="health"), path("repair/", repair, name="repair")],
        "hanse_search_health",
    )
    return [path("reports/search/", include(urls))]
