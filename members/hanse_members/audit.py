"""What readers of the audit trail are told of clusters and memberships."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "cluster.created": _("Cluster founded"),
    "cluster.settings_changed": _("Settings of the cluster changed"),
    "cluster.suspended": _("Cluster suspended"),
    "cluster.reinstated": _("Cluster reinstated"),
    "cluster.closed": _("Cluster closed for good"),
    "terms.issued": _("Terms issued"),
    "invitation.sent": _("People invited"),
    "invitation.sent_again": _("Invitation sent again"),
    "invitation.revoked": _("Invitation taken back"),
    "invitation.accepted": _("Member by invitation"),
    "organisation.applied": _("An organisation asks to take part"),
    "organisation.admitted": _("Organisation admitted"),
    "organisation.declined": _("Organisation declined"),
    "organisation.ended": _("The organisation's part in the cluster ended"),
    "organisation.changed": _("Organisation changed"),
    "membership.organisation_changed": _("Another organisation named"),
    "membership.keeper_changed": _("Who looks after the organisation changed"),
    "membership.applied": _("Applied for membership"),
    "membership.added": _("Member added"),
    "membership.approved": _("Member admitted"),
    "membership.declined": _("Application declined"),
    "membership.suspended": _("Membership suspended"),
    "membership.ended": _("Membership ended"),
    "membership.role_changed": _("Role changed"),
    "membership.contact_changed": _("First contact on the entry page changed"),
}
