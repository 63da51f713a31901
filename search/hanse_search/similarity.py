"""The words that tell most of an item, by the item alone: how often they occur elsewhere would tell of hidden items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .analysis import stems, words
from .snippets import LOOKED_THROUGH

#: words that are looked for, letters of the shortest, and what a word of the title counts more than one of the text
MOST_WORDS, SHORTEST, IN_TITLE = 8, 4, 3
#: words without a meaning of their own, folded, as far as they have letters enough
COMMON = frozenset(
    word.folded
    for word in words("""
    aber alle allem allen aller alles also andere anderen auch beide beim bereits bisher damit dann dass deren derzeit
    dessen dies diese diesem diesen dieser dieses doch durch eine einem einen einer eines einige etwa fast für ganz
    gegen gibt haben hatte hier ihnen ihre ihrem ihren ihrer immer jede jedem jeden jeder jedes jetzt kann keine können
    mehr müssen nach nicht noch nur oder ohne sehr sein seine seit sich sind soll sowie über unser unsere unter viele
    vom während wäre weil weitere wenn werden wird wurde wurden zwischen
    about after again also although another because been before being between both could does doing during each from
    have having here into just more most much must never only other over same should since some such than that their
    them then there these they this those through under until very were what when where which while will with would
    your
    """)
)


def words_of(title: str, texts: Sequence[str]) -> list[str]:
    """The words that occur most, those of the title first of all; of the forms of one word the first."""
    counted: Counter[str] = Counter()
    first: dict[frozenset[str], str] = {}
    for text, worth in [(str(title), IN_TITLE), *((text[:LOOKED_THROUGH], 1) for text in texts)]:
        for word in words(text):
            if len(word.folded) >= SHORTEST and word.folded not in COMMON and not word.folded.isdigit():
                counted[first.setdefault(stems(word.folded), word.folded)] += worth
    # Of those that occur as often the longer one: it says more.
    return sorted(counted, key=lambda word: (-counted[word], -len(word), word))[:MOST_WORDS]
