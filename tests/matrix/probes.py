"""How a surface is asked, and how its answer is judged."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.test import Client

from .world import World, mark

VARYING = [
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), "csrf"),
    (re.compile(r'"csrfToken": "[^"]+"|CSRF_TOKEN[^,;}]+|data-csrf="[^"]+"'), "csrf"),
    (re.compile(r"X-Request-ID: \w+|Expires: [^\n]+"), "request"),
    (re.compile(r"nonce-[^' ]+|nonce=\"[^\"]+\""), "nonce"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "uuid"),
]


def client_of(world: World, persona: str) -> Client:
    client = Client(raise_request_exception=False)
    person = world.people[persona]
    if not isinstance(person, AnonymousUser):
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def forget_messages(client: Client) -> None:
    """What an earlier refusal left to be told on the next page."""
    session = client.session
    if session.pop(SessionStorage.session_key, None):
        session.save()


def text_of(response) -> str:
    """Everything an answer tells: status, headers, body."""
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.status_code}\n{headers}\n\n{body.decode(errors='replace')}"


def normalised(response, *asked: object) -> str:
    """The answer with what was asked for, tokens and nonces made the same, for comparing hidden with missing."""
    text = text_of(response)
    for value in sorted(map(str, asked), key=len, reverse=True):
        number = rf"(?<=[/F]){value}(?=[/&%?\"'])"
        text = re.sub(number if value.isdigit() else re.escape(value), "ASKED", text)
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return re.sub(r"Content-Length: \d+", "Content-Length", text)


def found(world: World, text: str) -> set[tuple[str, str]]:
    """The items of which any marker stands in the text."""
    return {key for key in world.items if any(marker in text for marker in world.markers(key))}


def news_in(world: World, text: str) -> set[tuple[str, str]]:
    """Those of which the news stands in the text: title, summary, words, file or address."""
    kinds = ("Title", "teaser", "words", "file", "inside")
    return {
        key
        for key, page in world.items.items()
        if page.slug in text or any(f"{kind}{mark(key)}" in text for kind in kinds)
    }
