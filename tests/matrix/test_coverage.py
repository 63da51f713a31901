"""No surface without an entry: a new URL, page type, viewset, card or block must be put into the matrix."""

from collections import Counter

from . import discovery
from .table import ARGUMENTS, Exempt, entry_for

#: how many patterns each exemption may cover; a new pattern behind a broad prefix shows here
EXEMPTED: dict[str, int] = {}


def test_every_url_that_takes_arguments_has_an_entry():
    missing = [route.text for route in discovery.routes() if not route.plain and entry_for(route) is None]
    assert missing == []


def test_no_entry_is_stale():
    used = {entry_for(route)[0] for route in discovery.routes() if not route.plain and entry_for(route)}
    assert [prefix for prefix, _entry in ARGUMENTS if prefix not in used] == []


def test_exemptions_are_counted():
    reasons = Counter(
        entry[1].reason
        for route in discovery.routes()
        if not route.plain and (entry := entry_for(route)) and isinstance(entry[1], Exempt)
    )
    assert dict(reasons) == EXEMPTED
