"""What somebody typed, as a query. Nothing is an error: what is no syntax is text.

``"two words"`` stand one after the other, ``-word`` must not occur, ``kind:news`` narrows by a facet. Words that hold
others, such as part numbers (``AB-1234``), are phrases. The last word may be the beginning of one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from .analysis import words
from .sources import facet_kinds
from .weights import Weights

LONGEST_QUERY = 200
MOST_TERMS = 8
#: characters of a word that may be the beginning of another
SHORTEST_BEGINNING = 2
#: characters (of UTF-16) of the last word of a phrase that may be the beginning of another: what an index keeps of each
#: word. Longer ones would be looked up among all words there are, so that answers would tell of hidden ones.
LONGEST_BEGINNING = 12
PIECE = re.compile(r'(?P<minus>-?)(?:(?P<name>\w+):)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')

#: quotation marks of other writings, as programs put them in place of the plain one
QUOTES = str.maketrans(dict.fromkeys("„“”«»‟", '"'))

TOO_LONG = _("The search text is too long; only its beginning is used.")
TOO_MANY = _("Only the first %(number)d words are looked for.")
UNREADABLE = _("The search text holds characters that are no text; they are left out.")


@dataclass(frozen=True)
class Term:
    """Folded words that stand one after the other. ``open_end``: the last may be the beginning of a longer one.

    ``alternatives`` are other folded words that are as good as another form of it where all of them stand in one place.
    """

    tokens: tuple[str, ...]
    open_end: bool = False
    exact: bool = False
    alternatives: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Query:
    """``text`` is what was typed, as far as it is used. Every one of ``wanted`` occurs, none of ``unwanted``."""

    text: str = ""
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    #: values by facet; one of each facet must fit
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)

    @property
    def says_nothing(self) -> bool:
        """Asks for all there is."""
        return not (self.wanted or self.unwanted or any(self.facets.values()))


def parse(typed: str) -> tuple[Query, list]:
    """The query, and notices about what was left out of it."""
    notices: list = []
    text = "".join(" " if _is_no_text(char) else char for char in typed)
    if any(_is_no_text(char) and not char.isspace() for char in typed):
        notices.append(UNREADABLE)
    if len(text.strip()) > LONGEST_QUERY:
        notices.append(TOO_LONG)
    text = text.lstrip()[:LONGEST_QUERY]
    wanted: list[Term] = []
    unwanted: list[Term] = []
    facets: dict[str, tuple[str, ...]] = {}
    named = 0
    for piece in PIECE.finditer(text.translate(QUOTES)):
        said = piece["word"] if piece["phrase"] is None else piece["phrase"]
        if piece["name"]:
            named += 1  # each may ask the database
            found = _facet(piece["name"], said) if not piece["minus"] and named <= MOST_TERMS else None
            if found:
                name, values = found
                facets[name] = (*facets.get(name, ()), *values)
                continue
            said = f"{piece['name']} {said}"
        tokens = tuple(word.folded for word in words(said))
        if not tokens:
            continue
        exact = piece["phrase"] is not None
        is_last = piece.end() == len(text) and not exact and len(tokens[-1]) >= SHORTEST_BEGINNING
        if len(tokens) > 1 and len(tokens[-1].encode("utf-16-le")) > 2 * LONGEST_BEGINNING:
            is_last = False
        (unwanted if piece["minus"] else wanted).append(
            Term(tokens, open_end=is_last and not piece["minus"], exact=exact)
        )
    if len(wanted) + len(unwanted) > MOST_TERMS:
        notices.append(TOO_MANY % {"number": MOST_TERMS})
    wanted, unwanted = wanted[:MOST_TERMS], unwanted[: max(MOST_TERMS - len(wanted), 0)]
    return Query(" ".join(text.split()), tuple(wanted), tuple(unwanted), facets), notices


def narrowed(query: Query, facets: Mapping[str, Collection[str]]) -> Query:
    """The same query, narrowed by these values as well."""
    values = {name: tuple(several) for name, several in facets.items() if several}
    for name, several in query.facets.items():
        values[name] = tuple(dict.fromkeys((*values.get(name, ()), *several)))
    return replace(query, facets=values)


def _is_no_text(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co")


def _facet(name: str, said: str) -> tuple[str, list[str]] | None:
    for kind in facet_kinds:
        if name.casefold() in (kind.name, str(kind.label).casefold()) and (values := kind.values_of(said)):
            return kind.name, values
    return None
