"""What becomes of the proposals when one of the pages that share an audience is deleted."""

from __future__ import annotations

from django.db.models.signals import post_delete, pre_delete
from wagtail.models import Page

from .actions import close_proposals_of_deleted, hand_over_proposals
from .models import AudienceProposal, PageAudience
from .pages import ScopedPageMixin, page_family


def remember_family(sender, instance, **kwargs) -> None:
    """Receiver of pre_delete. Afterwards nothing tells that aliases belonged to a page.

    Locks the family's rows first and in their order, as whoever changes the audience does: deleting them in another
    order would wait for each other.
    """
    if _is_scoped(instance):
        instance.family_before = page_family([instance.pk])
        list(PageAudience.objects.filter(page__in=instance.family_before).select_for_update().order_by("pk"))


def settle_proposals(sender, instance, **kwargs) -> None:
    """Receiver of post_delete: hand the proposals over to the pages that are left, or close them."""
    family = getattr(instance, "family_before", None)
    if not family:
        return
    anchor = instance.specific_class(pk=family[0])
    heirs = _heirs(family, instance)
    if not heirs:
        close_proposals_of_deleted(anchor)
    elif AudienceProposal.objects.about(anchor).exists():
        hand_over_proposals(anchor, heirs)


def _heirs(family: list[int], deleted: Page) -> list[ScopedPageMixin]:
    """One page of each part that is left of the family: first of that of the anchor, else of the translations."""
    left = {page.pk: page for page in Page.objects.filter(pk__in=family)}
    parts = []
    while left:
        members = [left.pop(pk) for pk in page_family([min(left)]) if pk in left]
        holds_anchor = any(page.pk == family[0] for page in members)
        translates = any(page.translation_key == deleted.translation_key for page in members)
        parts.append((not holds_anchor, not translates, members[0].pk, members[0]))
    return [part[-1].specific for part in sorted(parts)]


def _is_scoped(page: Page) -> bool:
    return page.specific_class is not None and issubclass(page.specific_class, ScopedPageMixin)


def connect() -> None:
    pre_delete.connect(remember_family, sender=Page, dispatch_uid="hanse_access.remember_family")
    post_delete.connect(settle_proposals, sender=Page, dispatch_uid="hanse_access.settle_proposals")
