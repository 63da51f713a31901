from __future__ import annotations

from django.utils.translation import ngettext

from .directory import member_counts
from .sections import Figure

members = Figure(
    name="members",
    label=lambda number: ngettext("person on this platform", "people on this platform", number),
    counts=member_counts,
    order=10,
)
