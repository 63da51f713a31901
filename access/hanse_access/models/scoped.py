from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry

from ..proposals import proposed_ids
from ..querysets import ScopedManager
from ..scopes import EDITORS, Scope, ScopeKind
from ..viewer import Viewer
from .audiences import Audience


class Scoped(models.Model):
    """What every model under the rule has, wherever its audience is stored.

    ``visible_to = ((audience admits or proposed to a scope one decides for) and shown_q) or stake_q``

    A subclass must define ``shown_q``, ``stake_q`` and ``stakeholders``; a system check refuses one that does not.
    """

    #: lookup from this model to its audience
    audience_path = "audience"
    #: what a person says of themselves: no scope's administration reads in the trail who saw it
    is_personal = False
    #: offered to those who decide for a scope that the author does not hold
    is_proposable = True

    class Meta:
        abstract = True

    # The rule

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        """Published, not expired, not in moderation, at ``now``."""
        raise NotImplementedError

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """What this viewer sees whatever its audience and state: author, co-editor, reviewer.

        No joins to many rows, which would double results: give ids read with ``viewer.kept``. Asked for people only,
        never for visitors.
        """
        raise NotImplementedError

    def stakeholders(self) -> QuerySet:
        """The active people for whom ``stake_q`` holds of this row: a query set of the user model."""
        raise NotImplementedError

    @classmethod
    def proposed_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """What is proposed to a scope for which this viewer decides."""
        return Q(**{f"{prefix}pk__in": proposed_ids(cls, viewer)})

    @classmethod
    def admitted_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        """What this viewer sees without a stake: the first half of the rule."""
        return cls._addressed_q(viewer, prefix) & cls.shown_q(now or timezone.now(), prefix)

    @classmethod
    def _addressed_q(cls, viewer: Viewer, prefix: str) -> Q:
        addressed = Q(**{f"{prefix}{cls.audience_path}__in": viewer.admitted_ids})
        if viewer.decides and cls.is_proposable:
            addressed |= cls.proposed_q(viewer, prefix)
        return addressed

    @classmethod
    def visible_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        """The rule as a Q. Children of a scoped model use ``Parent.visible_q(viewer, prefix="parent__")``."""
        visible = cls.admitted_q(viewer, now=now, prefix=prefix)
        if viewer.user is not None:
            visible |= cls.stake_q(viewer, prefix)
        return visible

    @classmethod
    def shown_to_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        """What this viewer may see and is shown: ``visible_q & shown_q``, with ``shown_q`` worked out once.

        ``((addressed and shown) or stake) and shown`` is ``(addressed or stake) and shown``.
        """
        now = now or timezone.now()
        if cls.visible_q.__func__ is not Scoped.visible_q.__func__:  # more than the rule: nothing to be taken apart
            return cls.visible_q(viewer, now=now, prefix=prefix) & cls.shown_q(now, prefix)
        whose = cls._addressed_q(viewer, prefix)
        if viewer.user is not None:
            whose |= cls.stake_q(viewer, prefix)
        return whose & cls.shown_q(now, prefix)

    @classmethod
    def released_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """What was released to this person alone, whatever its audience. Asked for people only."""
        return Q(**{f"{prefix}pk__in": []})

    # What change_audience asks of the object; models whose audience stands elsewhere override these

    def audience_holders(self) -> QuerySet:
        """The rows that carry ``audience`` and ``requested_audience`` for this object, all changed together."""
        return type(self)._default_manager.filter(pk=self.pk)

    @property
    def audience_in_force_id(self) -> int:
        """Number of the audience in force, found along ``audience_path``; lists select the path's relations."""
        obj = self
        *relations, last = self.audience_path.split("__")
        for relation in relations:
            obj = getattr(obj, relation)
        return getattr(obj, f"{last}_id")

    def proposal_anchor(self) -> models.Model:
        """The object that proposals refer to, the same for all that share one audience."""
        return self

    def audience_changeable_by(self, user) -> bool:
        policy = policy_registry.get_by_type(type(self))
        return policy.user_has_permission_for_instance(user, "change", self)

    def check_audience(self, scopes: Collection[Scope]) -> None:
        """Raise ValidationError if the object cannot have this audience: all ``scopes`` that may come into force."""

    @classmethod
    def takes_kind(cls, kind: ScopeKind) -> bool:
        """Whether scopes of this kind may be chosen for objects of this class."""
        return True

    def home_scope(self) -> Scope | None:
        """The scope whose administration answers for the object; its deciders read the trail of it."""
        return None

    def named_in_trail(self, by):
        """Whom the audit trail names when ``by`` changes the audience; None where the author is not to be known."""
        return by

    def audience_stored(self) -> None:
        """Called when the audience was changed: bring this instance up to date."""
        self.refresh_from_db()


class ScopedModel(Scoped):
    """A model with an audience of its own. ``audience`` is in force; ``requested_audience`` waits for a decision.

    Both are set by ``actions.change_audience`` only, which also records it. A new row is seen by those with a stake
    until then.
    """

    audience = models.ForeignKey(
        Audience, on_delete=models.PROTECT, related_name="+", verbose_name=_("who can see this"), editable=False
    )
    requested_audience = models.ForeignKey(
        Audience,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("who is asked to see this too"),
    )
    objects = ScopedManager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.audience_id is None:
            self.audience = Audience.objects.of([EDITORS])
        super().save(*args, **kwargs)

    def audience_stored(self) -> None:
        self.refresh_from_db(fields=["audience", "requested_audience"])
