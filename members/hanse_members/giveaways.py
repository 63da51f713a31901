"""What in a text could tell who wrote it, for whoever wants to stay unnamed. A warning, not a proof."""

from __future__ import annotations

import re

from django.contrib.auth import get_user_model

from .models import Membership

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>\"”]*[\w/]|\b[\w-]+(?:\.[\w-]+)*\.(?:de|com|org|eu|net|info|io|at|ch)\b", re.IGNORECASE
)
PHONE = re.compile(r"(?<![\w.,-])(?:\+|00?)\d[\d ()/-]{6,}\d")
#: numbers of patents and applications, as offices print them
PATENT = re.compile(r"\b(?:EP|DE|WO|US|FR|GB|AT|CH)[ ]?\d[\d ./]{5,}\d(?:[ ]?[A-CTU]\d?)?\b")
LEGAL_FORM = re.compile(r"\s+(?:GmbH|AG|SE|KG|e\.\s?V\.|UG|mbH|Ltd\.?|Inc\.?)(?:\s*&\s*Co\.?\s*KG)?$")
#: letters of a name that is looked for; shorter ones stand in other words
SHORTEST_NAME = 3
#: people of the own organisations whose names are looked for
MOST_PEOPLE = 500


def giveaways(text: str, person) -> list[str]:
    """Pieces of the text that could give the person away, as they stand there, in their order, each once.

    The names of the person, of the own organisations and of the people there; addresses, telephone numbers, patents.
    Three queries whatever the text.
    """
    found: dict[str, int] = {}
    names = _names(person)
    for pattern in (ADDRESS, WEB, PHONE, PATENT, *([_any_of(names)] if names else [])):
        for match in pattern.finditer(text):
            found.setdefault(match[0].strip(), match.start())
    pieces = sorted(found, key=found.__getitem__)
    return [piece for piece in pieces if not any(piece != other and piece in other for other in pieces)]


def _any_of(names: set[str]) -> re.Pattern[str]:
    """The longest first: of two that begin alike it is the one meant."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _names(person) -> set[str]:
    """By memberships that are approved alone: whoever applies for a firm would learn who is there."""
    mine = Membership.objects.approved().of(person).filter(organisation__isnull=False)
    names = set(mine.values_list("organisation__name", flat=True))
    # "Ostufer Optik GmbH" is also meant by "Ostufer Optik".
    names |= {LEGAL_FORM.sub("", name) for name in names}
    of_firm = Membership.objects.approved().filter(organisation__in=mine.order_by().values("organisation")).order_by()
    people = get_user_model()._default_manager.filter(pk__in=of_firm.values("person"))[:MOST_PEOPLE]
    for each in (person, *people):
        full = each.get_full_name().strip()
        names |= {full, full.rpartition(" ")[2]}
    return {name for name in names if len(name) >= SHORTEST_NAME}
