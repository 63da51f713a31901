"""The form field "Who can see this?": one radio card per kind of scope, with its pickers."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .descriptions import describe
from .models import Scoped, ScopedModel
from .prospects import Prospect
from .scopes import EDITORS, Scope, ScopeKind, scope_kinds
from .viewer import Viewer

#: value of the card that leaves a present audience as it is
KEEP = "keep"


@dataclass(frozen=True)
class Card:
    """One radio card. ``choices`` and ``at_once``, those of others, act at once; ``proposals`` are asked first."""

    value: str
    label: str
    description: str
    icon: str
    choices: dict[int, str]
    proposals: dict[int, str]
    takes_ids: bool
    at_once: dict[int, str] = field(default_factory=dict)

    @property
    def offered(self) -> dict[int, str]:
        return {**self.choices, **self.at_once, **self.proposals}

    def prospect(self, ids: Container[str]) -> Prospect:
        """What choosing these numbers, as they come from a form, would do. Others than those on offer are left out."""
        chosen = {id for id in self.offered if not self.takes_ids or str(id) in ids}
        return Prospect(
            in_force=frozenset(Scope(self.value, id) for id in chosen if id not in self.proposals),
            at_once=[name for id, name in self.at_once.items() if id in chosen],
            asked=[name for id, name in self.proposals.items() if id in chosen],
        )

    @property
    def groups(self) -> list[tuple[str, Any, dict[int, str]]]:
        """The lists of boxes: the part of the live count's address that each goes into, what is said above, boxes."""
        asked = _("Propose to others – they see it once their management has taken it over:")
        at_once = _("Others, who take it over without being asked:")
        lists = [("id", "", self.choices), ("at_once", at_once, self.at_once), ("asked", asked, self.proposals)]
        return [entry for entry in lists if entry[2]]


class AudienceWidget(forms.Widget):
    """Radio cards and check boxes; works without JavaScript, which only adds the live count."""

    template_name = "hanse_access/widgets/audience.html"
    use_fieldset = True

    class Media:
        css = {"all": ["hanse_access/css/audience.css"]}
        js = [Script("hanse_access/js/audience.js", type="module")]

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.cards: list[Card] = []
        self.about: Scoped | None = None

    def value_from_datadict(self, data, files, name):
        value = data.get(name)
        if value is None:
            return None
        getlist = getattr(data, "getlist", lambda key: data.get(key, []))
        return (value, tuple(getlist(f"{name}-{value}")))

    def value_omitted_from_data(self, data, files, name):
        return name not in data

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        chosen, ids = value if value else (None, ())
        ids = {str(id) for id in ids}
        card = next((card for card in self.cards if card.value == chosen != KEEP), None)
        picked = card is not None and (not card.takes_ids or bool(ids & {str(id) for id in card.offered}))
        context["widget"].update(
            cards=self.cards,
            invalid=context["widget"]["attrs"].get("aria-invalid") == "true",
            chosen=chosen,
            ids=ids,
            # Nothing but what is on offer is counted, not even in a refused form.
            reach=card.prospect(ids).text(self.about) if picked else "",
            reach_url=reverse("hanse_access:reach"),
            about=f"{self.about._meta.label_lower}:{self.about.pk}" if self.about else "",
        )
        return context

    def id_for_label(self, id_, index=None):
        return ""


class AudienceField(forms.Field):
    """Who can see this? Cleans to a set of scopes for ``actions.change_audience``.

    ``user`` is the author who chooses, ``model`` the class of what is shown, ``present`` the scopes in force of an
    existing object, ``requested`` those that wait for a decision besides; ``about`` is that object where its editors
    count as well. Cards are offered for kinds of which the
    author can choose or propose anything. A present audience that the author could not choose (because it mixes kinds,
    or names a room they are not in) is offered as "as set by the author", so that an edit never changes it unasked.
    """

    widget = AudienceWidget
    default_error_messages = {
        "required": _("Please choose who can see this."),
        "unknown": _("This choice is not known. Please choose again."),
        "none_picked": _("Please tick at least one."),
    }

    def __init__(
        self,
        *,
        user,
        model: type[Scoped],
        present: Iterable[Scope] = (),
        requested: Iterable[Scope] = (),
        about: Scoped | None = None,
        **kwargs,
    ):
        kwargs.setdefault("label", _("Who can see this?"))
        self.present = frozenset(Scope(*scope) for scope in present)
        self.wanted = self.present - {EDITORS} | {Scope(*scope) for scope in requested} or self.present
        kwargs.setdefault("initial", self.wanted)
        super().__init__(**kwargs)
        self.user = user
        self.model = model
        self.cards = [card for kind in scope_kinds if model.takes_kind(kind) and (card := self._card(kind))]
        if self.wanted and self._as_value(self.wanted) is None:
            self.cards.insert(0, self._keep_card())
        self.widget.cards = self.cards
        self.widget.about = about

    def offer_only(self, kinds: Container[str]) -> None:
        """Leave out the cards of other kinds."""
        self.cards = self.widget.cards = [card for card in self.cards if card.value in kinds or card.value == KEEP]

    @classmethod
    def of(cls, obj: ScopedModel, *, user, **kwargs) -> AudienceField:
        """The field in a form about this object, which may be a new one."""
        if obj.pk is None:
            return cls(user=user, model=type(obj), **kwargs)
        requested = obj.requested_audience.scope_set if obj.requested_audience else ()
        return cls(user=user, model=type(obj), present=obj.audience.scope_set, requested=requested, **kwargs)

    def _card(self, kind: ScopeKind) -> Card | None:
        choices = dict(kind.choices(self.user))
        proposals = dict(kind.proposable(self.user)) if self.model.is_proposable else {}
        kept = {scope.id for scope in self.present if scope.kind == kind.name}
        choices |= {id: proposals.pop(id) for id in list(proposals) if id in kept}
        if not choices and not proposals:
            return None
        accepting = kind.accepts_at_once(list(proposals)) if proposals else set()
        at_once = {id: proposals.pop(id) for id in list(proposals) if id in accepting}
        label, description = str(kind.label), str(kind.description)
        icon = kind.icon
        if not self.model.is_proposable:
            description = str(kind.own_description or description)
        if kind.name == EDITORS.kind and self.model.is_personal:
            label, icon = str(_("Only me")), "lock"
        return Card(kind.name, label, description, icon, choices, proposals, kind.takes_ids, at_once)

    def _keep_card(self) -> Card:
        text = describe(self.wanted, Viewer.of(self.user)).text
        return Card(KEEP, str(_("As set by the author")), text, "lock", {0: ""}, {}, takes_ids=False)

    def _as_value(self, scopes: frozenset[Scope]):
        """The widget's value for these scopes, None if no single card can show them."""
        kinds = {scope.kind for scope in scopes}
        if len(kinds) != 1:
            return None
        name = kinds.pop()
        card = next((card for card in self.cards if card.value == name), None)
        ids = {scope.id for scope in scopes}
        if card is None or not ids <= set(card.offered):
            return None
        return (name, tuple(sorted(ids)) if card.takes_ids else ())

    def prepare_value(self, value):
        if isinstance(value, (set, frozenset, list)):
            scopes = frozenset(Scope(*scope) for scope in value)
            if not scopes:
                return None
            return self._as_value(scopes) or (KEEP, ())
        return value

    def to_python(self, value) -> frozenset[Scope]:
        if not value:
            return frozenset()
        if isinstance(value, (set, frozenset, list)):
            return frozenset(Scope(*scope) for scope in value)
        name, ids = value
        card = next((card for card in self.cards if card.value == name), None)
        if card is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if name == KEEP:
            return self.wanted
        if not card.takes_ids:
            return frozenset({Scope(name, 0)})
        if not ids:
            raise ValidationError(self.error_messages["none_picked"], code="none_picked")
        offered = {str(id): id for id in card.offered}
        if not set(ids) <= set(offered):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return frozenset(Scope(name, offered[id]) for id in ids)

    def validate(self, value) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != self.to_python(initial or frozenset())
        except ValidationError:
            return True
