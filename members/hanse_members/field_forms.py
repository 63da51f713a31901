"""Forms about fields with an audience of their own: to fill them in, to choose their readers, to ask and to answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hanse_access.forms import AudienceField
from hanse_access.scopes import scope_kinds

from .field_kinds import kind_of
from .field_reading import ShownField
from .field_specs import FieldSpec
from .field_values import NO_PICTURE, FieldValue
from .models import ScopedField

PHONE = re.compile(r"\+?[0-9][0-9 ()/.\-]{3,38}")


@dataclass
class FieldGroup:
    title: Any
    #: specification, the inputs, and what is stored (None for a field that was never filled or set)
    fields: list[tuple[FieldSpec, list[forms.BoundField], ScopedField | None]]


def choices_of(spec: FieldSpec, label: Any, css: str = "") -> forms.MultipleChoiceField:
    """The choices of a field as check boxes."""
    widget = forms.CheckboxSelectMultiple({"class": css} if css else None)
    return forms.MultipleChoiceField(label=label, choices=list(spec.choices.items()), required=False, widget=widget)


def choice_of(spec: FieldSpec, label: Any) -> forms.ChoiceField:
    """The one choice of a field as a list to open."""
    return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *spec.choices.items()])


def text_of(spec: FieldSpec, label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    """The text of a field, of some lines."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=spec.longest, required=False, widget=widget, help_text=help_text)


def email_field() -> forms.EmailField:
    return forms.EmailField(label=_("E-mail address"), required=False, max_length=254)


def website_field() -> forms.URLField:
    return forms.URLField(label=_("Web address"), required=False, assume_scheme="https", max_length=200)


class PhoneField(forms.CharField):
    def __init__(self, **kwargs):
        widget = forms.TextInput({"type": "tel", "autocomplete": "tel"})
        super().__init__(**{"label": _("Telephone"), "max_length": 40, "required": False, "widget": widget, **kwargs})

    def clean(self, value) -> str:
        text = " ".join(super().clean(value).split())
        if text and not PHONE.fullmatch(text):
            raise ValidationError(_("Digits, spaces and + ( ) / - only, such as +49 30 123456."))
        return text


class FieldsForm(forms.Form):
    """The fields of a holder. ``stored`` are those that there are, with their contents.

    The inputs of a field are named after it: its text, or file, by the name alone, ``…_choice``, ``…_choices``,
    ``…_topics``, and ``no_…`` to remove a picture.
    """

    specs: ClassVar[Mapping[str, FieldSpec]]
    #: title of each part of the form, with the names of its fields
    parts: ClassVar[Collection[tuple[Any, Collection[str]]]]

    def __init__(self, *args, stored: Mapping[str, ShownField], **kwargs):
        kwargs["initial"] = {**_initial(stored), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.stored = stored
        for spec in self.specs.values():
            if spec.is_picture and spec.name in self.fields:
                picture = stored[spec.name].picture if spec.name in stored else None
                self.fields[spec.name].widget.stored = picture
                if picture is None:
                    self.fields.pop(f"no_{spec.name}", None)

    def values(self) -> dict[str, FieldValue]:
        """Of a valid form, for ``save_fields``."""
        return {name: self._value(spec) for name, spec in self.specs.items()}

    def _value(self, spec: FieldSpec) -> FieldValue:
        data, name = self.cleaned_data, spec.name
        if spec.is_picture:
            removed = NO_PICTURE if data.get(f"no_{name}") else None
            return FieldValue(picture=data.get(name) or removed)
        single = data.get(f"{name}_choice")
        return FieldValue(
            text=data.get(name) or "",
            choices=[single] if single else data.get(f"{name}_choices") or (),
            topics=data.get(f"{name}_topics") or (),
        )

    def groups(self) -> Iterator[FieldGroup]:
        for title, names in self.parts:
            fields = []
            for name in names:
                inputs = [f"{name}_topics", f"{name}_choice", f"{name}_choices", name, f"no_{name}"]
                bound = [self[key] for key in inputs if key in self.fields]
                fields.append((self.specs[name], bound, self.stored[name].row if name in self.stored else None))
            yield FieldGroup(title, fields)


def _initial(stored: Mapping[str, ShownField]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for name, item in stored.items():
        if item.spec.is_picture:
            continue
        values = [choice.value for choice in item.row.choices.all()]
        initial[name] = item.row.text
        initial[f"{name}_choices"] = values
        initial[f"{name}_choice"] = values[0] if values else ""
        initial[f"{name}_topics"] = [topic.pk for topic in item.row.linked_topics()]
    return initial


def narrower_kinds(field: ScopedField) -> set[str]:
    """Kinds of scopes that reach fewer people than the holder does, and those that the field has."""
    present = {scope.kind for scope in field.audience.scope_set}
    widest = max((scope_kinds[scope.kind] for scope in field.holder.audience.scope_set), key=lambda kind: kind.order)
    return present | {
        kind.name for kind in scope_kinds if kind.order < widest.order or kind is widest and kind.takes_ids
    }


class ReadersForm(forms.Form):
    """Who sees one field: those who see the holder, or others; and whether the rest may ask."""

    FOLLOW, OWN = "follow", "own"

    follows = forms.ChoiceField(label=_("Who can see this field?"), widget=forms.RadioSelect)
    on_request = forms.BooleanField(
        required=False,
        help_text=_("They see that there is something, never what. You decide each time."),
    )

    def __init__(self, *args, user, field: ScopedField, **kwargs):
        kwargs["initial"] = {"follows": self.FOLLOW if field.follows else self.OWN, "on_request": field.on_request}
        super().__init__(*args, **kwargs)
        kind = kind_of(field)
        self.fields["follows"].choices = [
            (self.FOLLOW, kind.everybody),
            (self.OWN, _("Fewer people, as chosen here")),
        ]
        self.fields["on_request"].label = kind.others_ask
        scopes = AudienceField.of(field, user=user, required=False, label=_("Fewer people"))
        scopes.offer_only(narrower_kinds(field))
        self.fields["scopes"] = scopes
        self.order_fields(["follows", "scopes", "on_request"])
        if not field.spec.askable:
            del self.fields["on_request"]

    def clean(self):
        data = super().clean()
        own = data.get("follows") == self.OWN
        if own and not data.get("scopes") and "scopes" not in self.errors:
            self.add_error("scopes", _("Please choose who can see this."))
        return data


class OutsiderForm(forms.Form):
    """For whom, without an account, a link to a field is, and how long it works."""

    outsider = forms.CharField(
        label=_("For whom"), max_length=150, help_text=_("A name that tells you later to whom you gave it.")
    )
    days = forms.TypedChoiceField(
        label=_("The link works for"),
        coerce=int,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        initial=30,
    )


class QuestionForm(forms.Form):
    """What one asks with."""

    message = forms.CharField(
        label=_("Why you ask"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One sentence helps to decide."),
    )


class AnswerForm(forms.Form):
    """A decision about a question."""

    RELEASE, DECLINE = "release", "decline"

    decision = forms.ChoiceField(choices=[(RELEASE, RELEASE), (DECLINE, DECLINE)])
    days = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        choices=[("", _("until I take it back")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        required=False,
    )
    answer = forms.CharField(label=_("A word with it"), max_length=500, required=False)
