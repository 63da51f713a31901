from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_delete
from django.utils import timezone

from .models import AudienceProposal, Scoped


def withdraw_proposals(sender, instance, **kwargs) -> None:
    """Nobody shall be asked to decide about what was deleted."""
    if issubclass(sender, Scoped):
        content_type = ContentType.objects.get_for_model(sender)
        waiting = AudienceProposal.objects.waiting().filter(content_type=content_type, object_id=instance.pk)
        waiting.update(state=AudienceProposal.State.WITHDRAWN, decided_at=timezone.now())


def connect() -> None:
    post_delete.connect(withdraw_proposals, dispatch_uid="hanse_access.withdraw_proposals")
