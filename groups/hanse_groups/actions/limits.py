"""How much one person may do in a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from hanse_base.rate_limits import RateLimit
from hanse_members.actions.errors import NotPossible


@dataclass(frozen=True)
class PersonLimit:
    limit: RateLimit
    text: Any = gettext_lazy("That is a lot in a short time. Please wait a little; what you wrote is kept here.")

    def use(self, person, number: int = 1) -> None:
        """Count ``number`` more. Raises NotPossible when it is too much; what was typed is kept by the page."""
        key = str(person.pk)
        if self.limit.is_reached(key):
            raise NotPossible(str(self.text))
        self.limit.count(key, number)


#: requests to join
ASKED = PersonLimit(RateLimit("rooms.ask", most=20, period=timedelta(hours=1)))
#: messages, and changes of messages
SAID = PersonLimit(RateLimit("rooms.say", most=60, period=timedelta(minutes=1)))
CHANGED = PersonLimit(RateLimit("rooms.change", most=120, period=timedelta(minutes=1)))
#: direct conversations that a person begins
STARTED = PersonLimit(RateLimit("direct.start", most=20, period=timedelta(days=1)))
#: files
BROUGHT = PersonLimit(
    RateLimit("rooms.bring", most=300, period=timedelta(hours=1)),
    gettext_lazy(
        "That is a lot of files in a short time. What is here already is kept; please upload the others later."
    ),
)
