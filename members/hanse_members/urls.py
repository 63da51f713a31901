from django.urls import path

from . import views

app_name = "hanse_members"
urlpatterns = [
    path("clusters/", views.directory, name="directory"),
    path("clusters/<slug:slug>/", views.cluster, name="cluster"),
    path("clusters/<slug:slug>/theme.css", views.theme, name="theme"),
    path("memberships/", views.memberships, name="memberships"),
    path("memberships/apply/<slug:slug>/", views.apply, name="apply"),
    path("memberships/<int:pk>/leave/", views.leave, name="leave"),
    path("memberships/<int:pk>/contact/", views.contact, name="contact"),
]
