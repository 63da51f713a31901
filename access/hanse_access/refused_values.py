"""Which errors in Wagtail's administration mean that somebody sent what cannot be read, so that 400 answers them.

Wagtail's forms are filled by its scripts, and much of what these send is read without a look: a missing field, a number
that is none, content of the rich text editor that is no such content. An error in code of ours stays an error.
"""

from __future__ import annotations

import traceback

from django.db import DatabaseError, DataError
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.datastructures import MultiValueDictKeyError

WAGTAIL = ("wagtail.", "wagtail_localize.")
#: what SQLite says where PostgreSQL raises a DataError: a number too large for OFFSET, a search for a NUL character
SQLITE_REFUSALS = {"datatype mismatch", "unterminated string"}
#: functions of forms, widgets and blocks that take values as they were sent
READERS = {"value_from_datadict", "to_python"}


def is_refused_value(request: HttpRequest, exception: Exception) -> bool:
    """Whether the database, a field or Wagtail's reading of a form refused a value: a number too large, no number."""
    if isinstance(exception, (DataError, OverflowError)):
        return True
    if isinstance(exception, DatabaseError) and str(exception) in SQLITE_REFUSALS:
        return True
    way = _way(exception)
    if not way:
        return False
    within = way[-1][0]
    if isinstance(exception, MultiValueDictKeyError):
        return len(way) > 1 and way[-2][0].startswith(WAGTAIL)
    if isinstance(exception, UnicodeEncodeError):
        return any(module.startswith("django.db.backends.") for module, _function in way)
    if isinstance(exception, NoReverseMatch):
        # Wagtail leads on to what the field "next" names, which need not be an address.
        return ("django.shortcuts", "resolve_url") in way and "next" in {*request.POST, *request.GET}
    if isinstance(exception, ValueError) and within.startswith("django.db.models.fields"):
        return True
    read = any(function in READERS and module.startswith(WAGTAIL) for module, function in way)
    return read and not isinstance(exception, DatabaseError) and not within.startswith("hanse_")


def _way(exception: Exception) -> list[tuple[str, str]]:
    """Module and function of each frame, down to the one that raised."""
    frames = (frame for frame, _line in traceback.walk_tb(exception.__traceback__))
    return [(frame.f_globals.get("__name__", ""), frame.f_code.co_name) for frame in frames]
