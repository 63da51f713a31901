from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from wagtail.models import PageManager

from hanse_access.pages import ScopedPageQuerySet
from hanse_access.viewer import Viewer


class NewsPageQuerySet(ScopedPageQuerySet):
    def newest_first(self):
        return self.order_by("-date", "-pk")

    def with_senders(self):
        """All that a list shows of each piece, without a query each."""
        return self.select_related("cluster", "locale", "page_audience")

    def originals(self):
        """Without aliases: a piece that other clusters show too is listed once, under its sender."""
        return self.filter(alias_of__isnull=True)

    def without_mirrors(self):
        """Without aliases in another language, which only repeat the text of the original."""
        return self.filter(Q(alias_of__isnull=True) | ~Q(alias_of__translation_key=F("translation_key")))

    def each_once(self, viewer: Viewer, language: str):
        """Each piece in one language: the reader's where it is there, else another that the viewer may see.

        Expects that ``visible_to`` was asked for the same viewer. The templates say the language of what is in another.
        """
        siblings = (
            self.model.objects.visible_to(viewer)
            .shown()
            .filter(alias_of__isnull=True, translation_key=OuterRef("translation_key"))
        )
        wanted = Q(locale__language_code=language)
        return self.filter(
            wanted | (~Exists(siblings.filter(wanted)) & ~Exists(siblings.filter(locale_id__lt=OuterRef("locale_id"))))
        )


NewsPageManager = PageManager.from_queryset(NewsPageQuerySet, "NewsPageManager")
