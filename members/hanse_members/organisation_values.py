"""What a table says of an organisation: read from cells, compared with what there is, and as actions take it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import translation

from hanse_base.row_import import Row

from .field_values import FieldValue
from .models import Organisation, OrganisationField, OrganisationTopic, Topic, TopicLabel
from .models.organisations import MOST_TOPICS
from .organisation_specs import SIZES, SPECS
from .regions import GERMAN, REGIONS

#: a value as it is kept and compared: text, for topics their numbers in order
Value = str | list[int]
#: headings by which the columns are known, in lower case
HEADINGS: dict[str, tuple[str, ...]] = {
    "key": ("external_key", "external key", "key", "id", "schlüssel", "nummer", "mitgliedsnummer"),
    "name": ("name", "organisation", "organization", "firma", "company"),
    "kind": ("kind", "art", "type", "typ"),
    "size": ("size", "größe", "groesse", "employees", "mitarbeiter"),
    "place": ("place", "ort", "city", "stadt"),
    "region": ("region", "land", "bundesland", "state"),
    "website": ("website", "web address", "webadresse", "url", "internet", "homepage"),
    "email": ("email", "e-mail", "mail", "e-mail address", "e-mail-adresse"),
    "phone": ("phone", "telephone", "telefon", "tel"),
    "about": ("about", "what it does", "beschreibung", "description", "was sie macht"),
    "topics": ("topics", "themen"),
}
#: what stands in the columns of the organisation itself, and in its fields: a text, or one choice
COLUMNS = ("kind", "place", "region")
TEXTS, CHOICES = ("website", "email", "phone", "about"), ("size",)
FIELDS = ("name", "kind", "size", "place", "region", "website", "email", "phone", "about", "topics")


_CHOICES: dict[str, Iterable] = {"kind": Organisation.Kind.choices, "size": SIZES.items()}


def cell(row: Row, field: str) -> str:
    return next((row[heading] for heading in HEADINGS[field] if row[heading]), "")


@cache
def _choices(field: str) -> dict[str, str]:
    """Codes by what tables call them: the code itself and its label in each language."""
    choices = _CHOICES.get(field, REGIONS.items())
    known = {}
    for code, label in choices:
        known[str(code).casefold()] = str(code)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                known[str(label).casefold()] = str(code)
    if field == "region":
        known |= {name.casefold(): code for name, code in GERMAN.items()}
    return known


def _size_of(number: int) -> str:
    return next((code for most, code in ((9, "micro"), (49, "small"), (249, "medium")) if number <= most), "large")


class Reading:
    """Reads the cells of rows; asks for the topics once."""

    def __init__(self) -> None:
        self.topics: dict[str, int] = {}
        for label in TopicLabel.objects.filter(topic__merged_into=None).order_by("-topic_id"):
            self.topics[label.text.casefold()] = label.topic_id
        coded = Topic.objects.exclude(code=None).values_list("code", "pk", "merged_into_id")
        self.topics |= {str(code).casefold(): merged or pk for code, pk, merged in coded}

    def read(self, row: Row) -> tuple[dict[str, Value], list[list]]:
        """What could be read, by field without the name, and notes on the rest. Empty cells say nothing."""
        values: dict[str, Value] = {}
        notes: list[list] = []
        for field in FIELDS:
            text = cell(row, field)
            if field == "name" or not text:
                continue
            value = self._topics(text, notes) if field == "topics" else self._value(field, text)
            if value:
                values[field] = value
            elif field != "topics":
                notes.append(["not_understood", field, text[:100]])
        return values, notes

    def _value(self, field: str, text: str) -> str:
        if field in ("kind", "region"):
            return _choices(field).get(text.casefold(), "")
        if field == "size":
            number = text.replace(".", "").replace("’", "")
            return (
                _size_of(int(number))
                if number.isdecimal() and len(number) < 9
                else _choices(field).get(text.casefold(), "")
            )
        if field == "website":
            return _website(text)
        if field == "email" and not _is_address(text):
            return ""
        longest = SPECS[field].longest if field in SPECS else Organisation._meta.get_field(field).max_length or 0
        text = text if field == "about" else " ".join(text.split())
        return text.replace("\r\n", "\n") if len(text) <= longest else ""

    def _topics(self, text: str, notes: list[list]) -> list[int]:
        """By code or label, separated by bars or line ends, else by semicolons or commas."""
        separator = next((each for each in ("|", "\n", ";") if each in text), ",")
        names = [name.strip() for name in ([text] if text.casefold() in self.topics else text.split(separator))]
        found = {name: self.topics.get(name.casefold()) for name in names if name}
        notes += [["topic_not_known", name[:100]] for name, topic in found.items() if topic is None][:MOST_TOPICS]
        topics = list(dict.fromkeys(topic for topic in found.values() if topic is not None))
        if len(topics) > MOST_TOPICS:
            notes.append(["too_many_topics", MOST_TOPICS])
        return sorted(topics[:MOST_TOPICS])


def _website(text: str) -> str:
    address = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return ""
    return address if len(address) <= 200 else ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def values_of(organisations: Collection[int]) -> dict[int, dict[str, Value]]:
    """What there is, by organisation and field: a constant number of queries."""
    rows = Organisation.objects.filter(pk__in=organisations).values("pk", *COLUMNS)
    empty = dict.fromkeys((*TEXTS, *CHOICES), "")
    found: dict[int, dict[str, Value]] = {row.pop("pk"): empty | row for row in rows}
    fields = OrganisationField.objects.filter(organisation__in=organisations, name__in=(*TEXTS, *CHOICES))
    for field in fields.prefetch_related("choices"):
        chosen = next((choice.value for choice in field.choices.all()), "")
        found[field.organisation_id][field.name] = chosen if field.name in CHOICES else field.text
    topics = defaultdict(list)
    for organisation, topic in OrganisationTopic.objects.filter(organisation__in=organisations).values_list(
        "organisation_id", "topic_id"
    ):
        topics[organisation].append(topic)
    return {pk: values | {"topics": sorted(topics[pk])} for pk, values in found.items()}


def as_arguments(values: Mapping[str, Value]) -> dict[str, Any]:
    """As ``add_organisation`` and ``update_organisation`` take them."""
    said: dict[str, Any] = {name: value for name, value in values.items() if name in ("name", *COLUMNS)}
    said["values"] = {
        name: FieldValue(choices=[str(value)]) if name in CHOICES else FieldValue(str(value))
        for name, value in values.items()
        if name in (*TEXTS, *CHOICES)
    }
    if "topics" in values:
        said["topics"] = Topic.objects.in_use().filter(pk__in=values["topics"])
    return said


def shown(field: str, value: Value, labels: Mapping[int, str]) -> str:
    """A value as people read it; ``labels`` of the topics."""
    if isinstance(value, list):
        return ", ".join(labels.get(topic, str(topic)) for topic in value)
    choices = _CHOICES.get(field, ())
    return str(dict(choices).get(value, REGIONS.get(value, value) if field == "region" else value))
