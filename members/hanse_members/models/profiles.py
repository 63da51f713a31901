from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_access.models import Audience, ScopedModel
from hanse_access.querysets import ScopedQuerySet
from hanse_access.scopes import EDITORS, Scope

from ..picture_shares import picture_shares
from ..profile_specs import SPECS
from .freshness import Confirmable, ConfirmableQuerySet
from .memberships import Membership
from .scoped_fields import FieldHolder, ScopedField, ScopedFieldChoice, ScopedFieldPicture, ScopedFieldRelease
from .topics import Topic


def names_of(person) -> tuple[str, str]:
    """The name as it is shown, and as it is sorted by: the family name first, where the user model has one."""
    name = person.get_full_name()
    family = getattr(person, "last_name", "")
    return name, f"{family} {name}".strip().casefold()[:310]


class ProfileQuerySet(ConfirmableQuerySet, ScopedQuerySet):
    def of(self, person) -> ProfileQuerySet:
        return self.filter(person_id=person.pk)


class Profile(FieldHolder, Confirmable, ScopedModel):
    """What a member says of themselves. Its audience sees the name, the clusters and the organisations.

    Everything else are fields (``ProfileField``), each with an audience of its own. Shown while the person is an
    approved member of an active cluster. The address is a random number, so that it tells nothing.
    """

    is_personal = True
    is_proposable = False

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile", verbose_name=_("person")
    )
    name = models.CharField(
        _("name"), max_length=310, editable=False, help_text=_("Follows that of the account, to search and sort by.")
    )
    sort_name = models.CharField(max_length=310, editable=False, default="")
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

    # The rule

    @classmethod
    def shown_q(cls, now, prefix=""):
        # not "in": beside the "or" of the rule that would be read whole, even for a single profile
        member = Membership.objects.approved().order_by().filter(person=OuterRef(f"{prefix}person"))
        return Q(Exists(member), **{f"{prefix}withheld": False})

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(**{f"{prefix}person": viewer.user_id})

    def stakeholders(self):
        return get_user_model()._default_manager.filter(pk=self.person_id, is_active=True)

    def audience_changeable_by(self, user) -> bool:
        return user.pk == self.person_id

    # The holder of fields

    @property
    def edit_url(self):
        return reverse("hanse_members:my_profile")

    @property
    def own_address(self):
        return {}

    def answering(self):
        return self.stakeholders()

    def close_scopes(self):
        own = Membership.objects.approved().of(self.person).values_list("cluster_id", flat=True)
        return {Scope("cluster", id) for id in own}


class ProfileField(ScopedField):
    """One field of a profile. Nobody but the person has a stake in it."""

    is_personal = True
    holder_name = "profile"
    specs = SPECS
    content_relations = ("choices", "topics")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="fields", verbose_name=_("profile"))
    topics = models.ManyToManyField(Topic, related_name="profile_fields", blank=True, verbose_name=_("topics"))

    class Meta(ScopedField.Meta):
        verbose_name = _("field of a profile")
        verbose_name_plural = _("fields of profiles")
        constraints = [models.UniqueConstraint(fields=["profile", "name"], name="hanse_members_field_once")]
        indexes = [models.Index(fields=["name", "audience", "profile"], name="hanse_members_field_by_name")]

    def linked_topics(self) -> list[Topic]:
        return list(self.topics.all())

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return Q(**{f"{prefix}profile__person": viewer.user_id})

    @classmethod
    def answered_q(cls, person, prefix=""):
        return Q(**{f"{prefix}profile__person": person.pk})

    def stakeholders(self):
        return self.profile.stakeholders()


class FieldChoice(ScopedFieldChoice):
    """Of a profile's field."""

    field = models.ForeignKey(ProfileField, on_delete=models.CASCADE, related_name="choices")

    class Meta(ScopedFieldChoice.Meta):
        verbose_name = _("choice of a field")
        verbose_name_plural = _("choices of fields")
        constraints = [models.UniqueConstraint(fields=["field", "value"], name="hanse_members_choice_once")]


class ProfilePictureQuerySet(ScopedQuerySet):
    @staticmethod
    def shared_q(prefix: str = "") -> Q:
        """Pictures that can be shown where people meet: there, not withheld, and not kept to their owner alone."""
        alone = Audience.objects.filter(scopes__kind=EDITORS.kind).order_by().values("pk")
        there = Q(**{f"{prefix}field__is_filled": True, f"{prefix}field__profile__withheld": False})
        return there & ~Q(**{f"{prefix}field__audience__in": alone})

    def shared(self) -> ProfilePictureQuerySet:
        return self.filter(self.shared_q())


class ProfilePicture(ScopedFieldPicture):
    """The picture of a person. Seen by who sees its field, and where people meet (``picture_shares``)."""

    kind = "portrait"

    field = models.OneToOneField(ProfileField, on_delete=models.CASCADE, related_name="picture")

    objects = models.Manager.from_queryset(ProfilePictureQuerySet)()

    class Meta(ScopedFieldPicture.Meta):
        verbose_name = _("picture of a person")
        verbose_name_plural = _("pictures of people")

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        seen = super().visible_q(viewer, now=now, prefix=prefix)
        if viewer.user is None:
            return seen
        met = Q(**{f"{prefix}pk__in": []})
        for share in picture_shares:
            met |= Q(**{f"{prefix}field__profile__person__in": share.people(viewer)})
        return seen | (ProfilePictureQuerySet.shared_q(prefix) & met)


class FieldRelease(ScopedFieldRelease):
    """Of a profile's field."""

    field = models.ForeignKey(ProfileField, on_delete=models.CASCADE, related_name="releases", verbose_name=_("field"))

    class Meta(ScopedFieldRelease.Meta):
        verbose_name = _("release of a field")
        verbose_name_plural = _("releases of fields")
        constraints = [
            models.CheckConstraint(condition=ScopedFieldRelease.TO_ONE, name="hanse_members_release_to_one"),
            models.UniqueConstraint(
                fields=["field", "person"], condition=ScopedFieldRelease.OPEN, name="hanse_members_released_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="hanse_members_release_by_state")]
