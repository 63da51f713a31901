"""What a choice of audience does, in words, before and after it is stored: who sees it, who is asked first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from .models import Scoped
from .readings import Reach, reach
from .scopes import EDITORS, Scope


@dataclass(frozen=True)
class Prospect:
    """``in_force`` are the scopes whose holders see the object at once.

    ``at_once`` names those of them that take it over without being asked, ``asked`` those that decide first and are
    not counted.
    """

    in_force: frozenset[Scope]
    at_once: Collection[str] = ()
    asked: Collection[str] = ()

    def text(self, about: Scoped | None = None) -> str:
        """For the author. ``about`` is the object, if there is one already: its editors are counted once, besides."""
        sentences = [reach_text(reach(self.in_force or {EDITORS}, about))]
        if self.at_once:
            sentences.append(
                ngettext(
                    "%(names)s takes it over at once, without being asked.",
                    "%(names)s take it over at once, without being asked.",
                    len(self.at_once),
                )
                % {"names": _listed(self.at_once)}
            )
        if self.asked:
            sentences.append(asked_text(self.asked))
        return " ".join(sentences)


def asked_text(names: Collection[str], unnamed: int = 0) -> str:
    """That these are asked first, and so many more that the reader may not know by name; at least one of both."""
    listed = _listed(names)
    if unnamed:
        others = ngettext("%(count)d other", "%(count)d others", unnamed) % {"count": unnamed}
        listed = get_text_list([*sorted(names), others], gettext("and"))
    return ngettext(
        "%(names)s is asked first: its members see it only once their management has taken it over.",
        "%(names)s are asked first: their members see it only once their management has taken it over.",
        len(names) + unnamed,
    ) % {"names": listed}


def _listed(names: Iterable[str]) -> str:
    return get_text_list(sorted(names), gettext("and"))


def reach_text(reach: Reach) -> str:
    """ "12 people can see this", for the author."""
    if reach.public:
        return gettext("Everybody on the web can see this.")
    if not reach.people:
        if not reach.editors:
            return gettext("Nobody else can see this.")
        return ngettext(
            "Only %(count)d editor can see this.", "Only %(count)d editors can see this.", reach.editors
        ) % {"count": reach.editors}
    text = ngettext("%(count)d person can see this.", "%(count)d people can see this.", reach.people) % {
        "count": reach.people
    }
    if reach.editors:
        text += " " + ngettext(
            "%(count)d more sees it as an editor.", "%(count)d more see it as editors.", reach.editors
        ) % {"count": reach.editors}
    return text
