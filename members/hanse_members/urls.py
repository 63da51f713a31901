from django.urls import path

from . import application_views, terms_views, views

app_name = "hanse_members"
urlpatterns = [
    path("clusters/", views.directory, name="directory"),
    path("clusters/<slug:slug>/", views.cluster, name="cluster"),
    path("clusters/<slug:slug>/theme.css", views.theme, name="theme"),
    path("terms/accept/", terms_views.accept, name="accept_terms"),
    path("terms/<int:pk>/", terms_views.terms, name="terms"),
    path("memberships/", views.memberships, name="memberships"),
    path("memberships/apply/<slug:slug>/", application_views.apply, name="apply"),
    path("memberships/applications/", application_views.applications, name="applications"),
    path("memberships/applications/<int:pk>/decline/", application_views.decline, name="decline"),
    path("memberships/<int:pk>/leave/", views.leave, name="leave"),
    path("memberships/<int:pk>/contact/", views.contact, name="contact"),
]
