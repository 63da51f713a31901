"""Topics that a text speaks of: their labels and synonyms, looked for as whole words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from .models import Topic, TopicLabel
from .models.topics import readers_language

#: characters of the text that are looked at
LONGEST_TEXT = 20_000
MOST_SUGGESTIONS = 8

_WORDS = re.compile(r"[^\W_]+")
_UMLAUTS = re.compile(r"([aou])e")
#: endings of German and English plurals and cases, longest first
_ENDINGS = ("en", "es", "e", "n", "s")
_SHORTEST_STEM = 4


def folded_words(text: str) -> list[str]:
    """The words of a text, without case, umlauts ("ä" and "ae" alike) and the endings of plurals."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [_stem(word) for word in _WORDS.findall(_UMLAUTS.sub(r"\1", plain))]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word[:-1] + "i" if word.endswith("y") else word


def suggest_topics(
    text: str, language: str | None = None, *, most: int = MOST_SUGGESTIONS, without: Iterable[int] = ()
) -> list[int]:
    """Ids of the topics whose label or synonym stands in the text, the best first: one query.

    Longer terms come before shorter ones, labels before synonyms, what is said often before what is said once, words of
    ``language`` (the reader's unless given) before those of others. Topics ``without`` are left out.
    """
    words = folded_words(text[:LONGEST_TEXT])
    if not words:
        return []
    wanted = (language or readers_language()).split("-")[0]
    terms = _terms(wanted, set(without))
    best: dict[int, tuple[int, ...]] = {}
    said: dict[tuple[str, ...], int] = defaultdict(int)
    for start, word in enumerate(words):
        for term in terms.get(word, ()):
            if tuple(words[start : start + len(term)]) == term:
                said[term] += 1
    for term, times in said.items():
        for topic, is_label, is_wanted in terms[term[0]][term]:
            rank = (len(term), is_label, times, is_wanted)
            best[topic] = max(best.get(topic, rank), rank)
    return sorted(best, key=lambda topic: (*(-part for part in best[topic]), topic))[:most]


def _terms(wanted: str, without: set[int]) -> dict[str, dict[tuple[str, ...], list[tuple[int, bool, bool]]]]:
    """Terms by their first word, each with the topics it stands for, whether as label and in the wanted language."""
    found: dict[str, dict[tuple[str, ...], list[tuple[int, bool, bool]]]] = defaultdict(lambda: defaultdict(list))
    labels = TopicLabel.objects.filter(Topic.objects.in_use_q("topic__"))
    for topic, language, text, synonyms in labels.values_list("topic", "language", "text", "synonyms"):
        if topic in without:
            continue
        for said_so in (text, *synonyms.splitlines()):
            if term := tuple(folded_words(said_so)):
                found[term[0]][term].append((topic, said_so == text, language == wanted))
    return found
