"""No surface without an entry: a new URL, page type, viewset, card or block must be put into the matrix."""

from collections import Counter

from . import discovery
from .table import ARGUMENTS, MEDIA, OPERATORS_ONLY, OWN_ACCOUNT, Exempt, entry_for

#: how many patterns each exemption may cover; a new pattern behind a broad prefix shows here
EXEMPTED = {
    OWN_ACCOUNT.reason: 4,
    MEDIA.reason: 25,
    OPERATORS_ONLY.reason: 41,
    "snippets have no audience; there are none yet": 3,
    "names a page type, not a page": 1,
    "names a page type; the pages it lists are asked as a plain surface of the explorer": 2,
    "closed: tests/site/test_doors.py": 2,
    "names an active cluster, which is public": 2,
}

#: what plugins put on shared surfaces, and where it is asked
REGISTERED = {
    "cards": {"latest_news", "my_clusters", "proposals"},
    "navigation": set(),
    "jobs": set(),
    "personal data": set(),
}
BLOCKS: dict[str, str] = {}
PAGE_TYPES: dict[str, str] = {}
VIEWSETS: set[str] = set()
BULK_ACTIONS: set[str] = set()


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
