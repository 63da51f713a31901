"""Odd input: what forms a page has, and what programs send in their place.

A form is what a browser would send of it, as bytes, since odd values are no text. Fields that only scripts make –
the blocks of a StreamField – are made of the model's blocks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from wagtail.blocks import Block, FieldBlock, ListBlock, StreamBlock, StructBlock
from wagtail.models import Page

Fields = list[tuple[str, bytes]]

NUL, NUMBER, HALF = b"a\x00b", b"9" * 30, b"\xed\xa0\x80"
VALUES = (
    NUL,
    NUMBER,
    HALF,
    b"\xff\xfe",
    b"-1",
    "²".encode(),
    b"x",
    b"",
    b"[1, [2]]",
    b"null",
    b'{"blocks": 5}',
    b'{"response": {"userHandle": "x"}, "id": 1, "rawId": "x", "type": "public-key"}',
)
#: what the editor of rich text sends
RICH = json.dumps({"blocks": [{"key": "a", "text": "Words", "type": "unstyled"}], "entityMap": {}}).encode()
#: the same with a character that no database takes, with half of one, with what makes no sense
RICH_VALUES = tuple(
    json.dumps({"blocks": [{"key": "a", "text": text, "type": "unstyled"}], "entityMap": {}}).encode()
    for text in ("a\x00b", "a\ud800b")
) + (
    b'{"blocks": [{"text": "a", "type": "unstyled", "entityRanges": [{"key": 7, "offset": 0, "length": 1}]}]}',
    b'{"blocks": [{"key": "a", "text": 5, "type": []}], "entityMap": 5}',
    b"[]",
    b"",
)
#: ends of names of fields that tell how many parts there are, of what kind, in what order
STRUCTURE = ("-count", "-deleted", "-order", "-type", "-id", "_FORMS", "-ORDER", "-DELETE")
LONG = b"a" * 1_000_000


@dataclass(frozen=True)
class Form:
    url: str
    fields: tuple[tuple[str, bytes], ...]

    @property
    def names(self) -> list[str]:
        return sorted({name for name, _value in self.fields})

    def with_value(self, name: str, *values: bytes) -> Fields:
        """What the page offers, but these values in this field; without values it is missing."""
        return [pair for pair in self.fields if pair[0] != name] + [(name, value) for value in values]

    def with_all(self, value: bytes) -> Fields:
        return [(name, value) for name in self.names]

    def with_blocks_of(self, model: type[Page], value_of: Callable[[Block], bytes]) -> Form:
        return Form(self.url, (*self.fields, *stream_fields(model, value_of)))

    def with_contents(self, shift: int) -> Fields:
        """An odd value in each field that is content; what tells the number, kind and order of parts stays."""
        contents = [name for name in self.names if not name.endswith(STRUCTURE)]
        odd = {}
        for number, name in enumerate(contents, start=shift):
            values = RICH_VALUES if self.is_rich(name) else VALUES
            odd[name] = values[number % len(values)]
        return [(name, odd.get(name, value)) for name, value in self.fields]

    def values_for(self, name: str) -> tuple[bytes, ...]:
        """The odd values that this field might not stand."""
        return (*VALUES, *RICH_VALUES) if self.is_rich(name) else VALUES

    def is_rich(self, name: str) -> bool:
        return any(value.startswith(b'{"') for field, value in self.fields if field == name)


def encoded(fields: Fields) -> bytes:
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in fields).encode()


def forms_of(response: HttpResponse, address: str) -> Iterator[Form]:
    """Those that change something. Dialogs come as JSON with their HTML in it."""
    content_type = response.headers.get("Content-Type", "")
    if response.status_code != 200 or response.streaming:
        return
    if content_type.startswith("application/json"):
        answer = response.json()
        text = answer.get("html", "") if isinstance(answer, dict) else ""
    elif content_type.startswith("text/html"):
        text = response.content.decode()
    else:
        return
    if "<form" not in text:
        return
    soup = BeautifulSoup(text, "html.parser")
    for form in soup.find_all("form"):
        if form.get("method", "get").lower() != "post":
            continue
        parts = urlsplit(urljoin(address, form.get("action", "") or address))
        url = parts.path + (f"?{parts.query}" if parts.query else "")
        inside = form.find_all(["input", "textarea", "select", "button"])
        outside = soup.find_all(attrs={"form": form["id"]}) if form.get("id") else []
        yield Form(url, tuple(pair for tag in [*inside, *outside] for pair in _pairs(tag)))


def _pairs(tag: Tag) -> Iterator[tuple[str, bytes]]:
    name = tag.get("name")
    if not name or name == "csrfmiddlewaretoken" or tag.get("type") == "file":
        return
    if tag.name == "select":
        chosen = tag.find_all("option", selected=True) or tag.find_all("option")[:1]
        for option in chosen:
            yield name, option.get("value", option.text).encode()
    elif tag.name == "textarea":
        yield name, tag.text.encode()
    elif tag.get("type") in ("checkbox", "radio"):
        yield name, tag.get("value", "on").encode()
    else:
        yield name, tag.get("value", "").encode()


def stream_fields(model: type[Page], value_of: Callable[[Block], bytes]) -> Fields:
    """Each block of each StreamField of this page type once, as the page's script would send it."""
    return [
        pair
        for field in model._meta.get_fields()
        if hasattr(field, "stream_block")
        for pair in block_fields(field.stream_block, field.name, value_of)
    ]


def block_fields(block: Block, prefix: str, value_of: Callable[[Block], bytes]) -> Iterator[tuple[str, bytes]]:
    if isinstance(block, StreamBlock):
        children = list(block.child_blocks.items())
        yield f"{prefix}-count", str(len(children)).encode()
        for number, (name, child) in enumerate(children):
            yield from _item(f"{prefix}-{number}", number)
            yield f"{prefix}-{number}-type", name.encode()
            yield from block_fields(child, f"{prefix}-{number}-value", value_of)
    elif isinstance(block, ListBlock):
        yield f"{prefix}-count", b"1"
        yield from _item(f"{prefix}-0", 0)
        yield from block_fields(block.child_block, f"{prefix}-0-value", value_of)
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from block_fields(child, f"{prefix}-{name}", value_of)
    elif isinstance(block, FieldBlock):
        yield prefix, value_of(block)


def _item(prefix: str, number: int) -> Iterator[tuple[str, bytes]]:
    yield f"{prefix}-deleted", b""
    yield f"{prefix}-order", str(number).encode()
    yield f"{prefix}-id", b""
