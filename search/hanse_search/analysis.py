"""Words as they are looked for: the same for both databases, for queries and for the marks in snippets.

A word is folded (case, ß and accents; umlauts written as two letters) and reduced to its German and its English stem.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[^\W_]+")
#: characters of a word by which it is found
LONGEST_WORD = 60
#: ae, oe and ue are ä, ö and ü, but not in "Quelle", "neue", "Treue", where they are two sounds
TWO_LETTERS = re.compile(r"(?<![aeq])(a|o|u)e")
STEMMERS = {"de": "german", "en": "english"}


@dataclass(frozen=True)
class Word:
    """A word of a text: where it stands, and as what it is looked for."""

    start: int
    end: int
    folded: str


def words(text: str) -> Iterator[Word]:
    for match in WORD.finditer(text):
        if folded := fold(match[0]):
            yield Word(match.start(), match.end(), folded)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """ "Größen", "groessen" and "GRÖSSEN" are the same. "" for what has no letters or digits left."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in plain.casefold() if char.isalnum())
    return TWO_LETTERS.sub(r"\1", plain)[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def stems(folded: str, language: str = "") -> frozenset[str]:
    """The stem in the language, or those in each where the language is not known."""
    if any(char.isdigit() for char in folded):
        return frozenset({folded})
    known = [STEMMERS[language]] if language in STEMMERS else STEMMERS.values()
    return frozenset(_stemmer(name).stemWord(folded) for name in known)


_of_thread = threading.local()


def _stemmer(name: str):
    """Stemmers keep the word that they work on, so each thread has its own."""
    if not hasattr(_of_thread, name):
        setattr(_of_thread, name, snowballstemmer.stemmer(name))
    return getattr(_of_thread, name)
