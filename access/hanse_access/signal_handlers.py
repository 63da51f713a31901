from django.db.models.signals import post_delete
from wagtail.models import Page

from .actions import close_proposals_of_deleted
from .models import Scoped


def close_proposals(sender, instance, **kwargs) -> None:
    """Receiver of post_delete. Proposals of pages may go to their translations: ``page_ends``."""
    if issubclass(sender, Scoped) and not issubclass(sender, Page):
        close_proposals_of_deleted(instance)


def connect() -> None:
    post_delete.connect(close_proposals, dispatch_uid="hanse_access.close_proposals")
