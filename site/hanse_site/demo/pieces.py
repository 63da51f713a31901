"""What a piece of demo news is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """``body`` are (block, text) pairs of the news body: "paragraph", "heading", "quote" ("text | source")."""

    title: str
    teaser: str
    body: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picture:
    motif: str
    en: str
    de: str


@dataclass(frozen=True)
class Piece:
    """``level`` is "public", "platform", "editors", "room" with the key of a room, or the slugs of clusters.

    ``accepted_by``: the persona who takes a proposed piece over; without one the proposal waits. ``languages`` are those
    it exists in, the first as written.
    """

    key: str
    cluster: str
    author: str
    days_ago: int
    level: str | tuple[str, ...]
    en: Words | None = None
    de: Words | None = None
    picture: Picture | None = None
    accepted_by: str = ""
    live: bool = True
