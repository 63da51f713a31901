from django.urls import path

from . import views

app_name = "hanse_activity"
urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/mails/", views.resume_mail, name="resume_mail"),
    path("notifications/<int:pk>/open/", views.open_notification, name="open"),
]
