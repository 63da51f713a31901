from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hanse_access.models import ScopedModel


class Room(models.Model):
    """Whom the test kind of scope refers to."""

    name = models.CharField(max_length=50)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    listed = models.BooleanField(default=True)
    accepts = models.BooleanField(default=False)

    def __str__(self):
        return self.name


class Item(ScopedModel):
    """A scoped thing with an author, co-editors, states and an end."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        MODERATION = "moderation"

    class Kind(models.TextChoices):
        OFFER = "offer"
        REQUEST = "request"
        CAPACITY = "capacity"

    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OFFER)
    topic = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    expires_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    co_editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return self.title

    @classmethod
    def shown_q(cls, now, prefix=""):
        in_time = Q(**{f"{prefix}expires_at__isnull": True}) | Q(**{f"{prefix}expires_at__gt": now})
        return Q(**{f"{prefix}state": cls.State.PUBLISHED}) & in_time

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(**{f"{prefix}author_id": viewer.user_id}) | Q(**{f"{prefix}pk__in": viewer.kept(co_edited_ids)})

    def stakeholders(self):
        people = get_user_model().objects.filter(is_active=True)
        return people.filter(Q(pk=self.author_id) | Q(pk__in=self.co_editors.values("pk")))


def co_edited_ids(viewer):
    return list(Item.co_editors.through.objects.filter(user_id=viewer.user_id).values_list("item_id", flat=True))


class Note(models.Model):
    """A child without an audience of its own: it follows its item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=100)

    def __str__(self):
        return self.text
