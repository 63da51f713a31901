"""Scopes: who a person is to the rule.

A scope is a pair (kind, id): ``("public", 0)``, ``("platform", 0)``, ``("cluster", 3)``. This package knows the two
kinds that need no other model, "public" and "editors"; plugins register theirs in ``AppConfig.ready()``. An id names a
row that is tombstoned, never deleted, so that it never comes back to life as something else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hanse_base.registry import Registry


class Scope(NamedTuple):
    kind: str
    id: int


PUBLIC = Scope("public", 0)
#: Held by nobody: what has this audience alone is seen only by those who have a stake in it (author, editors).
EDITORS = Scope("editors", 0)


class ScopeKind:
    """One kind of scope. Subclass, set the attributes, register an instance in ``scope_kinds``.

    All methods take and return ids of this kind. They are called with many ids at once and must need a number of
    queries that does not grow with them.
    """

    name: str
    order: int = 100
    #: name of an icon of the components, and the class of the chip
    icon: str = "lock"
    label: Any = ""
    #: one sentence for the radio card
    description: Any = ""
    #: the same for what is proposed to nobody (``Scoped.is_proposable``)
    own_description: Any = ""
    #: False for kinds with the single id 0
    takes_ids: bool = True
    #: opens to operators only by break-glass, and its pages to those who edit the section around them not at all
    closed: bool = False

    def held_by(self, user) -> Iterable[int]:
        """Ids that this active user holds now."""
        return ()

    def decided_by(self, user) -> Iterable[int]:
        """Ids for which this active user decides whether an item proposed to them is taken over."""
        return ()

    def holders(self, ids: Collection[int]) -> QuerySet:
        """The active people who hold any of the ids: a query set of the user model. Mirrors ``held_by``."""
        return get_user_model()._default_manager.none()

    def deciders(self, ids: Collection[int]) -> QuerySet:
        """The active people who decide for any of the ids. Mirrors ``decided_by``."""
        return get_user_model()._default_manager.none()

    def choices(self, user) -> Mapping[int, str]:
        """Ids an author may choose at once, with their labels, in order of display."""
        return {}

    def proposable(self, user) -> Mapping[int, str]:
        """Ids an author may only propose; they join when their deciders take the item over."""
        return {}

    def accepts_at_once(self, ids: Collection[int]) -> set[int]:
        """Those of the ids that take proposed items over without asking, by their own setting."""
        return set()

    def number_of(self, text: str) -> int | None:
        """The id that a person means who types a number, or an address in which it stands; None when it is neither."""
        text = text.strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

    def exist(self, ids: Collection[int]) -> bool:
        """Whether all of these ids name something that exists and is not a tombstone."""
        return not self.takes_ids and set(ids) <= {0}

    def labels(self, ids: Collection[int], viewer) -> Mapping[int, str]:
        """Labels of those ids that the viewer may know by name."""
        return dict.fromkeys(ids, str(self.label))

    def sentence(self, labels: Sequence[str], others: int) -> str:
        """These scopes in words, for the chip: ``labels`` the viewer may know, and ``others`` that stay unnamed."""
        if not self.takes_ids:
            return str(self.label)
        named = list(labels)
        if others:
            named.append(ngettext("%(count)d other", "%(count)d others", others) % {"count": others})
        return get_text_list(named, gettext("and"))


class PublicKind(ScopeKind):
    name = "public"
    order = 40
    icon = "globe"
    label = _("Public")
    description = _("Everybody, signed in or not, and search engines.")
    takes_ids = False

    def held_by(self, user):
        return (0,)

    def holders(self, ids):
        return get_user_model()._default_manager.filter(is_active=True)

    def choices(self, user):
        return {0: str(self.label)}


class EditorsKind(ScopeKind):
    name = "editors"
    order = 5
    icon = "edit"
    label = _("Only the editors")
    description = _("Nobody else, until you choose.")
    own_description = _("Nobody else sees it.")
    takes_ids = False

    def choices(self, user):
        return {0: str(self.label)}


scope_kinds: Registry[ScopeKind] = Registry()
scope_kinds.register(PublicKind())
scope_kinds.register(EditorsKind())
