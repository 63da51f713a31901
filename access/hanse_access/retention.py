"""How long the audit trail knows who acted after that person has left."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .models import ActorKey

#: Setting HANSE_ACTOR_RETENTION_DAYS; two years, so that an incident found late can still be answered for.
DEFAULT_DAYS = 730


def forget_later(key: ActorKey | None) -> None:
    """The person left: the trail keeps the pseudonym, and forgets whose it is when the retention is over."""
    if key is not None:
        days = getattr(settings, "HANSE_ACTOR_RETENTION_DAYS", DEFAULT_DAYS)
        key.erase_after = timezone.now() + timedelta(days=days)
        key.save(update_fields=["erase_after"])


def forget_actors() -> int:
    """Timed job: cut the references whose retention is over. Returns their number."""
    return ActorKey.objects.filter(erase_after__lte=timezone.now()).update(user=None, erase_after=None)
