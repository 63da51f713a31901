"""The addresses of the host with the search and rooms besides."""

from django.urls import include, path

from .hanse_urls import urlpatterns as others

urlpatterns = [
    *others[:-1],
    path("", include("hanse_search.urls")),
    path("", include("hanse_groups.urls")),
    others[-1],
]
