from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from hanse_site import health, well_known
from hanse_site.account import doors

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ReadyView.as_view(), name="health_ready"),
    path("accounts/", include(doors.account_urlpatterns)),
    path("accounts/", include("allauth.urls")),
    path("account/", include("hanse_site.account.urls")),
    path("admin/", include(doors.admin_urlpatterns)),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", well_known.robots, name="robots"),
    path("favicon.ico", well_known.favicon, name="favicon"),
    path("", include("hanse_base.urls")),
    path("", include("hanse_access.urls")),
    path("", include("hanse_activity.urls")),
    path("", include("hanse_search.urls")),
    path("", include("hanse_members.urls")),
    path("", include("hanse_groups.urls")),
    path("", include("hanse_challenges.urls")),
    path("", include("hanse_news.urls")),
    *i18n_patterns(path("", include(doors.page_urlpatterns)), path("", include(wagtail_urls))),
]

if apps.is_installed("anymail"):
    # Providers tell here what became of mails; guarded by ANYMAIL_WEBHOOK_SECRET.
    urlpatterns.insert(0, path("anymail/", include("anymail.urls")))

handler400 = "hanse_site.errors.bad_request"
handler403 = "hanse_site.errors.permission_denied"
handler404 = "hanse_site.errors.page_not_found"
handler500 = "hanse_site.errors.server_error"
