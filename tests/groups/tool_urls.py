"""The site with the page of a room tool that a foreign plugin brings."""

from django.shortcuts import render
from django.urls import path

from hanse_groups.room_home import tabs
from hanse_groups.shortcuts import enter
from hanse_site.urls import handler400, handler403, handler404, handler500
from hanse_site.urls import urlpatterns as site_patterns


def room_notes(request, uid):
    room, place = enter(request, uid)
    context = {"room": room, "place": place, "tabs": tabs(room, place, "notes")}
    return render(request, "testapp/room_notes_page.html", context)


urlpatterns = [path("test/room-notes/<uuid:uid>/", room_notes, name="room_notes"), *site_patterns]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
