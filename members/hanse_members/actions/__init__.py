"""Everything that changes clusters and memberships. Views, admin and commands call these and nothing else."""

from ..field_values import FieldValue
from .cluster_applications import (
    admit_cluster,
    apply_with_cluster,
    ask_applicant,
    decline_cluster,
    keep_draft,
    withdraw_application,
)
from .clusters import (
    close_cluster,
    create_cluster,
    give_notice,
    reinstate_cluster,
    suspend_cluster,
    take_notice_back,
    update_cluster,
)
from .deputies import end_deputies, name_deputies
from .enquiries import (
    answer_enquiry,
    ask_management,
    close_enquiry,
    hand_over_enquiry,
    reply_to_enquiry,
    take_enquiry,
)
from .entries import save_facts
from .errors import NotPermitted, NotPossible
from .field_releases import (
    ask_for_field,
    decline_field,
    release_field,
    release_to_outsider,
    release_to_person,
    released_by_link,
    revoke_release,
)
from .fields import choose_readers
from .invitation_acceptance import InvitationGone, accept_invitation
from .invitations import invite, may_invite, revoke_invitation, send_invitation_again
from .logos import set_logos
from .memberships import (
    add_member,
    apply_for_membership,
    approve_membership,
    change_organisation,
    decline_membership,
    end_membership,
    set_keeper,
    set_public_contact,
    set_role,
    suspend_membership,
)
from .organisation_follows import follow_topics, followed_topics
from .organisation_imports import (
    bring_organisations,
    clusters_to_import_to,
    decide_row,
    discard_organisations,
    give_up_lost_organisation_imports,
    remove_organisation_imports,
    run_organisations,
)
from .organisation_merge import merge_organisations, mergeable_by
from .organisation_sources import fetch_due_sources, fetch_source, remove_source, save_source
from .organisations import (
    add_organisation,
    admit_organisation,
    confirm_organisation,
    end_organisation,
    update_organisation,
)
from .people_imports import (
    bring_people,
    discard_people,
    give_up_lost_people_imports,
    invite_imported,
    invite_people,
    remove_people_imports,
)
from .profile_drafts import confirm_draft, discard_draft, draft_profile
from .profiles import confirm_profile, save_profile
from .terms import issue_terms
from .terms_acceptance import accept_terms, terms_asked_of
from .topics import (
    add_topic,
    bring_topics,
    import_topics,
    look_again,
    merge_topics,
    move_topic,
    remove_topic_imports,
    run_topic_import,
    update_topic,
)

__all__ = [
    "draft_profile",
    "discard_draft",
    "confirm_draft",
    "FieldValue",
    "InvitationGone",
    "NotPermitted",
    "NotPossible",
    "accept_invitation",
    "answer_enquiry",
    "ask_management",
    "close_enquiry",
    "hand_over_enquiry",
    "reply_to_enquiry",
    "take_enquiry",
    "accept_terms",
    "add_member",
    "admit_cluster",
    "apply_with_cluster",
    "ask_applicant",
    "add_organisation",
    "add_topic",
    "admit_organisation",
    "apply_for_membership",
    "ask_for_field",
    "approve_membership",
    "bring_organisations",
    "bring_people",
    "bring_topics",
    "change_organisation",
    "choose_readers",
    "close_cluster",
    "clusters_to_import_to",
    "confirm_organisation",
    "confirm_profile",
    "create_cluster",
    "decide_row",
    "decline_cluster",
    "decline_field",
    "keep_draft",
    "decline_membership",
    "discard_organisations",
    "discard_people",
    "fetch_due_sources",
    "fetch_source",
    "remove_source",
    "save_source",
    "give_up_lost_organisation_imports",
    "give_up_lost_people_imports",
    "end_deputies",
    "end_membership",
    "import_topics",
    "name_deputies",
    "follow_topics",
    "followed_topics",
    "give_notice",
    "invite",
    "invite_imported",
    "invite_people",
    "end_organisation",
    "issue_terms",
    "may_invite",
    "look_again",
    "merge_organisations",
    "merge_topics",
    "mergeable_by",
    "move_topic",
    "reinstate_cluster",
    "release_field",
    "release_to_outsider",
    "release_to_person",
    "released_by_link",
    "remove_organisation_imports",
    "remove_people_imports",
    "run_organisations",
    "remove_topic_imports",
    "run_topic_import",
    "revoke_invitation",
    "revoke_release",
    "save_facts",
    "save_profile",
    "send_invitation_again",
    "set_keeper",
    "set_logos",
    "set_public_contact",
    "set_role",
    "suspend_cluster",
    "suspend_membership",
    "take_notice_back",
    "terms_asked_of",
    "update_cluster",
    "update_organisation",
    "update_topic",
    "withdraw_application",
]
