from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models import PrivateAttachment, ScopedModel
from hanse_access.querysets import ScopedQuerySet
from hanse_access.scopes import EDITORS
from hanse_access.viewer import Viewer

from ..profile_specs import SPECS, ProfileSpec
from .memberships import Membership
from .topics import Topic

#: a profile that was not confirmed for so long is marked and stands behind the others
FRESH_FOR = timedelta(days=365)
#: its owner is asked so long before
ASKED_BEFORE = timedelta(days=14)
#: it is suggested to nobody any more when it was not confirmed for so long
SUGGESTED_FOR = FRESH_FOR + timedelta(days=90)


def names_of(person) -> tuple[str, str]:
    """The name as it is shown, and as it is sorted by: the family name first, where the user model has one."""
    name = person.get_full_name()
    family = getattr(person, "last_name", "")
    return name, f"{family} {name}".strip().casefold()[:310]


class ProfileQuerySet(ScopedQuerySet):
    @staticmethod
    def fresh_q(prefix: str = "") -> Q:
        return Q(**{f"{prefix}confirmed_at__gt": timezone.now() - FRESH_FOR})

    @staticmethod
    def suggestible_q(prefix: str = "") -> Q:
        """Current enough to be named to somebody who did not look for it."""
        return Q(**{f"{prefix}confirmed_at__gte": timezone.now() - SUGGESTED_FOR})

    def suggestible(self) -> ProfileQuerySet:
        return self.filter(self.suggestible_q())

    def of(self, person) -> ProfileQuerySet:
        return self.filter(person_id=person.pk)


class Profile(ScopedModel):
    """What a member says of themselves. Its audience sees the name, the clusters and the organisations.

    Everything else are fields (``ProfileField``), each with an audience of its own. Shown while the person is an
    approved member of an active cluster. The address is a random number, so that it tells nothing.
    """

    is_personal = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile", verbose_name=_("person")
    )
    name = models.CharField(
        _("name"), max_length=310, editable=False, help_text=_("Follows that of the account, to search and sort by.")
    )
    sort_name = models.CharField(max_length=310, editable=False, default="")
    confirmed_at = models.DateTimeField(_("last confirmed"), default=timezone.now)
    #: how often the owner was asked since whether it is still so
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    #: out of sight after a report, until somebody of the management shows it again
    withheld = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = models.Manager.from_queryset(ProfileQuerySet)()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["sort_name", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["sort_name", "id"], name="hanse_members_profile_by_name"),
            models.Index(fields=["-confirmed_at", "-id"], name="hanse_members_profile_by_date"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name, self.sort_name = names_of(self.person)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("hanse_members:expert", args=[self.uid])

    @property
    def is_for_nobody(self) -> bool:
        return self.audience.scope_set == frozenset({EDITORS})

    @property
    def is_fresh(self) -> bool:
        return timezone.now() < self.fresh_until

    @property
    def fresh_until(self) -> datetime:
        return self.confirmed_at + FRESH_FOR

    @property
    def asks_to_be_confirmed(self) -> bool:
        return timezone.now() >= self.fresh_until - ASKED_BEFORE

    # The rule

    @classmethod
    def shown_q(cls, now, prefix=""):
        members = Membership.objects.approved().order_by().values("person_id")
        return Q(**{f"{prefix}person__in": members, f"{prefix}withheld": False})

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(**{f"{prefix}person": viewer.user_id})

    def stakeholders(self):
        return get_user_model()._default_manager.filter(pk=self.person_id, is_active=True)

    def audience_changeable_by(self, user) -> bool:
        return user.pk == self.person_id


class ProfileField(ScopedModel):
    """One field of a profile, for each reader in one of three states.

    Shown, where its audience admits the reader. On request, where it does not and the person lets others ask: then the
    name of the field is shown and its content nowhere. Hidden else: it does not exist.

    Whoever may not see the profile sees none of its fields. One that ``follows`` always has the audience of the
    profile. An empty field is neither shown nor asked for.
    """

    is_personal = True

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="fields", verbose_name=_("profile"))
    name = models.CharField(_("name"), max_length=20)
    text = models.TextField(_("text"), max_length=600, blank=True)
    topics = models.ManyToManyField(Topic, related_name="profile_fields", blank=True, verbose_name=_("topics"))
    is_filled = models.BooleanField(default=False, editable=False)
    follows = models.BooleanField(_("seen by those who see the profile"), default=True)
    on_request = models.BooleanField(_("others may ask for it"), default=False)

    class Meta:
        verbose_name = _("field of a profile")
        verbose_name_plural = _("fields of profiles")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["profile", "name"], name="hanse_members_field_once")]
        indexes = [models.Index(fields=["name", "audience", "profile"], name="hanse_members_field_by_name")]

    def __str__(self) -> str:
        return str(self.spec.label)

    @property
    def spec(self) -> ProfileSpec:
        return SPECS[self.name]

    # The rule

    @classmethod
    def shown_q(cls, now, prefix=""):
        return Q(**{f"{prefix}is_filled": True})

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(**{f"{prefix}profile__person": viewer.user_id})

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        profile = Profile.visible_q(viewer, now=now, prefix=f"{prefix}profile__")
        return super().visible_q(viewer, now=now, prefix=prefix) & profile

    @classmethod
    def released_q(cls, viewer, prefix=""):
        """To this person, who must see the profile all the same."""
        profile = Profile.visible_q(viewer, prefix=f"{prefix}profile__")
        return profile & Q(**{f"{prefix}is_filled": True, f"{prefix}pk__in": viewer.kept(released_field_ids)})

    @classmethod
    def askable_q(cls, prefix: str = "") -> Q:
        """Of a profile that the reader may see: what is on request for those whom the audience does not admit."""
        return Q(**{f"{prefix}is_filled": True, f"{prefix}on_request": True})

    def stakeholders(self):
        return self.profile.stakeholders()

    def audience_changeable_by(self, user) -> bool:
        return user.pk == self.profile.person_id


def released_field_ids(viewer: Viewer) -> list[int]:
    from .field_releases import FieldRelease

    return list(FieldRelease.objects.in_force().filter(person=viewer.user_id).values_list("field_id", flat=True))


class FieldChoice(models.Model):
    """One value of a field with choices."""

    field = models.ForeignKey(ProfileField, on_delete=models.CASCADE, related_name="choices")
    value = models.CharField(_("value"), max_length=20)

    class Meta:
        verbose_name = _("choice of a field")
        verbose_name_plural = _("choices of fields")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["field", "value"], name="hanse_members_choice_once")]

    def __str__(self) -> str:
        return self.value


class ProfilePicture(PrivateAttachment):
    """The picture of a person, as visible as its field."""

    kind = "portrait"

    field = models.OneToOneField(ProfileField, on_delete=models.CASCADE, related_name="picture")

    class Meta:
        verbose_name = _("picture of a person")
        verbose_name_plural = _("pictures of people")
        default_permissions = ()

    @classmethod
    def shown_q(cls, now, prefix=""):
        return ProfileField.shown_q(now, f"{prefix}field__")

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return ProfileField.stake_q(viewer, f"{prefix}field__")

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        return ProfileField.visible_q(viewer, now=now, prefix=f"{prefix}field__")

    def stakeholders(self):
        return self.field.stakeholders()
