from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionMember
from wagtail.search import index

from ..querysets import ScopedManager
from ..sniffing import IMAGE_TYPES
from ..viewer import Viewer
from .pages import PageAudience
from .scoped import Scoped

NOBODY = Q(pk__in=[])


def private_storage():
    return storages["private"]


def random_name(attachment: PrivateAttachment, filename: str) -> str:
    """Says nothing about the file or its use; the original name is only a label."""
    name = uuid.uuid4().hex
    return f"{attachment.kind}/{name[:2]}/{name}"


class PrivateAttachment(Scoped):
    """A file whose every byte is handed out by the rule. Subclasses say whose: ``kind`` and ``visible_q``.

    ``kind`` is unique among all subclasses and part of the address. Rows are made by
    ``attachments.store_attachment`` only, which checks and cleans the upload first, and their files never change.
    """

    kind: ClassVar[str]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(storage=private_storage, upload_to=random_name, max_length=200, editable=False)
    label = models.CharField(_("name"), max_length=160)
    content_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    #: smaller versions of an image: [{"width", "height", "name", "size"}], by width
    variants = models.JSONField(default=list, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def is_image(self) -> bool:
        return self.content_type in IMAGE_TYPES

    @property
    def ending(self) -> str:
        """The ending of the name, as the short word for its type."""
        return self.label.rpartition(".")[2].upper() if "." in self.label else self.content_type

    @property
    def url(self) -> str:
        return reverse("hanse_access:file", args=[self.kind, self.uuid])

    @property
    def sources(self) -> list[tuple[str, int]]:
        """Address and width of each size of an image, smallest first, the original included."""
        smaller = [
            (reverse("hanse_access:file_variant", args=[self.kind, self.uuid, variant["width"]]), variant["width"])
            for variant in self.variants
        ]
        return [*smaller, (self.url, self.width)] if self.is_image else []

    @property
    def srcset(self) -> str:
        return ", ".join(f"{url} {width}w" for url, width in self.sources)

    @property
    def file_names(self) -> list[str]:
        """Names in the private storage of everything that belongs to this row."""
        return [str(self.file.name), *(variant["name"] for variant in self.variants)]

    # An attachment has no audience of its own to be changed

    def audience_holders(self) -> QuerySet:
        return PageAudience.objects.none()

    def audience_changeable_by(self, user) -> bool:
        return False


def attachment_models() -> dict[str, type[PrivateAttachment]]:
    """All concrete kinds of attachments, by ``kind``."""
    return {model.kind: model for model in apps.get_models() if issubclass(model, PrivateAttachment)}


class PageAttachment(CollectionMember, index.Indexed, PrivateAttachment):
    """A file in the content of pages. Seen by whoever sees a page that uses it.

    Besides, the person who uploaded it sees it, and those with rights on its collection, unless all pages that use it
    are for closed circles that they are not in.
    """

    kind = "page"

    #: pages whose live content refers to this attachment, kept by ``attachment_uses``
    uses = models.ManyToManyField("wagtailcore.Page", related_name="+", editable=False)

    search_fields = [
        *CollectionMember.search_fields,
        index.SearchField("label"),
        index.AutocompleteField("label"),
        index.FilterField("id"),
        index.FilterField("uploaded_by"),
        index.FilterField("content_type"),
    ]

    class Meta:
        verbose_name = _("private file")
        verbose_name_plural = _("private files")
        permissions = [("choose_pageattachment", "Can choose private file")]

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        """In use on a page; whether that page is shown is part of ``visible_q``."""
        return Q(**{f"{prefix}pk__in": cls.uses.through.objects.values("pageattachment_id")})

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        from ..attachment_policies import collection_q

        if viewer.user is None:
            return NOBODY
        return Q(**{f"{prefix}uploaded_by": viewer.user}) | collection_q(viewer.user, prefix=prefix)

    def stakeholders(self) -> QuerySet:
        from ..attachment_policies import file_people

        people = get_user_model()._default_manager
        rights = file_people(self).values("pk")
        return people.filter(Q(pk=self.uploaded_by_id) | Q(pk__in=rights), is_active=True)

    @classmethod
    def visible_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        from ..pages import visible_page_q

        uses = cls.uses.through.objects.filter(visible_page_q(viewer, now=now, prefix="page__"))
        return Q(**{f"{prefix}pk__in": uses.values("pageattachment_id")}) | cls.stake_q(viewer, prefix)
