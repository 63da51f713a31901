from django.urls import path

from . import feeds, views

app_name = "hanse_news"
urlpatterns = [
    path("news/", views.news, name="news"),
    path("news/<slug:language>.atom", feeds.feed, name="feed"),
    path("news/<slug:language>/<slug:slug>.atom", feeds.feed, name="cluster_feed"),
]
