from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models import Audience

from .extraction.models import FileText
from .saved.models import SavedSearch, SearchAlert
from .suggesting.models import NoRecentSearches, RecentSearch
from .tuning.models import SearchWeight, SynonymGroup

__all__ = [
    "FileText",
    "NoRecentSearches",
    "RecentSearch",
    "SavedSearch",
    "SearchAlert",
    "SearchChange",
    "SearchDocument",
    "SearchFacet",
    "SearchFigure",
    "SearchPart",
    "SearchWeight",
    "SearchWord",
    "SynonymGroup",
]


class SearchDocument(models.Model):
    """One item that can be found: the database backend, the source of every rebuild, the outbox of a separate index.

    ``version`` grows with every change; ``indexed_version`` is what the separate index has. ``gone``: the item is no
    more, and the separate index has not heard of it yet. ``digest`` is that of the whole entry.
    """

    source = models.CharField(max_length=30)
    object_id = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    indexed_version = models.PositiveBigIntegerField(default=0)
    gone = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    shown_from = models.DateTimeField(null=True)
    shown_until = models.DateTimeField(null=True)
    lower_after = models.DateTimeField(null=True)
    author_id = models.BigIntegerField(null=True)
    container = models.PositiveBigIntegerField(default=0)
    place = models.PositiveBigIntegerField(default=0)
    language = models.CharField(max_length=10, blank=True)
    date = models.DateTimeField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "object_id"], name="hanse_search_document_once")]
        indexes = [
            models.Index(fields=["audience", "-date", "-id"], name="hanse_search_by_audience"),
            models.Index(
                fields=["id"], condition=~models.Q(version=models.F("indexed_version")), name="hanse_search_outbox"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.object_id}"


class SearchPart(models.Model):
    """What an item says, to those whom ``audience`` admits. The part without a name is for all who see the item.

    The words by which it is found stand beside it, in the form of each database (``words``).
    """

    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=40, blank=True)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("part of a search document")
        verbose_name_plural = _("parts of search documents")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["document", "name"], name="hanse_search_part_once")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.name}"


class SearchFacet(models.Model):
    """A value by which an item is counted and narrowed, for those who see the part that it is of."""

    part = models.ForeignKey(SearchPart, on_delete=models.CASCADE, related_name="facets")
    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("facet of a search document")
        verbose_name_plural = _("facets of search documents")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["part", "name", "value"], name="hanse_search_facet_once")]
        indexes = [models.Index(fields=["name", "value", "document"], name="hanse_search_by_facet")]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class SearchChange(models.Model):
    """An item changed, and its document does not say so yet. Written by triggers, in the transaction of the change."""

    source = models.CharField(max_length=30)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("change to be searched")
        verbose_name_plural = _("changes to be searched")
        default_permissions = ()
        indexes = [models.Index(fields=["source", "object_id"], name="hanse_search_changed")]

    def __str__(self) -> str:
        return f"{self.source} {self.object_id}"


class SearchWord(models.Model):
    """A folded word of any item, hidden ones too: for ``spelling`` alone, which gives only what the viewer can find."""

    word = models.CharField(max_length=30, unique=True)
    mirrored = models.CharField(max_length=30, db_index=True)
    length = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


class SearchFigure(models.Model):
    """A number that those who run the platform see, with when it last changed (``figures``)."""

    name = models.CharField(max_length=20, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    told = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("figure of the search")
        verbose_name_plural = _("figures of the search")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.name
