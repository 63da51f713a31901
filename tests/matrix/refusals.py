"""What a refused form owes: status 400, the error beside its field, and what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

from bs4 import BeautifulSoup, Tag
from django.forms import BaseForm, BoundField, FileInput, HiddenInput, PasswordInput, Textarea
from django.forms.widgets import Input
from django.http import HttpResponse
from django.utils.html import strip_tags

#: what comes back by a script of the administration, as what is in it is not a page
DIALOG = "application/json"


def refused_forms(response: HttpResponse) -> list[BaseForm]:
    """The forms that an answer was drawn with and that were found wanting."""
    found: dict[int, BaseForm] = {}
    for context in response.context or ():
        for layer in context.dicts if hasattr(context, "dicts") else [context]:
            for form in _forms(layer.values()):
                found[id(form)] = form
    return [form for form in found.values() if form.is_bound and form._errors]


def _forms(values) -> Iterator[BaseForm]:
    for value in values:
        if isinstance(value, BaseForm):
            yield value


def faults(response: HttpResponse, is_ours: bool) -> Iterator[str]:
    """What is wrong with an answer that refuses, in words; nothing where none of its forms was refused."""
    forms = refused_forms(response)
    if not forms or response["Content-Type"].startswith(DIALOG):
        return
    if response.status_code != 400:
        yield f"answers {response.status_code}"
    page = response.content.decode()
    soup, text = BeautifulSoup(page, "html.parser"), plain(page)
    for form in forms:
        for error in form.non_field_errors():
            if plain(error) not in text:
                yield f"does not say: {error}"
        for field in form.visible_fields():
            yield from _faults_of_field(field, soup, text, is_ours)


def _faults_of_field(field: BoundField, soup: BeautifulSoup, text: str, is_ours: bool) -> Iterator[str]:
    controls = soup.find_all(["input", "textarea", "select"], attrs={"name": field.html_name})
    for error in field.errors:
        if plain(error) not in text:
            yield f"{field.html_name} does not say: {error}"
        elif is_ours and controls and not any(_said_beside(tag, soup, error) for tag in controls):
            yield f"{field.html_name} is not described by its error"
    kept = _typed(field)
    if kept and controls and not any(_holds(tag, kept) for tag in controls):
        yield f"{field.html_name} has lost {kept[:20]}"


def _typed(field: BoundField) -> str:
    """What was typed into this field, if it is one that people type into and that shows it again."""
    widget = field.field.widget
    if not isinstance(widget, Input | Textarea) or isinstance(widget, HiddenInput | PasswordInput | FileInput):
        return ""
    value = field.data
    return value if isinstance(value, str) and value.isprintable() else ""


def _holds(tag: Tag, typed: str) -> bool:
    value = tag.get_text() if tag.name == "textarea" else tag.get("value", "")
    return value.strip() == typed.strip() or tag.get("type") in ("checkbox", "radio")


def _said_beside(tag: Tag, soup: BeautifulSoup, error: str) -> bool:
    fieldset = tag.find_parent("fieldset")
    names = [*_described_by(tag), *(_described_by(fieldset) if fieldset else ())]
    said = " ".join(element.get_text(" ") for name in names if (element := soup.find(id=name)))
    return plain(error) in " ".join(said.split())


def _described_by(tag: Tag) -> list[str]:
    return tag.get("aria-describedby", "").split()


def plain(html: str) -> str:
    """The words in it, those of dialogs that a script opens included."""
    return " ".join(unescape(strip_tags(str(html))).split())
