"""The form "What reaches me": one line for each kind of news, for all others, and for each source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer

from .choices import Choices, quiet_hours_of
from .delivery import Delivery, Source, sources
from .kinds import NotificationKind, notification_kinds
from .models.delivery import OTHERS


@dataclass(frozen=True)
class Section:
    """Lines under a heading. ``key`` is for addresses within the page."""

    key: str
    heading: str
    hint: str
    lines: list[BoundField]


class TimeInput(forms.TimeInput):
    input_type = "time"


class DeliveryForm(forms.Form):
    """``kinds``, ``of_sources`` and ``quiet`` are what was chosen, once the form is valid."""

    starts = forms.TimeField(label=gettext_lazy("From"), required=False, widget=TimeInput(format="%H:%M"))
    ends = forms.TimeField(label=gettext_lazy("Until"), required=False, widget=TimeInput(format="%H:%M"))

    def __init__(self, *args, viewer: Viewer, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.choices = Choices.of(viewer.user)
        self.kind_fields: dict[str, str] = {}
        self.source_fields: dict[str, Source] = {}
        self.groups: list[tuple[str, str, str, list[str]]] = []
        self._add_kinds()
        self._add_sources()
        hours = quiet_hours_of([viewer.user_id or 0]).get(viewer.user_id or 0)
        self.fields["starts"].initial, self.fields["ends"].initial = hours or (None, None)

    def _add_kinds(self) -> None:
        own = [kind for kind in notification_kinds if kind.concerns(self.viewer)]
        urgent = [self._add_kind(kind) for kind in own if kind.delivery == Delivery.AT_ONCE]
        news = [self._add_kind(kind) for kind in own if kind.delivery != Delivery.AT_ONCE]
        name = self._add_line(f"kind.{OTHERS}", _("Everything else, also what comes later"), self.choices.others)
        self.kind_fields[name] = OTHERS
        hint = _("Where “no mail” is missing, it concerns your own rights: you are told in any case.")
        self.groups.append(("urgent", _("What you are asked, or wait for"), hint, urgent))
        self.groups.append(("news", _("What is new"), "", [*news, name]))

    def _add_kind(self, kind: NotificationKind) -> str:
        chosen = self.choices.of_kind(kind)
        name = self._add_line(f"kind.{kind.name}", str(kind.label), chosen, required=kind.required)
        self.kind_fields[name] = kind.name
        return name

    def _add_sources(self) -> None:
        for source in sources():
            names = []
            for thing in sorted(source.things(self.viewer), key=lambda row: str(row).casefold()):
                which = Source(source.name, thing.pk)
                chosen = self.choices.sources.get(which)
                name = self._add_line(f"source.{source.name}.{thing.pk}", str(thing), chosen, optional=True)
                self.source_fields[name] = which
                names.append(name)
            if names:
                hint = _("What is chosen here counts before what is chosen above.")
                self.groups.append((source.name, str(source.label), hint, names))

    def _add_line(
        self, name: str, label: str, chosen: Delivery | None, *, required: bool = False, optional: bool = False
    ) -> str:
        offered: list[tuple[str, Any]] = [
            (value, text) for value, text in Delivery.choices if not (required and value == Delivery.OFF)
        ]
        if optional:
            offered.insert(0, ("", _("as above")))
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=offered,
            required=False,  # a line that came meanwhile, and was not on the page, stays as it is
            initial=chosen or "",
            widget=forms.RadioSelect(attrs={"class": "delivery-choice"}),
            error_messages={"invalid_choice": _("This cannot be chosen here.")},
        )
        return name

    def sections(self) -> Iterator[Section]:
        for key, heading, hint, names in self.groups:
            if names:
                yield Section(key, heading, hint, [self[name] for name in names])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if not {"starts", "ends"} & set(self.errors) and (starts is None) != (ends is None):
            missing = "starts" if starts is None else "ends"
            self.add_error(missing, _("Please give both times, or neither."))
        elif starts is not None and starts == ends:
            self.add_error("ends", _("Quiet hours need an end that differs from their beginning."))
        return data

    @property
    def kinds(self) -> dict[str, Delivery]:
        chosen = {kind: self.cleaned_data[name] for name, kind in self.kind_fields.items()}
        return {kind: Delivery(value) for kind, value in chosen.items() if value}

    @property
    def of_sources(self) -> dict[Source, Delivery | None]:
        sent = {name: source for name, source in self.source_fields.items() if name in self.data}
        chosen = {source: self.cleaned_data[name] for name, source in sent.items()}
        return {source: Delivery(value) if value else None for source, value in chosen.items()}

    @property
    def quiet(self) -> tuple | None:
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        return (starts, ends) if starts is not None else None
