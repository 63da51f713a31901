from django.urls import path

from . import views

app_name = "hanse_search"

urlpatterns = [path("search/", views.search, name="search")]
