"""Everything that changes clusters and memberships. Views, admin and commands call these and nothing else."""

from .clusters import close_cluster, create_cluster, reinstate_cluster, suspend_cluster, update_cluster
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
from .invitation_acceptance import InvitationGone, accept_invitation
from .invitations import invite, may_invite, revoke_invitation, send_invitation_again
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
from .organisations import (
    add_organisation,
    admit_organisation,
    end_organisation,
    update_organisation,
)
from .people_imports import bring_people, discard_people, invite_imported, invite_people, remove_people_imports
from .profiles import choose_readers, confirm_profile, save_profile
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
    "add_organisation",
    "add_topic",
    "admit_organisation",
    "apply_for_membership",
    "ask_for_field",
    "approve_membership",
    "bring_people",
    "bring_topics",
    "change_organisation",
    "choose_readers",
    "close_cluster",
    "confirm_profile",
    "create_cluster",
    "decline_field",
    "decline_membership",
    "discard_people",
    "end_deputies",
    "end_membership",
    "import_topics",
    "name_deputies",
    "invite",
    "invite_imported",
    "invite_people",
    "end_organisation",
    "issue_terms",
    "may_invite",
    "look_again",
    "merge_topics",
    "move_topic",
    "reinstate_cluster",
    "release_field",
    "release_to_outsider",
    "release_to_person",
    "released_by_link",
    "remove_people_imports",
    "remove_topic_imports",
    "run_topic_import",
    "revoke_invitation",
    "revoke_release",
    "save_facts",
    "save_profile",
    "send_invitation_again",
    "set_keeper",
    "set_public_contact",
    "set_role",
    "suspend_cluster",
    "suspend_membership",
    "terms_asked_of",
    "update_cluster",
    "update_organisation",
    "update_topic",
]
