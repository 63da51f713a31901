"""Fields with an audience of their own: what profiles and organisations have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models import PrivateAttachment, ScopedModel
from hanse_access.scopes import EDITORS, Scope
from hanse_access.viewer import Viewer
from hanse_activity.blocks import blocked_ids
from hanse_base.models import LinkToken

from ..field_specs import FieldSpec


class FieldHolder:
    """Mixin of a scoped model that says things of itself in fields: ``fields`` are its rows of a ``ScopedField``."""

    def answering(self) -> QuerySet:
        """The active people who answer for the fields: they are asked for one, release it and take it back."""
        raise NotImplementedError

    def close_scopes(self) -> set[Scope]:
        """The clusters of its own choice, for fields that are kept close at first."""
        raise NotImplementedError

    @property
    def edit_url(self) -> str:
        """Where those who may change it fill in its fields."""
        raise NotImplementedError

    @property
    def own_address(self) -> dict[str, Any]:
        """What names it in the addresses of pages for those who change it."""
        raise NotImplementedError

    @property
    def is_for_nobody(self) -> bool:
        return self.audience.scope_set == frozenset({EDITORS})


class ScopedField(ScopedModel):
    """One field of a holder, for each reader in one of three states.

    Shown, where its audience admits the reader. On request, where it does not and others may ask: then the name of the
    field is shown and its content nowhere. Hidden else: it does not exist.

    Whoever may not see the holder sees none of its fields. One that ``follows`` always has the audience of the holder.
    An empty field is neither shown nor asked for. Subclasses name the relation to the holder, the specifications, and
    who answers for what.
    """

    is_proposable = False
    #: name of the foreign key to the holder, which has ``related_name="fields"``
    holder_name: ClassVar[str]
    specs: ClassVar[Mapping[str, FieldSpec]]
    #: relations that hold contents besides ``text`` and the picture
    content_relations: ClassVar[tuple[str, ...]] = ("choices",)

    name = models.CharField(_("name"), max_length=20)
    text = models.TextField(_("text"), blank=True)
    #: its choices in one line, as ``line_of`` makes it, so that lists count fields and not each choice of each field
    chosen = models.TextField(blank=True, default="", editable=False)
    is_filled = models.BooleanField(default=False, editable=False)
    follows = models.BooleanField(_("seen by those who see whose field it is"), default=True)
    on_request = models.BooleanField(_("others may ask for it"), default=False)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.spec.label)

    @property
    def spec(self) -> FieldSpec:
        return self.specs[self.name]

    @property
    def holder(self):
        return getattr(self, self.holder_name)

    @property
    def ask_url(self) -> str:
        return self._url("ask_for_field", uid=self.holder.uid)

    @property
    def readers_url(self) -> str:
        """Where it is chosen who sees it."""
        return self._url("field_readers", **self.holder.own_address)

    @property
    def outsider_url(self) -> str:
        """Where a link to it is made."""
        return self._url("field_outsider", **self.holder.own_address)

    def _url(self, view: str, **address) -> str:
        return reverse(f"hanse_members:{view}", kwargs={"kind": self.holder_name, "name": self.name, **address})

    def linked_topics(self) -> list:
        """The topics that stand in it."""
        return []

    @classmethod
    def holder_model(cls) -> Any:
        return cls._meta.get_field(cls.holder_name).related_model

    # The rule

    @classmethod
    def shown_q(cls, now, prefix=""):
        return Q(**{f"{prefix}is_filled": True})

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        return super().visible_q(viewer, now=now, prefix=prefix) & cls._holder_q(viewer, now=now, prefix=prefix)

    @classmethod
    def released_q(cls, viewer, prefix=""):
        """To this person, who must see the holder all the same."""
        released = Q(**{f"{prefix}is_filled": True, f"{prefix}pk__in": viewer.kept(cls.released_ids)})
        return cls._holder_q(viewer, prefix=prefix) & released

    @classmethod
    def askable_q(cls, prefix: str = "") -> Q:
        """Of a holder that the reader may see: what is on request for those whom the audience does not admit."""
        return Q(**{f"{prefix}is_filled": True, f"{prefix}on_request": True})

    @classmethod
    def answered_q(cls, person, prefix: str = "") -> Q:
        """Fields for which this person answers: mirrors ``answering`` of the holder."""
        raise NotImplementedError

    @classmethod
    def released_ids(cls, viewer: Viewer) -> list[int]:
        releases = cls._meta.get_field("releases").related_model.objects
        return list(releases.in_force().filter(person=viewer.user_id).values_list("field_id", flat=True))

    @classmethod
    def _holder_q(cls, viewer: Viewer, *, now=None, prefix: str = "") -> Q:
        return cls.holder_model().visible_q(viewer, now=now, prefix=f"{prefix}{cls.holder_name}__")

    def audience_changeable_by(self, user) -> bool:
        return self.holder.audience_changeable_by(user)

    def home_scope(self):
        return self.holder.home_scope()


class ScopedFieldChoice(models.Model):
    """One value of a field with choices. A subclass has the foreign key ``field``, with ``related_name="choices"``."""

    value = models.CharField(_("value"), max_length=20)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return self.value


class ScopedFieldPicture(PrivateAttachment):
    """The picture of a field, as visible as that. A subclass has ``field``, with ``related_name="picture"``."""

    class Meta:
        abstract = True
        default_permissions = ()

    @classmethod
    def _field_model(cls) -> Any:
        return cls._meta.get_field("field").related_model

    @classmethod
    def shown_q(cls, now, prefix=""):
        return cls._field_model().shown_q(now, f"{prefix}field__")

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        return cls._field_model().stake_q(viewer, f"{prefix}field__")

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        return cls._field_model().visible_q(viewer, now=now, prefix=f"{prefix}field__")

    def stakeholders(self):
        return self.field.stakeholders()


class ScopedFieldReleaseQuerySet(models.QuerySet["ScopedFieldRelease"]):
    @staticmethod
    def in_force_q(prefix: str = "") -> Q:
        """Opens the field to whom it was released."""
        running = Q(**{f"{prefix}expires_at__isnull": True}) | Q(**{f"{prefix}expires_at__gt": timezone.now()})
        return Q(**{f"{prefix}state": ScopedFieldRelease.State.RELEASED}) & running

    def in_force(self) -> ScopedFieldReleaseQuerySet:
        return self.filter(self.in_force_q())

    def waiting(self) -> ScopedFieldReleaseQuerySet:
        """Questions to answer. A field that was emptied meanwhile has nothing to be asked for."""
        return self.filter(state=ScopedFieldRelease.State.ASKED, field__is_filled=True)

    def answered_by(self, person) -> ScopedFieldReleaseQuerySet:
        """Of fields for which this person answers."""
        return self.filter(self.field_model().answered_q(person, "field__"))

    def reaching(self, person) -> ScopedFieldReleaseQuerySet:
        """Those without questions from people whom this person blocks."""
        return self.answered_by(person).exclude(state=ScopedFieldRelease.State.ASKED, person__in=blocked_ids(person))

    def by(self, person) -> ScopedFieldReleaseQuerySet:
        """To this person, or asked for by them."""
        return self.filter(person_id=person.pk)

    def with_holders(self) -> ScopedFieldReleaseQuerySet:
        return self.select_related(f"field__{self.field_model().holder_name}")

    def of_holders(self, holders: QuerySet) -> ScopedFieldReleaseQuerySet:
        """Of fields of these holders."""
        return self.filter(**{f"field__{self.field_model().holder_name}__in": holders.order_by().values("pk")})

    def field_model(self) -> Any:
        return self.model._meta.get_field("field").related_model


class ScopedFieldRelease(models.Model):
    """A field for one reader: asked for, released, declined, taken back. A subclass has the foreign key ``field``.

    To a ``person`` with an account, or to an ``outsider``, a name, who reads it by a link with the key ``token``. A row
    tells what became of one question; who asks again gets a new one, so all stay on record.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        RELEASED = "released", _("released")
        DECLINED = "declined", _("declined")
        REVOKED = "revoked", _("taken back")

    #: of the subclass's constraints
    TO_ONE = Q(person__isnull=False, outsider="") | (Q(person__isnull=True) & ~Q(outsider=""))
    OPEN = Q(state__in=["asked", "released"])

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        verbose_name=_("person"),
    )
    outsider = models.CharField(_("name of the reader"), max_length=150, blank=True)
    token = models.OneToOneField(LinkToken, on_delete=models.SET_NULL, related_name="+", null=True, editable=False)
    #: of a link: who made it, and so knows it
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    message = models.TextField(_("message"), max_length=500, blank=True)
    answer = models.TextField(_("answer"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("asked for or released"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    read_at = models.DateTimeField(_("last read"), null=True)

    objects = ScopedFieldReleaseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-made_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.field_id}: {self.get_state_display()}"

    @property
    def key(self) -> str:
        """Tells it from releases of other kinds on the same page."""
        return f"{self.field.holder_name}-{self.pk}"

    @property
    def answer_url(self) -> str:
        return self._url("answer_field")

    @property
    def revoke_url(self) -> str:
        return self._url("revoke_field")

    @property
    def ended_with_maker(self) -> bool:
        """Of a link that is not in force: neither its time is over nor was it taken back."""
        return bool(self.outsider) and self.is_in_force

    def _url(self, view: str) -> str:
        return reverse(f"hanse_members:{view}", kwargs={"kind": self.field.holder_name, "pk": self.pk})

    @property
    def is_in_force(self) -> bool:
        """Mirrors ``in_force_q`` for one row that is no link."""
        return self.state == self.State.RELEASED and (self.expires_at is None or self.expires_at > timezone.now())
