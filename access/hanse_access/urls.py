from django.urls import path

from . import files, views

app_name = "hanse_access"
urlpatterns = [
    path("files/<slug:kind>/<uuid:uuid>/", files.serve_file, name="file"),
    path("files/<slug:kind>/<uuid:uuid>/<int:width>/", files.serve_file, name="file_variant"),
    path("audience/reach/", views.reach_view, name="reach"),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("proposals/<int:pk>/release/", views.release, name="release"),
]
