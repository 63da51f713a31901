"""The site's addresses and a list of the test model."""

from django.urls import path

from hanse_site.urls import urlpatterns as site_urlpatterns
from tests.testapp.views import items

urlpatterns = [path("testapp/", items), *site_urlpatterns]
