"""No surface without an entry: a new URL, page type, viewset, card or block must be put into the matrix."""

import re
from collections import Counter

from scripts.catalogues import ROOT

from . import discovery
from .table import ARGUMENTS, MEDIA, OPERATORS_ONLY, OWN_ACCOUNT, Exempt, Row, entry_for

#: files that an entry names
FILE = re.compile(r"[\w/]*test_\w+\.py")

#: how many patterns each exemption may cover; a new pattern behind a broad prefix shows here
EXEMPTED = {
    OWN_ACCOUNT.reason: 4,
    MEDIA.reason: 25,
    OPERATORS_ONLY.reason: 53,
    "snippets have no audience; there are none yet": 3,
    "names a page type, not a page": 1,
    "names a page type; the pages it lists are asked as a plain surface of the explorer": 2,
    "closed: tests/site/test_doors.py": 2,
    "names an active cluster, which is public": 2,
    "names terms of the platform or of an active cluster, which are public": 1,
}

#: Surfaces without an address of their own. Cards are asked on the dashboard, blocks and page types with the pages,
#: viewsets and bulk actions in the administration, lists in test_lists.py, notifications and digests in test_mails.py,
#: slots, sections, figures and timed jobs in test_parts.py, what is found in test_search.py. A new one belongs here
#: when it is asked there.
KNOWN = {
    "cards": """
        invitations latest-news messages my-clusters near-in-topics new-people organisations-to-confirm profile
        questions rooms terms waiting
    """,
    "navigation": """
        account administration dashboard delivery directory enquiries experts follows invitations memberships messages
        news organisations profile proposals public-experts public-organisations public-questions public-search quality
        questions reports
        rooms saved-searches waiting
    """,
    "delivery sources": "questions rooms searches topics",
    "notification kinds": """
        clusters.answered clusters.applied clusters.notice clusters.standing clusters.without_manager
        deputies.named
        direct.infected direct.message direct.request
        enquiries.answered enquiries.given enquiries.handed_over enquiries.received enquiries.reminder enquiries.replied
        enquiries.still_open fields.answered fields.answered_by_organisation
        fields.asked fields.asked_of_organisation invitations.accepted memberships.applied memberships.decided
        memberships.organisation_changed memberships.role organisations.confirm organisations.source_fails
        profiles.confirm proposals.decided proposals.made
        questions.added questions.asked questions.chosen questions.replied
        reports.decided reports.made reports.shown_again reports.withheld
        rooms.applicant rooms.applied rooms.came rooms.decided rooms.files rooms.infected rooms.invited rooms.mention
        rooms.messages rooms.objection rooms.owns rooms.removed searches.alert
        topics.organisation
    """,
    "personal data": """
        access account activity administration cluster-applications cluster_logos dashboard enquiries file_texts
        invitations memberships messages organisation_tables profiles questions rooms searches topics
    """,
    "slots": """
        ask-management bell deputies guest-profile league legal-footer legal-side live-frame my-messages my-rooms
        news-feed search search-scripts
    """,
    "topic sections": "experts organisations questions",
    "followable kinds": "questions topics",
    "near kinds": "expert organisation question",
    "reportable kinds": "answer message news organisation person question",
    "room tools": "chat files home people",
    "profile parts": "write",
    "sections": "latest-news",
    "waiting": """
        applications cluster-applications cluster-notices enquiries message-requests organisation-questions proposals
        questions reports room-invitations room-requests
    """,
    "figures": "members",
    "search sources": "cluster expert file message news organisation page question room",
    "search facets": "cluster kind language region room state topic year",
    "timed jobs": """
        access.forget_actors access.remove_unused_attachments access.sweep_files activity.gather_digests
        activity.release_held activity.remove_old
        activity.remove_old_reports activity.report_interrupted activity.retry_mails clear_sessions
        hanse_site.forget_sent_mails
        hanse_site.remove_expired_copies hanse_site.sweep_copies members.ask_to_confirm members.forget_invitations
        members.remind_of_enquiries members.fetch_organisation_sources members.give_up_lost_organisation_imports
        members.give_up_lost_people_imports members.remove_drafts
        members.remove_organisation_imports members.remove_people_imports
        members.remove_topic_imports prune_task_results publish_scheduled remove_old_links
        requeue_lost_tasks rooms.empty_bins rooms.empty_deleted rooms.forget_links rooms.remove_exports
        rooms.remove_old_messages rooms.scan_waiting search.alerts search.changes search.compare search.feed
        search.forget_words         search.read_files search.remove_old_alerts search.remove_old_recent
    """,
    "lists": """
        direct enquiries entries experts files invitations news notifications organisations own-enquiries
        own-questions people questions rooms rows search
    """,
    "page types": """
        hanse_members.ClusterContentPage hanse_members.ClusterIndexPage hanse_members.ClusterPage
        hanse_news.NewsIndexPage hanse_news.NewsPage
        hanse_site.HomePage hanse_site.StandardPage testapp.OpenTestPage testapp.ScopedTestPage wagtailcore.Page
    """,
    "viewsets": """
        hanse_attachment_chooser hanse_challenges_questions hanse_profile_chooser
        hanse_members_clusters hanse_members_memberships
        hanse_members_organisation_memberships hanse_members_organisations hanse_members_terms hanse_members_topics
        hanse_search_synonyms hanse_search_weights private_files
        wagtaildocs_chooser wagtailimages_chooser wagtaillocales wagtailsites wagtailusers_groups wagtailusers_users
    """,
    "blocks": """
        hanse_access.blocks.AttachmentChooserBlock hanse_access.blocks.PrivateFileBlock
        hanse_access.blocks.PrivateImageBlock hanse_members.blocks.ClusterFiguresBlock
        hanse_members.blocks.ClusterSectionBlock hanse_members.blocks.OrganisationMapBlock
        hanse_members.blocks.TopicBlock
        hanse_members.site_blocks.ClusterContactBlock
        hanse_members.site_blocks.ClusterFactsBlock hanse_members.site_blocks.ClusterOrganisationsBlock
        hanse_members.site_blocks.ExpertBlock hanse_members.site_blocks.ProfileChooserBlock
        hanse_news.blocks.LatestNewsBlock hanse_news.blocks.LinkBlock
        hanse_news.blocks.LinkListBlock hanse_news.blocks.NewsBodyBlock hanse_news.blocks.QuoteBlock
        hanse_site.blocks.PointBlock hanse_site.blocks.TextBlocks
    """,
    "bulk actions": """
        hanse_site.user/assign_role hanse_site.user/delete hanse_site.user/set_active_state wagtailcore.page/delete
        wagtailcore.page/move wagtailcore.page/publish wagtailcore.page/unpublish wagtaildocs.document/add_tags
        wagtaildocs.document/add_to_collection wagtaildocs.document/delete wagtailimages.image/add_tags
        wagtailimages.image/add_to_collection wagtailimages.image/delete
    """,
    "sockets": "ws/live/",
}


def test_no_other_surface_is_unknown():
    registered = discovery.registered()
    found = registered | {
        "lists": discovery.lists(),
        "page types": discovery.page_types(),
        "viewsets": set(discovery.admin_viewsets()),
        "blocks": discovery.blocks(),
        "bulk actions": {action.replace(" ", "/") for action in discovery.bulk_actions()},
        "sockets": discovery.socket_routes(),
    }
    assert found == {name: set(known.split()) for name, known in KNOWN.items()}


def test_every_url_that_takes_arguments_has_an_entry():
    missing = [route.text for route in discovery.routes() if not route.plain and entry_for(route) is None]
    assert missing == []


def test_no_entry_is_stale():
    used = {entry_for(route)[0] for route in discovery.routes() if not route.plain and entry_for(route)}
    assert [prefix for prefix, _entry in ARGUMENTS if prefix not in used] == []


def test_no_entry_is_there_twice():
    """The first decides: a second one, with another reason perhaps, would never be asked."""
    assert [prefix for prefix, times in Counter(prefix for prefix, _entry in ARGUMENTS).items() if times > 1] == []


def test_tests_that_entries_name_are_there():
    named = {name for _prefix, entry in ARGUMENTS if isinstance(entry, Row) for name in FILE.findall(entry.test)}
    assert named
    files = {path.name for path in ROOT.glob("tests/**/test_*.py")}
    assert {name for name in named if name.rpartition("/")[2] not in files} == set()


def test_exemptions_are_counted():
    reasons = Counter(
        entry[1].reason
        for route in discovery.routes()
        if not route.plain and (entry := entry_for(route)) and isinstance(entry[1], Exempt)
    )
    assert dict(reasons) == EXEMPTED
