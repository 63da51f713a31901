from django.urls import path

from . import chat_views, export_views, guest_views, link_views, message_views, participant_views, room_views

app_name = "hanse_groups"
urlpatterns = [
    path("rooms/", room_views.rooms, name="rooms"),
    path("rooms/new/", room_views.new_room, name="new_room"),
    path("rooms/me/", guest_views.own_guest_profile, name="own_guest_profile"),
    path("rooms/guests/<uuid:uid>/", guest_views.guest, name="guest"),
    path("rooms/opening/<slug:slug>/", room_views.opening, name="opening"),
    path("rooms/<uuid:uid>/", room_views.room, name="room"),
    path("rooms/<uuid:uid>/settings/", room_views.settings, name="settings"),
    path("rooms/<uuid:uid>/state/", room_views.change_state, name="change_state"),
    path("rooms/<uuid:uid>/trail/", room_views.trail, name="trail"),
    path("rooms/<uuid:uid>/join/", participant_views.join, name="join"),
    path("rooms/<uuid:uid>/ask/", participant_views.ask, name="ask"),
    path("rooms/<uuid:uid>/leave/", participant_views.leave, name="leave"),
    path("rooms/<uuid:uid>/level/", participant_views.level, name="level"),
    path("rooms/<uuid:uid>/people/", participant_views.people, name="people"),
    path("rooms/<uuid:uid>/people/invite/", participant_views.invite, name="invite"),
    path("rooms/<uuid:uid>/export/", export_views.export, name="export"),
    path("rooms/<uuid:uid>/links/", link_views.links, name="links"),
    path("rooms/<uuid:uid>/links/<int:pk>/revoke/", link_views.revoke, name="revoke_link"),
    path("rooms/invitation/<str:secret>/", link_views.link, name="link"),
    path("rooms/<uuid:uid>/people/<int:pk>/object/", participant_views.object_to, name="object"),
    path("rooms/<uuid:uid>/people/<int:pk>/<slug:act>/", participant_views.act_on, name="participant"),
    path("rooms/<uuid:uid>/chat/", chat_views.chat, name="chat"),
    path("rooms/<uuid:uid>/chat/search/", chat_views.search, name="search"),
    path("rooms/<uuid:uid>/messages/<uuid:message>/", chat_views.message, name="message"),
    path("conversations/<uuid:uid>/messages/", message_views.messages, name="messages"),
    path("conversations/<uuid:uid>/changes/", message_views.changes, name="changes"),
    path("conversations/<uuid:uid>/read/", message_views.read, name="read"),
    path("conversations/<uuid:uid>/messages/<uuid:message>/", message_views.one, name="one"),
    path("conversations/<uuid:uid>/messages/<uuid:message>/withheld/", message_views.withheld, name="withheld"),
    path("conversations/<uuid:uid>/messages/<uuid:message>/<slug:act>/", message_views.act_on, name="act_on_message"),
]
