"""The addresses of the host: those of a new Wagtail project, its pages by language, and those of the plugins."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("hanse_base.urls")),
    path("", include("hanse_access.urls")),
    path("", include("hanse_activity.urls")),
    path("", include("hanse_members.urls")),
    *i18n_patterns(path("", include(wagtail_urls))),
]
