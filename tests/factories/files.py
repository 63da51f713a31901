import io
import zipfile

import factory
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.models import Collection, GroupCollectionPermission

from hanse_access.attachment_policies import COLLECTION_PERMISSIONS
from hanse_access.attachments import store_attachment
from hanse_access.models import PageAttachment
from tests.factories.people import UserFactory


def image_bytes(format="JPEG", size=(64, 48), color="teal", **options) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, format, **options)
    return buffer.getvalue()


def uploaded(name="photo.jpg", content: bytes | None = None, content_type="application/octet-stream"):
    """An upload as a browser sends it; the name and the type are only what the browser says."""
    return SimpleUploadedFile(name, image_bytes() if content is None else content, content_type)


def docx_bytes(**more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more}.items():
            archive.writestr(name, text)
    return buffer.getvalue()


class PageAttachmentFactory(factory.Factory):
    """A stored private file; ``upload`` and ``by`` as in ``store_attachment``."""

    class Meta:
        model = PageAttachment

    collection = factory.LazyFunction(lambda: Collection.get_first_root_node() or Collection.add_root(name="Root"))
    upload = factory.LazyFunction(uploaded)
    by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, upload, by, **kwargs):
        return store_attachment(model_class(**kwargs), upload=upload, by=by)


def give_collection_permissions(user, collection, *codenames):
    group = user.groups.create(name=f"Files {user.pk} {collection.pk}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in codenames or COLLECTION_PERMISSIONS:
        GroupCollectionPermission.objects.create(
            group=group,
            collection=collection,
            permission=Permission.objects.get(content_type__app_label="hanse_access", codename=codename),
        )
    return group
