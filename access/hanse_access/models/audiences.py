from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..scopes import Scope

if TYPE_CHECKING:
    from ..viewer import Viewer


class AudienceQuerySet(models.QuerySet["Audience"]):
    def admitting(self, viewer: Viewer) -> AudienceQuerySet:
        """The rule: an audience admits a viewer who holds any one of its scopes.

        Private to this package, as it knows nothing of drafts, expiry or stakes: others ask ``visible_to``.
        """
        held = Q(pk__in=[])
        for kind, ids in viewer.scopes.items():
            held |= Q(kind=kind, object_id__in=ids)
        return self.filter(pk__in=AudienceScope.objects.filter(held).values("audience_id"))

    def of(self, scopes: Iterable[Scope | tuple[str, int]]) -> Audience:
        """The audience of these scopes, made on first use. Raises ValueError for an empty set."""
        wanted = sorted({Scope(*scope) for scope in scopes})
        if not wanted:
            raise ValueError("an audience needs at least one scope")
        key = _key(wanted)
        with transaction.atomic():
            audience, made = self.get_or_create(key=key)
            if made:
                AudienceScope.objects.bulk_create(
                    AudienceScope(audience=audience, kind=kind, object_id=id) for kind, id in wanted
                )
        return audience

    def of_each(self, kind: str, ids: Collection[int]) -> dict[int, int]:
        """Id of a scope of this kind → number of the audience of it alone. One query, and one for each that is new."""
        keys = {_key([Scope(kind, id)]): id for id in ids}
        found = {keys[key]: pk for key, pk in self.filter(key__in=keys).values_list("key", "pk")}
        return found | {id: self.of([Scope(kind, id)]).pk for id in set(ids) - found.keys()}


def _key(scopes: Iterable[Scope]) -> str:
    return hashlib.sha256(";".join(f"{kind}:{id}" for kind, id in sorted(scopes)).encode()).hexdigest()


class Audience(models.Model):
    """A distinct set of scopes, stored once. Immutable, never deleted."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self) -> str:
        return ", ".join(f"{kind} {id}" for kind, id in sorted(self.scope_set))

    @property
    def scope_set(self) -> frozenset[Scope]:
        return frozenset(Scope(scope.kind, scope.object_id) for scope in self.scopes.all())


class AudienceScope(models.Model):
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="scopes")
    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("scope of an audience")
        verbose_name_plural = _("scopes of audiences")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "audience"], name="hanse_access_scope_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
