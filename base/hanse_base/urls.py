from django.urls import path

from . import views, waiting_views

app_name = "hanse_base"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/arrange/", views.arrange_dashboard, name="arrange"),
    path("frame/", views.frame_parts, name="frame_parts"),
    path("waiting/", waiting_views.waiting_page, name="waiting"),
    path("language/", views.change_language, name="language"),
    path("patterns/", views.pattern_library, name="patterns"),
]
