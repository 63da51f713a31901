"""The site's addresses and the lists that are compared: the same page with the rule and without."""

from django.urls import path

from hanse_base.frames import frame_for
from hanse_site.urls import urlpatterns as site_urlpatterns
from tests.testapp.models import Item
from tests.testapp.views import items, show

from .experts import EveryExpert


def unscoped(request):
    return show(request, Item.objects.all())


def every_expert(request):
    return EveryExpert(request).render("hanse_members/experts.html", {"frame": frame_for(request)})


urlpatterns = [
    path("bench/experts/", every_expert),
    path("bench/visible/", items),
    path("bench/all/", unscoped),
    *site_urlpatterns,
]
