from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .job_report import JobReport


class JobReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("hanse_base.view_jobstate")


@hooks.register("register_reports_menu_item")
def job_report_menu_item() -> MenuItem:
    return JobReportMenuItem(
        _("Timed jobs"), reverse("hanse_base_jobs:report"), name="timed-jobs", icon_name="history", order=1200
    )


@hooks.register("register_admin_urls")
def job_report_urls() -> list:
    urls = (
        [
            path("", JobReport.as_view(), name="report"),
            path("results/", JobReport.as_view(results_only=True), name="results"),
        ],
        "hanse_base_jobs",
    )
    return [path("reports/timed-jobs/", include(urls))]


@hooks.register("insert_global_admin_js", order=0)
def csp_init_js() -> str:
    """Defines ``<csp-init>`` before the first widget of the page; see ``hanse_base.csp``."""
    return format_html('<script src="{}"></script>', static("hanse_base/admin/csp-init.js"))


@hooks.register("insert_editor_js")
def field_names_js() -> str:
    return format_html('<script src="{}" type="module"></script>', static("hanse_base/admin/field-names.js"))
