from django.urls import path

from . import views

app_name = "hanse_challenges"

urlpatterns = [
    path("questions/", views.questions, name="questions"),
    path("questions/own/", views.own_questions, name="own_questions"),
    path("questions/new/", views.ask, name="ask"),
    path("questions/<uuid:uid>/", views.question, name="question"),
    path("questions/<uuid:uid>/edit/", views.edit, name="edit_question"),
    path("questions/<uuid:uid>/delete/", views.delete, name="delete_question"),
    path("questions/<uuid:uid>/close/", views.close, name="close_question"),
    path("questions/<uuid:uid>/reply/", views.reply, name="reply"),
    path("questions/<uuid:uid>/room/", views.go_on, name="go_on"),
    path("questions/<uuid:uid>/replies/<uuid:reply>/edit/", views.edit_reply, name="edit_reply"),
    path("questions/<uuid:uid>/replies/<uuid:reply>/delete/", views.delete_reply, name="delete_reply"),
    path("questions/<uuid:uid>/replies/<uuid:reply>/choose/", views.choose, name="choose"),
]
