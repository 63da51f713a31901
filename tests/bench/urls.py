"""The site's addresses and the two lists that are compared: the same page with the rule and without."""

from django.urls import path

from hanse_site.urls import urlpatterns as site_urlpatterns
from tests.testapp.models import Item
from tests.testapp.views import items, show


def unscoped(request):
    return show(request, Item.objects.all())


urlpatterns = [
    path("bench/visible/", items),
    path("bench/all/", unscoped),
    *site_urlpatterns,
]
