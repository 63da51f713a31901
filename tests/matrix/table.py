"""What is asked of each URL pattern that takes arguments. Patterns without arguments are all asked as they are.

The first prefix that fits decides. A pattern that no line covers fails the test, and so does a line that covers none;
the number of exempted patterns is asserted, so that none slips in behind a broad prefix.
"""

from __future__ import annotations

from dataclasses import dataclass

from .discovery import Route


@dataclass(frozen=True)
class Page:
    """Asked with the number of a hidden page and of a missing one: the answers must be the same."""


@dataclass(frozen=True)
class Row:
    """A row of a scoped model in the administration or on a page: asked in tests of its own, named here."""

    test: str


@dataclass(frozen=True)
class Exempt:
    """Tells of no scoped item. ``reason`` says why that is so."""

    reason: str


TREE = Row("tests/matrix/test_pages.py asks every page by its address")
WALK = Row("tests/matrix/test_admin_walk.py")
OWN_ACCOUNT = Exempt("a person's own account: keys, tokens and sessions of the person who asks")
OPERATORS_ONLY = Exempt("rows without an audience that only operators administer; others get no further than the door")
MEDIA = Exempt("Wagtail's images and documents: an own collection rule, and never on pages that are not public")

ARGUMENTS: list[tuple[str, Page | Row | Exempt]] = [
    ("accounts/", OWN_ACCOUNT),
    ("admin/access/break-glass/", Row("tests/access/test_break_glass.py")),
    ("admin/api/main/documents/", MEDIA),
    ("admin/api/main/images/", MEDIA),
    ("admin/api/main/pages/", Page()),
    ("admin/bulk/", Row("tests/access/test_page_surfaces.py and tests/site/test_people.py")),
    ("admin/choose-page/", Page()),
    ("admin/collections/", OPERATORS_ONLY),
    ("admin/documents/", MEDIA),
    ("admin/editing-sessions/", Page()),
    ("admin/groups/", OPERATORS_ONLY),
    ("admin/hanse_challenges_questions/", WALK),
    ("admin/hanse_members_clusters/", WALK),
    ("admin/hanse_members_memberships/", WALK),
    ("admin/hanse_members_organisation_memberships/", WALK),
    ("admin/hanse_members_organisations/", WALK),
    ("admin/hanse_members_terms/", WALK),
    ("admin/hanse_members_topics/import/", Row("tests/members/test_topic_admin.py")),
    ("admin/hanse_members_topics/", WALK),
    ("admin/hanse_search_synonyms/", OPERATORS_ONLY),
    ("admin/hanse_search_weights/", OPERATORS_ONLY),
    ("admin/images/", MEDIA),
    ("admin/locales/", OPERATORS_ONLY),
    ("admin/localize/api/snippets/", Exempt("snippets have no audience; there are none yet")),
    ("admin/localize/submit/snippet/", Exempt("snippets have no audience; there are none yet")),
    ("admin/localize/page/", Page()),
    ("admin/localize/submit/page/", Page()),
    ("admin/localize/", Page()),
    ("admin/pages/add/", Page()),
    ("admin/pages/create/", Exempt("names a page type, not a page")),
    (
        "admin/pages/usage/",
        Exempt("names a page type; the pages it lists are asked as a plain surface of the explorer"),
    ),
    ("admin/pages/", Page()),
    ("admin/password_reset/", Exempt("closed: tests/site/test_doors.py")),
    ("admin/private-file-chooser/", WALK),
    ("admin/private-files/", WALK),
    ("admin/profile-chooser/", WALK),
    ("admin/redirects/", OPERATORS_ONLY),
    ("admin/settings/", OPERATORS_ONLY),
    ("admin/sites/", OPERATORS_ONLY),
    ("admin/tag-autocomplete/", MEDIA),
    ("admin/users/", OPERATORS_ONLY),
    ("admin/workflows/remove/", Page()),
    ("admin/workflows/", OPERATORS_ONLY),
    ("blocks/", Row("tests/members/test_reports.py")),
    ("clusters/<slug:slug>/facts/", Row("tests/members/test_facts.py: its managers only")),
    ("clusters/<slug:slug>/leave/", Row("tests/members/test_standing.py: its managers only")),
    ("clusters/<slug:slug>/standing/", Row("tests/members/test_standing.py: operators only")),
    ("clusters/", Exempt("names an active cluster, which is public")),
    ("documents/", MEDIA),
    ("en/_util/", Exempt("closed: tests/site/test_doors.py")),
    ("en/", TREE),
    ("join/application/", Row("tests/members/test_joining.py: the own application only")),
    ("invitations/", Row("tests/members/test_invitation_answers.py")),
    ("memberships/invitations/", Row("tests/members/test_invitations.py and test_people_imports.py")),
    ("memberships/invited/", Row("tests/members/test_invitation_answers.py")),
    ("memberships/", Row("tests/members/test_memberships.py")),
    ("enquiries/", Row("tests/members/test_enquiry_pages.py")),
    ("experts/", Row("tests/matrix/test_profiles.py, tests/members/test_field_secrets.py and test_field_releases.py")),
    ("profile/", Row("tests/members/test_profile_pages.py and test_field_releases.py: the own profile only")),
    ("released/", Row("tests/members/test_field_releases.py")),
    ("follows/", Row("tests/members/test_topic_follows.py")),
    ("drafts/", Row("tests/members/test_profile_drafts.py")),
    ("files/", Row("tests/matrix/test_files.py, those of rooms tests/matrix/test_rooms.py")),
    ("notifications/stop/", Row("tests/activity/test_stops.py: no item, and no person, by a signed key")),
    ("notifications/", Row("tests/activity/test_notifications.py")),
    ("news/", Row("tests/matrix/test_lists.py: feeds")),
    ("near/", Row("tests/matrix/test_near.py, tests/members/test_near.py and test_field_secrets.py")),
    ("organisations/import/", Row("tests/members/imports/test_organisation_table_runs.py")),
    ("organisations/sources/", Row("tests/members/imports/test_organisation_sources.py")),
    (
        "organisations/",
        Row("tests/members/test_organisations.py, test_organisation_pages.py, test_organisation_merge.py"),
    ),
    ("questions/", Row("tests/matrix/test_questions.py and tests/challenges/test_question_pages.py")),
    ("reports/", Row("tests/members/test_reports.py")),
    ("topics/", Row("tests/matrix/test_lists.py: the page of a topic")),
    ("search/similar/", Row("tests/matrix/test_search.py")),
    ("search/saved/", Row("tests/matrix/test_search.py and tests/search/test_saved.py: the own searches only")),
    ("rooms/opening/", Row("tests/groups/test_room_pages.py: its managers only")),
    ("rooms/invitation/", Row("tests/groups/test_links.py")),
    ("rooms/guests/", Row("tests/matrix/test_guests.py")),
    ("rooms/", Row("tests/matrix/test_rooms.py")),
    ("conversations/", Row("tests/matrix/test_rooms.py and test_direct.py")),
    ("messages/", Row("tests/matrix/test_direct.py")),
    ("terms/", Exempt("names terms of the platform or of an active cluster, which are public")),
    ("proposals/", Row("tests/access/test_proposal_pages.py")),
]


def entry_for(route: Route) -> tuple[str, Page | Row | Exempt] | None:
    return next(((prefix, entry) for prefix, entry in ARGUMENTS if route.text.startswith(prefix)), None)
