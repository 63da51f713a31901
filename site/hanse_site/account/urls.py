from django.urls import path

from . import views

app_name = "hanse_account"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("profile/", views.profile, name="profile"),
    path("data/", views.own_data, name="own_data"),
    path("data/download/", views.download_own_data, name="download_own_data"),
    path("delete/", views.delete, name="delete"),
    path("deleted/", views.deleted, name="deleted"),
    path("sessions/end/", views.sign_out_everywhere, name="sign_out_everywhere"),
]
