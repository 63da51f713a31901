"""Pieces of the rows that were found, with the words that were looked for marked; everything else is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .analysis import Word, stems, words
from .compounds import parts_of
from .queries import Query, Term

#: characters of a snippet, and of a text that are looked through for it
LENGTH, LOOKED_THROUGH = 220, 20_000


def marked(text: str, query: Query) -> SafeString:
    """The whole text."""
    return _marked(text, _places(text, query))


def snippet(texts: Sequence[str], query: Query) -> SafeString:
    """From the text in which most of the words occur, the piece around the first of them."""
    return snippet_with_name(texts, query)[1]


def snippet_with_name(texts: Sequence[str], query: Query) -> tuple[Any, SafeString]:
    """The same, and the name of the field in which they occur; "" where none occurs, or it has no name."""
    best: tuple[int, str, list[Word]] | None = None
    label: Any = ""
    for given in texts:
        text = " ".join(given[:LOOKED_THROUGH].split())
        places = _places(text, query)
        different = len({word.folded for word in places})
        if text and (best is None or different > best[0]):
            best = different, text, places
            label = getattr(given, "label", "") if places else ""
    if best is None:
        return "", SafeString("")
    _number, text, places = best
    start = max(places[0].start - LENGTH // 4, 0) if places else 0
    if len(text) - start < LENGTH:
        start = max(len(text) - LENGTH, 0)
    if start and " " in text[start : start + 30]:
        start = text.index(" ", start) + 1
    end = min(start + LENGTH, len(text))
    if end < len(text) and " " in text[end - 30 : end]:
        end = text.rindex(" ", 0, end)
    inside = [Word(p.start - start, p.end - start, p.folded) for p in places if p.start >= start and p.end <= end]
    piece = _marked(text[start:end], inside)
    return label, format_html("{}{}{}", "… " if start else "", piece, " …" if end < len(text) else "")


def _marked(text: str, places: list[Word]) -> SafeString:
    pieces: list[tuple[str, SafeString | str]] = []
    at = 0
    for place in places:
        pieces.append((text[at : place.start], format_html("<mark>{}</mark>", text[place.start : place.end])))
        at = place.end
    return format_html_join("", "{}{}", [*pieces, (text[at:], "")])


def _places(text: str, query: Query) -> list[Word]:
    """The words of the text that were looked for."""
    return [word for word in words(text) if any(_fits(word, term) for term in query.wanted)]


def _fits(word: Word, term: Term) -> bool:
    if word.folded in term.tokens:
        return True
    if term.exact:
        return False
    if any(_has_stem(word, (token,)) for tokens in term.alternatives for token in tokens):
        return True
    if term.open_end and word.folded.startswith(term.tokens[-1]):
        return True
    return _has_stem(word, term.tokens)


def _has_stem(word: Word, tokens: Sequence[str]) -> bool:
    """Whether it is another form of the one word that was looked for."""
    if len(tokens) != 1:
        return False
    wanted = stems(tokens[0])
    # Stemming is dear, and most words cannot have the stem.
    if any(word.folded.startswith(stem[:-1]) for stem in wanted) and not stems(word.folded).isdisjoint(wanted):
        return True
    return _is_part(word.folded, tokens[0]) or _is_part(tokens[0], word.folded)


def _is_part(compound: str, word: str) -> bool:
    """ "Laserschweißen" has "schweißen" in it, in whatever form."""
    wanted = stems(word, "de")
    if len(compound) <= len(word) or not any(stem[:-1] in compound for stem in wanted):
        return False
    return any(not stems(part, "de").isdisjoint(wanted) for part in parts_of(compound))
