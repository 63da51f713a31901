"""What is said of a row of a table of organisations, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: columns as they are named to people
COLUMNS: dict[str, Any] = {
    "name": _("Name"),
    "kind": _("Kind"),
    "size": _("Size"),
    "place": _("Place"),
    "region": _("Region"),
    "website": _("Web address"),
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "about": _("What it does"),
    "topics": _("Topics"),
}
#: details that are shown of one value
LONGEST_SHOWN = 80

TEXTS: dict[str, Any] = {
    "same_as": _("as in row %(0)s"),
    "no_name": _("there is no name"),
    "long_name": _("the name is too long"),
    "long_key": _("the external key is too long"),
    "not_understood": _("%(column)s not understood and left out: %(1)s"),
    "becomes": _("%(column)s: “%(1)s” becomes “%(2)s”"),
    "kept": _("%(column)s was edited here and stays “%(1)s”; the table says “%(2)s”"),
    "topic_not_known": _("topic not known and left out: %(0)s"),
    "too_many_topics": _("more than %(0)s topics, the others left out"),
    "not_ours": _("another management answers for this organisation"),
    "not_here": _("its part in the cluster has ended or is not decided"),
    "like_name": _("its name is like “%(0)s”"),
    "like_website": _("“%(0)s” has the same web address"),
    "other_key": _("“%(0)s” has another external key"),
    "missing": _("was brought before and is not in this table; nothing is changed"),
    "refused": "%(0)s",
    "day_is_full": _("tables bring a cluster at most %(0)s new organisations a day; please bring this one again later"),
    "changed_meanwhile": _("it is something else by now; please bring the table again"),
}


def explain(notes: Iterable[list]) -> list[str]:
    """Each a code with its details; of those that are about a column the first is its name."""
    return [_explain(code, details) for code, *details in notes if code in TEXTS]


def _explain(code: str, details: list) -> str:
    shown = {str(place): _short(value) for place, value in enumerate(details)}
    if details and str(details[0]) in COLUMNS:
        shown["column"] = capfirst(str(COLUMNS[details[0]]))
    return str(TEXTS[code]) % ({"column": shown.get("0", "")} | shown)


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    if not text:
        return gettext("nothing")
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
