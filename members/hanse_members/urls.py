from django.urls import path

from . import application_views, invitation_views, organisation_views, people_import_views, terms_views, views

app_name = "hanse_members"
urlpatterns = [
    path("clusters/", views.directory, name="directory"),
    path("clusters/<slug:slug>/", views.cluster, name="cluster"),
    path("clusters/<slug:slug>/theme.css", views.theme, name="theme"),
    path("organisations/", organisation_views.organisations, name="organisations"),
    path("organisations/<uuid:uid>/", organisation_views.organisation, name="organisation"),
    path("organisations/<uuid:uid>/edit/", organisation_views.edit, name="edit_organisation"),
    path("organisations/<uuid:uid>/people/<int:pk>/", organisation_views.keeper, name="keeper"),
    path("terms/accept/", terms_views.accept, name="accept_terms"),
    path("terms/<int:pk>/", terms_views.terms, name="terms"),
    path("memberships/", views.memberships, name="memberships"),
    path("memberships/apply/<slug:slug>/", application_views.apply, name="apply"),
    path("memberships/applications/", application_views.applications, name="applications"),
    path("memberships/applications/<int:pk>/decline/", application_views.decline, name="decline"),
    path("memberships/invitations/", invitation_views.invitations, name="invitations"),
    path("memberships/invitations/new/", invitation_views.invite, name="invite"),
    path("memberships/invitations/import/", people_import_views.import_people, name="import_people"),
    path("memberships/invitations/import/<int:pk>/", people_import_views.people_import, name="people_import"),
    path("memberships/invitations/import/<int:pk>/report.csv", people_import_views.people_report, name="people_report"),
    path("memberships/invitations/import/<int:pk>/discard/", people_import_views.discard_people, name="discard_people"),
    path("memberships/invitations/<int:pk>/again/", invitation_views.send_again, name="send_invitation_again"),
    path("memberships/invitations/<int:pk>/revoke/", invitation_views.revoke, name="revoke_invitation"),
    path("memberships/invited/<int:pk>/", invitation_views.own_invitation, name="own_invitation"),
    path("invitations/<str:secret>/", invitation_views.invitation, name="invitation"),
    path("memberships/<int:pk>/leave/", views.leave, name="leave"),
    path("memberships/<int:pk>/organisation/", organisation_views.change, name="change_organisation"),
    path("memberships/<int:pk>/contact/", views.contact, name="contact"),
]
