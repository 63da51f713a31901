from .cluster_applications import ClusterApplication
from .clusters import Cluster
from .deputies import Deputy
from .enquiries import Enquiry, EnquiryMessage
from .entries import ClusterEntry, EntryField, EntryRegion, EntryTopic
from .invitations import Invitation
from .logos import ClusterLogo
from .memberships import Membership
from .organisation_fields import (
    OrganisationField,
    OrganisationFieldChoice,
    OrganisationFieldRelease,
    OrganisationLogo,
)
from .organisation_imports import OrganisationImport, OrganisationImportRow, OrganisationRecord, OrganisationSource
from .organisations import Organisation, OrganisationMembership, OrganisationTopic
from .pages import ClusterContentPage, ClusterIndexPage, ClusterPage
from .people_imports import PeopleImport, PeopleImportRow
from .profile_drafts import ProfileDraft
from .profiles import FieldChoice, FieldRelease, Profile, ProfileField, ProfilePicture
from .scoped_fields import FieldHolder, ScopedField, ScopedFieldRelease
from .terms import Terms, TermsAcceptance
from .topic_imports import TopicImport
from .topics import Topic, TopicAncestor, TopicLabel

__all__ = [
    "Cluster",
    "ClusterApplication",
    "ClusterContentPage",
    "ClusterEntry",
    "ClusterIndexPage",
    "ClusterLogo",
    "ClusterPage",
    "Deputy",
    "Enquiry",
    "EnquiryMessage",
    "EntryField",
    "EntryRegion",
    "EntryTopic",
    "FieldChoice",
    "FieldHolder",
    "FieldRelease",
    "Invitation",
    "Membership",
    "PeopleImport",
    "PeopleImportRow",
    "Organisation",
    "OrganisationField",
    "OrganisationFieldChoice",
    "OrganisationFieldRelease",
    "OrganisationLogo",
    "OrganisationImport",
    "OrganisationImportRow",
    "OrganisationMembership",
    "OrganisationRecord",
    "OrganisationSource",
    "OrganisationTopic",
    "Profile",
    "ProfileDraft",
    "ProfileField",
    "ProfilePicture",
    "ScopedField",
    "ScopedFieldRelease",
    "Terms",
    "TermsAcceptance",
    "Topic",
    "TopicAncestor",
    "TopicImport",
    "TopicLabel",
]
