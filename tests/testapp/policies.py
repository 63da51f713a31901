from django.contrib.auth import get_user_model
from django.db.models import Q

from hanse_access.policies import NOTHING, InstancePolicy

from .models import Item


class ItemPolicy(InstancePolicy):
    """Authors do everything to their items, co-editors change them."""

    def allowed_q(self, user, action):
        co_edited = Item.co_editors.through.objects.filter(user=user).values("item_id")
        own = Q(author=user)
        return {"view": own | Q(pk__in=co_edited), "change": own | Q(pk__in=co_edited), "delete": own}.get(
            action, NOTHING
        )

    def may_add(self, user):
        return True

    def people(self, action, instance=None):
        items = Item.objects.filter(pk=instance.pk) if instance else Item.objects.all()
        who = Q(pk__in=items.values("author_id"))
        if action != "delete":
            who |= Q(pk__in=Item.co_editors.through.objects.filter(item__in=items).values("user_id"))
        return get_user_model().objects.filter(who, is_active=True)
