"""How long the audit trail knows who acted after that person has left."""

from datetime import timedelta

from django.utils import timezone

from . import conf
from .models import ActorKey


def forget_later(key: ActorKey | None) -> None:
    """The person left: the trail keeps the pseudonym, and forgets whose it is when the retention is over."""
    if key is not None:
        key.erase_after = timezone.now() + timedelta(days=conf.actor_retention_days())
        key.save(update_fields=["erase_after"])


def forget_actors() -> int:
    """Timed job: cut the references whose retention is over. Returns their number."""
    return ActorKey.objects.filter(erase_after__lte=timezone.now()).update(user=None, erase_after=None)
