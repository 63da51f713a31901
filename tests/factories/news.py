import factory
from wagtail.models import Page

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC
from hanse_members.models import Cluster
from hanse_news.models import NewsIndexPage, NewsPage


def news_index(cluster: Cluster, language: str = "en") -> NewsIndexPage:
    return NewsIndexPage.objects.get(cluster=cluster, locale__language_code=language)


class NewsPageFactory(factory.django.DjangoModelFactory):
    """A live piece of ``cluster`` (one made by ``create_cluster``) in ``language``, seen by ``scopes``."""

    class Meta:
        model = NewsPage

    title = factory.Sequence(lambda n: f"Piece {n}")
    teaser = "What it is about."

    @classmethod
    def _create(cls, model_class, *args, cluster, language="en", scopes=(PUBLIC,), **kwargs):
        parent = Page.objects.get(pk=news_index(cluster, language).pk)
        page = parent.add_child(instance=model_class(*args, locale=news_index(cluster, language).locale, **kwargs))
        change_audience(page, scopes=scopes, by=None)
        return page
