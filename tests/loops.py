"""Watches every request of the suite: the same relation fetched row by row raises an error (django-zeal)."""

import sys
from pathlib import Path

from zeal import zeal_context
from zeal.listeners import NPlusOneListener, n_plus_one_listener

#: Wagtail's own lists that look at each page by itself, of 20 at most; tests/queries counts what they ask
#: and its note of who edits a page, which asks for that one page's newest revision twice
WAGTAILS_OWN = ("/admin/api/main/", "/admin/choose-page/", "/admin/editing-sessions/")
#: functions of ours that fetch one row for each that an action changes, or the same one again
ONE_BY_ONE = {
    "accept_terms",  # one version of each issuer
    "actor_key",  # each event in the trail asks for the pseudonym of who acts
    "of",  # Audience.of: each set of scopes is looked up by itself
    "operator_group",  # the same one from form and action
    "proposal_anchor",  # the same one from each step of an action
    "_locked",  # several memberships decided at once are locked in turn
}


#: functions that act on one row after another, each with all that belongs to it
ROW_AFTER_ROW = {
    "carry_out",  # what ends with a cluster
    "add_file",  # of the files of one form each is taken or refused by itself
    "stage_file",  # the same for those of a message
    "go_on_in_room",  # whoever answered a question is invited by themselves
    "_do_batch",  # rows of a table of organisations; how many queries each costs is tested
}


class OwnLoops(NPlusOneListener):
    """Rows fetched one by one with ``get()`` are a loop where our own code asks for them.

    Wagtail walks down to a page that way, and allauth asks for an address again.
    """

    def _alert(self, model, field, message, calls):
        if acts_row_after_row() or (field == "get()" and not asked_by_us()):
            return False
        return super()._alert(model, field, message, calls)


n_plus_one_listener.__class__ = OwnLoops


def acts_row_after_row() -> bool:
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_name not in ROW_AFTER_ROW:
        frame = frame.f_back
    return frame is not None


def asked_by_us() -> bool:
    """Whether the function that called ``get()`` is ours and none of ONE_BY_ONE."""
    frame = sys._getframe(2)
    while frame is not None and is_way_to_the_database(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None or frame.f_code.co_name in ONE_BY_ONE:
        return False
    return "site-packages" not in Path(frame.f_code.co_filename).parts


def is_way_to_the_database(filename: str) -> bool:
    return "/zeal/" in filename or "/django/db/" in filename or filename.endswith("/django/shortcuts.py")


def watch_for_loops(get_response):
    def watched(request):
        if request.path.startswith(WAGTAILS_OWN):
            return get_response(request)
        with zeal_context():
            return get_response(request)

    return watched
