from django.urls import path

from . import views
from .saved import views as saved
from .suggesting import views as suggesting

app_name = "hanse_search"

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/similar/<slug:source>/<int:pk>/", views.similar_to, name="similar"),
    path("search/suggestions/", suggesting.suggestions, name="suggestions"),
    path("search/recent/", suggesting.recent, name="recent"),
    path("search/saved/", saved.saved, name="saved"),
    path("search/save/", saved.save, name="save"),
    path("search/saved/<int:pk>/", saved.change, name="change"),
    path("search/saved/<int:pk>/pause/", saved.pause, name="pause"),
    path("search/saved/<int:pk>/delete/", saved.delete, name="delete"),
    path("search/saved/<int:pk>/new/<int:number>/", saved.alert, name="alert"),
]
