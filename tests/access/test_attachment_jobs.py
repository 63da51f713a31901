"""Private files that belong to nothing go; everything that anything refers to stays."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from wagtail.models import Revision

from hanse_access.attachment_jobs import remove_unused_attachments, sweep_files
from hanse_access.models import PageAttachment
from tests.factories.files import PageAttachmentFactory
from tests.factories.pages import ScopedPageFactory

pytestmark = pytest.mark.django_db

OTHER = 987654321


def age(path) -> None:
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(path, (old, old))


def test_old_files_without_a_row_are_swept_up(private_files, settings):
    settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)
    PageAttachmentFactory()
    kept = private_files()
    storages["private"].save("page/ab/stray", ContentFile(b"x"))
    storages["private"].save("exports/copy.zip", ContentFile(b"x"))
    for path in private_files():
        age(path)
    storages["private"].save("page/ab/in-progress", ContentFile(b"x"))
    assert sweep_files() == 1
    left = {path.name for path in private_files()}
    assert left == {"in-progress", "copy.zip", *(path.name for path in kept)}
    assert len(kept) == 2


def test_an_empty_storage_is_no_problem():
    assert sweep_files() == 0


class TestUnused:
    def use(self, attachment) -> list:
        return [("private_image", {"image": attachment, "alt_text": "A ship", "decorative": False, "caption": ""})]

    @pytest.fixture
    def attachment(self):
        attachment = PageAttachmentFactory()
        PageAttachment.objects.update(created=timezone.now() - timedelta(days=91))
        return attachment

    def test_what_nothing_uses_goes_after_its_time(self, attachment):
        fresh = PageAttachmentFactory()
        assert remove_unused_attachments() == 1
        assert list(PageAttachment.objects.all()) == [fresh]

    def test_what_a_page_uses_stays(self, attachment):
        ScopedPageFactory(body=self.use(attachment))
        assert remove_unused_attachments() == 0

    def test_a_revision_that_cannot_be_read_keeps_only_what_it_may_refer_to(self, attachment, monkeypatch, caplog):
        # a number that does not stand in the revision by chance
        PageAttachment.objects.filter(pk=PageAttachmentFactory().pk).update(id=OTHER)
        PageAttachment.objects.update(created=timezone.now() - timedelta(days=91))
        page = ScopedPageFactory()
        page.body = self.use(attachment)
        broken = page.save_revision()

        def fail(self):
            raise LookupError

        monkeypatch.setattr(Revision, "as_object", fail)
        assert remove_unused_attachments() == 1
        assert list(PageAttachment.objects.all()) == [attachment]
        assert [record.revision for record in caplog.records if hasattr(record, "revision")] == [broken.pk]

    def test_one_that_cannot_be_removed_does_not_keep_the_others(self, attachment, monkeypatch):
        PageAttachmentFactory()
        PageAttachment.objects.update(created=timezone.now() - timedelta(days=91))
        delete = PageAttachment.delete

        def fail_once(self, *args, **kwargs):
            if self.pk == attachment.pk:
                raise OSError
            return delete(self, *args, **kwargs)

        monkeypatch.setattr(PageAttachment, "delete", fail_once)
        assert remove_unused_attachments() == 1
        assert list(PageAttachment.objects.all()) == [attachment]

    def test_what_only_an_old_revision_uses_stays(self, attachment):
        page = ScopedPageFactory()
        page.body = self.use(attachment)
        page.save_revision()
        page.body = []
        page.save_revision().publish()
        assert remove_unused_attachments() == 0
        assert PageAttachment.objects.exists()
