"""Words that are almost what somebody typed: of all words there are, those by which this viewer finds something.

So a word that occurs in hidden items alone has the same answer as one that occurs nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from django.db import connection
from django.db.models import Q

from .analysis import Word, words
from .compounds import JOINTS
from .models import SearchPart, SearchWord
from .queries import Query, Term

#: letters of a word that is corrected, and that is remembered
SHORTEST, LONGEST = 5, 30
#: words that are compared with one that was typed, and that are looked for among what a viewer finds
MOST_COMPARED, MOST_TRIED = 5000, 40
#: pairs of neighbours that are tried as one word
MOST_JOINED = 3
#: different words of one part that are remembered
MOST_REMEMBERED = 5000
BATCH = 500


@dataclass(frozen=True)
class Correction:
    """The query with other words, and ``text`` as it would have been typed."""

    query: Query
    text: str


def correct(query: Query, finds: Callable[[Query], bool], spelt: Callable[[str], str]) -> Correction | None:
    """None where no word is to be corrected, or one of those that find nothing cannot be.

    ``finds`` says whether the viewer finds anything by a query, ``spelt`` how a folded word is written there.
    """
    return _joined(query, finds, spelt) or _respelt(query, finds, spelt)


def _joined(query: Query, finds: Callable[[Query], bool], spelt: Callable[[str], str]) -> Correction | None:
    """Two neighbours as one compound: "Wasser Aufbereitung" is "Wasseraufbereitung"."""
    pairs = [
        (number, first, second)
        for number, (first, second) in enumerate(pairwise(query.wanted))
        if _can_be_joined(first) and _can_be_joined(second)
    ]
    for number, first, second in pairs[:MOST_JOINED]:
        for joint in JOINTS:
            token = first.tokens[0] + joint + second.tokens[0]
            whole = Term((token,), open_end=second.open_end)
            wanted = (*query.wanted[:number], whole, *query.wanted[number + 2 :])
            if finds(replace(query, wanted=wanted)):
                text = _written_together(query.text, first.tokens[0], joint, second.tokens[0], spelt(token))
                return Correction(replace(query, wanted=wanted, text=text), text)
    return None


def _can_be_joined(term: Term) -> bool:
    """A word of a language, which no part number is."""
    return len(term.tokens) == 1 and not term.exact and len(term.tokens[0]) >= 3 and term.tokens[0].isalpha()


def _written_together(text: str, first: str, joint: str, second: str, spelt: str) -> str:
    """``spelt`` is folded where it stands nowhere in this form; then it is written as its parts were typed."""
    for one, other in pairwise(words(text)):
        if (one.folded, other.folded) == (first, second):
            typed = text[one.start : one.end] + joint + text[other.start : other.end].lower()
            return text[: one.start] + (typed if spelt == first + joint + second else spelt) + text[other.end :]
    return text


def _respelt(query: Query, finds: Callable[[Query], bool], spelt: Callable[[str], str]) -> Correction | None:
    """Each word that finds nothing as one that differs by a letter."""
    wanted, text, is_other = [], query.text, False
    for term in query.wanted:
        if not _can_be_corrected(term) or finds(Query(wanted=(term,))):
            wanted.append(term)
            continue
        word = next((word for word in _near(term.tokens[0]) if finds(Query(wanted=(Term((word,), exact=True),)))), None)
        if word is None:
            return None
        wanted.append(replace(term, tokens=(word,)))
        text, is_other = _replaced(text, term.tokens[0], spelt(word)), True
    return Correction(replace(query, wanted=tuple(wanted), text=text), text) if is_other else None


def _can_be_corrected(term: Term) -> bool:
    return len(term.tokens) == 1 and not term.exact and _is_word(term.tokens[0])


def _is_word(folded: str) -> bool:
    """Not a part number, which is another one with each letter that differs."""
    return SHORTEST <= len(folded) <= LONGEST and folded.isalpha()


def _replaced(text: str, token: str, word: str) -> str:
    for place in words(text):
        if place.folded == token:
            return text[: place.start] + word + text[place.end :]
    return text


def _near(token: str) -> list[str]:
    """Words that differ by one letter: another one, one more, one less, or two that changed places."""
    size, half = len(token), len(token) // 2
    # Wherever the one difference is, what stands before or behind it is the same.
    same = _beginning("word", token[:half]) | _beginning("mirrored", token[half + 1 :][::-1])
    compared = SearchWord.objects.filter(same, length__range=(size - 1, size + 1)).values_list("word", flat=True)
    near = [word for word in compared[:MOST_COMPARED] if is_near(token, word)]
    return sorted(near, key=lambda word: (word[0] != token[0], abs(len(word) - size), word))[:MOST_TRIED]


def _beginning(field: str, letters: str) -> Q:
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": letters})
    return Q(**{f"{field}__gte": letters, f"{field}__lt": letters + "\U0010ffff"})


def is_near(one: str, other: str) -> bool:
    """Whether two different words differ by one letter, or by two neighbours that changed places."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    start = next((i for i, letter in enumerate(one) if other[i] != letter), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return one[start + 1 :] == other[start + 1 :] or (swapped and one[start + 2 :] == other[start + 2 :])


# The words there are


def remember_words(found: Iterable[Collection[Word]]) -> None:
    """Of parts that are written: their words, as far as they are not known yet."""
    told: set[str] = set()
    for part in found:
        told.update(list(dict.fromkeys(word.folded for word in part if _is_word(word.folded)))[:MOST_REMEMBERED])
    for some in _batches(sorted(told)):
        known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
        new = [SearchWord(word=w, mirrored=w[::-1], length=len(w)) for w in some if w not in known]
        SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def _batches(told: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(told), BATCH):
        yield told[start : start + BATCH]


def forget_words() -> None:
    """Timed job: words that stand in no item any more. Asks the databases' own lists of words."""
    table, parts = SearchWord._meta.db_table, SearchPart._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f'DELETE FROM "{table}" WHERE word NOT IN'  # noqa: S608 - names of our own tables
                f" (SELECT word FROM ts_stat('SELECT words FROM \"{parts}\" WHERE words IS NOT NULL'))"
            )
        else:
            cursor.execute("CREATE VIRTUAL TABLE temp.hanse_search_all USING fts5vocab(main, hanse_search_words, row)")
            cursor.execute(f'DELETE FROM "{table}" WHERE word NOT IN (SELECT term FROM temp.hanse_search_all)')  # noqa: S608
            cursor.execute("DROP TABLE temp.hanse_search_all")
