"""Each person's dashboard: which cards, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .cards import Card, cards
from .models import CardPreference
from .personal_data import ExportFile, PersonalData

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

Change = Literal["up", "down", "hide", "show"]


class UnknownCard(Exception):
    """There is no card of that name."""


@dataclass(frozen=True)
class PlacedCard:
    """A card in a person's order."""

    card: Card
    hidden: bool


@dataclass(frozen=True)
class FilledCard:
    """A card with the context to draw it with."""

    card: Card
    context: dict[str, Any]


def placed_cards(person: Any) -> list[PlacedCard]:
    """All registered cards in this person's order, hidden ones too. One query."""
    kept = {row.card: row for row in CardPreference.objects.filter(person=person)}
    positions = {card.name: kept[card.name].position if card.name in kept else len(kept) for card in cards}
    return [
        PlacedCard(card, hidden=card.name in kept and kept[card.name].hidden)
        for card in sorted(cards, key=lambda card: positions[card.name])
    ]


def filled_cards(request: HttpRequest) -> list[FilledCard]:
    """What this person's dashboard shows: cards that are not hidden and have something to say."""
    filled = []
    for placed in placed_cards(request.user):
        if not placed.hidden and (context := placed.card.context(request)) is not None:
            filled.append(FilledCard(placed.card, context))
    return filled


@transaction.atomic
def change_card(person: Any, name: str, change: Change) -> None:
    """Move a card by one place, hide it or show it again. Raises UnknownCard."""
    placed = placed_cards(person)
    index = next((i for i, entry in enumerate(placed) if entry.card.name == name), None)
    if index is None:
        raise UnknownCard(name)
    if change in ("up", "down"):
        other = max(index - 1, 0) if change == "up" else min(index + 1, len(placed) - 1)
        placed.insert(other, placed.pop(index))
    else:
        placed[index] = PlacedCard(placed[index].card, hidden=change == "hide")
    CardPreference.objects.bulk_create(
        [
            CardPreference(person=person, card=entry.card.name, position=i, hidden=entry.hidden)
            for i, entry in enumerate(placed)
        ],
        update_conflicts=True,
        unique_fields=["person", "card"],
        update_fields=["position", "hidden"],
    )


def reset_cards(person: Any) -> None:
    """Back to the order that everyone starts with."""
    CardPreference.objects.filter(person=person).delete()


def greeting() -> Any:
    """Words for the time of day where the person is."""
    hour = timezone.localtime().hour
    if 4 <= hour < 11:
        return _("Good morning, %(name)s")
    if 11 <= hour < 18:
        return _("Good day, %(name)s")
    return _("Good evening, %(name)s")


def _export(person: Any) -> Iterator[ExportFile]:
    rows = CardPreference.objects.filter(person=person).order_by("position")
    if kept := [{"card": row.card, "position": row.position, "hidden": row.hidden} for row in rows]:
        yield ExportFile("dashboard.json", kept)


dashboard_preferences = PersonalData(
    name="dashboard",
    label=_("Arrangement of the dashboard"),
    models=("hanse_base.CardPreference",),
    export=_export,
    erase=reset_cards,
)
