from django.urls import path

from . import delivery_views, follow_views, report_views, views

app_name = "hanse_activity"
urlpatterns = [
    path("follows/", follow_views.follows, name="follows"),
    path("follows/<slug:kind>/<int:pk>/", follow_views.change_follow, name="change_follow"),
    path("reports/", report_views.reports, name="reports"),
    path("reports/<int:pk>/show-again/", report_views.show_again, name="show_again"),
    path("reports/about/<slug:kind>/<str:key>/", report_views.make_report, name="make_report"),
    path("blocks/<int:pk>/end/", report_views.unblock, name="unblock"),
    path("blocks/author/<slug:kind>/<str:key>/", report_views.block_author, name="block_author"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/mails/", views.resume_mail, name="resume_mail"),
    path("notifications/delivery/", delivery_views.delivery, name="delivery"),
    path("notifications/stop/<str:token>/", delivery_views.stop, name="stop"),
    path("notifications/<int:pk>/open/", views.open_notification, name="open"),
]
