from django.urls import path

from . import follow_views, views

app_name = "hanse_activity"
urlpatterns = [
    path("follows/", follow_views.follows, name="follows"),
    path("follows/<slug:kind>/<int:pk>/", follow_views.change_follow, name="change_follow"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/mails/", views.resume_mail, name="resume_mail"),
    path("notifications/<int:pk>/open/", views.open_notification, name="open"),
]
