"""The site with the webhooks of mail providers, as it is where ANYMAIL_ESP is set."""

from django.urls import include, path

from hanse_site.urls import handler400, handler403, handler404, handler500
from hanse_site.urls import urlpatterns as site_patterns

urlpatterns = [path("anymail/", include("anymail.urls")), *site_patterns]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
