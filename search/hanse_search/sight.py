"""What one viewer may find, in words that every backend understands: the rule, as the documents carry it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from hanse_access.viewer import Viewer

from .sources import sources


@dataclass(frozen=True)
class Sight:
    """A document is in sight when

    - its audience admits the viewer (``hanse_access.readings``: ``audience_q``, ``admitted_es``) and ``now`` lies
      between ``shown_from`` and ``shown_until``, or its number stands in ``beyond`` of its source; and
    - its ``place`` is above that of its ``container`` in ``boundaries`` of its source, if it stands there; and
    - its author is none of ``hidden_authors`` of its source.

    A part without a name is seen with its document, any other one by whom its own audience admits as well.
    """

    viewer: Viewer
    beyond: Mapping[str, Collection[int]] = field(default_factory=dict)
    boundaries: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    hidden_authors: Mapping[str, Collection[int]] = field(default_factory=dict)
    now: datetime = field(default_factory=timezone.now)

    @classmethod
    def of(cls, viewer: Viewer) -> Sight:
        """A constant number of queries for each source."""
        return cls(
            viewer=viewer,
            beyond={s.name: found for s in sources if (found := s.beyond(viewer))},
            boundaries={s.name: found for s in sources if (found := s.boundaries(viewer))},
            hidden_authors={s.name: found for s in sources if (found := s.hidden_authors(viewer))},
        )
