from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseMembersConfig(AppConfig):
    name = "hanse_members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from hanse_access.audit import name_verbs
        from hanse_access.operators import list_operator_permissions
        from hanse_access.policies import OperatorPolicy
        from hanse_access.scopes import scope_kinds
        from hanse_access.trail import name_details
        from hanse_activity.outboxes import Outbox, outboxes
        from hanse_base.cards import cards
        from hanse_base.jobs import TimedJob, jobs
        from hanse_base.navigation import navigation
        from hanse_base.patterns import plugin_patterns
        from hanse_base.personal_data import personal_data
        from hanse_base.slots import slots

        from . import (
            cluster_consequences,
            cluster_waiting,
            enquiry_surfaces,
            near_kinds,
            notifications,
            notifications_of_fields,
            notifications_of_freshness,
            notifications_of_sources,
            profile_surfaces,
            redirect_targets,
            topic_notifications,
        )
        from . import navigation as own_navigation
        from .actions import (
            fetch_due_sources,
            give_up_lost_organisation_imports,
            give_up_lost_people_imports,
            remove_organisation_imports,
            remove_people_imports,
            remove_topic_imports,
        )
        from .audit import VERBS
        from .cards import invitations, kept_organisations, my_clusters, terms
        from .figures import members
        from .invitations import forget_invitations, write_invitation
        from .models import Cluster, Invitation, Membership, Organisation, OrganisationMembership, Terms, Topic
        from .patterns import members_patterns
        from .personal_data import invitations as invitation_data
        from .personal_data import logos as logo_data
        from .personal_data import memberships
        from .personal_data import tables as table_data
        from .personal_data import topics as topic_data
        from .policies import (
            ClusterPolicy,
            MembershipPolicy,
            OrganisationMembershipPolicy,
            OrganisationPolicy,
            TermsPolicy,
        )
        from .scopes import ClusterKind, PlatformKind
        from .sections import figures
        from .signal_handlers import connect
        from .slots import league_bar
        from .topic_links import entry_topics, organisation_topics, profile_topics, topic_links
        from .topic_sections import experts as experts_about
        from .topic_sections import organisations as organisations_about
        from .topic_sections import topic_sections
        from .trail import DETAILS

        scope_kinds.register(PlatformKind())
        scope_kinds.register(ClusterKind())
        register_permission_policy(Cluster, ClusterPolicy(Cluster))
        register_permission_policy(Membership, MembershipPolicy(Membership))
        register_permission_policy(Organisation, OrganisationPolicy(Organisation))
        register_permission_policy(OrganisationMembership, OrganisationMembershipPolicy(OrganisationMembership))
        register_permission_policy(Terms, TermsPolicy(Terms))
        register_permission_policy(Topic, OperatorPolicy(Topic))
        list_operator_permissions(
            *(
                f"hanse_members.{action}_{model}"
                for action in ("add", "view", "change")
                for model in ("cluster", "membership", "organisation", "topic")
            ),
            "hanse_members.view_organisationmembership",
            "hanse_members.change_organisationmembership",
            "hanse_members.add_terms",
            "hanse_members.view_terms",
        )
        name_verbs(VERBS)
        cards.register(my_clusters)
        cards.register(terms)
        cards.register(invitations)
        cards.register(kept_organisations)
        for item in own_navigation.items:
            navigation.register(item)
        personal_data.register(memberships)
        personal_data.register(invitation_data)
        personal_data.register(table_data)
        personal_data.register(topic_data)
        personal_data.register(logo_data)
        outboxes.register(Outbox(name="invitations", rows=Invitation.objects.all, write=write_invitation))
        jobs.register(
            TimedJob(
                name="members.remove_people_imports",
                label=_("Remove lists of people whose time is over"),
                every=timedelta(hours=1),
                run=remove_people_imports,
            )
        )
        jobs.register(
            TimedJob(
                name="members.remove_topic_imports",
                label=_("Remove tables of topics whose time is over"),
                every=timedelta(hours=1),
                run=remove_topic_imports,
            )
        )
        for name, label, run, every in (
            (
                "members.remove_organisation_imports",
                _("Remove tables of organisations whose time is over"),
                remove_organisation_imports,
                timedelta(hours=1),
            ),
            (
                "members.give_up_lost_organisation_imports",
                _("Tell of tables of organisations that were interrupted"),
                give_up_lost_organisation_imports,
                timedelta(minutes=5),
            ),
            (
                "members.fetch_organisation_sources",
                _("Fetch tables of organisations whose time has come"),
                fetch_due_sources,
                timedelta(minutes=15),
            ),
            (
                "members.give_up_lost_people_imports",
                _("Tell of lists of people that were interrupted"),
                give_up_lost_people_imports,
                timedelta(minutes=5),
            ),
        ):
            jobs.register(TimedJob(name=name, label=label, every=every, run=run))
        jobs.register(
            TimedJob(
                name="members.forget_invitations",
                label=_("Forget invitations that ended a while ago"),
                every=timedelta(days=1),
                run=forget_invitations,
            )
        )
        figures.register(members)
        topic_links.register(entry_topics)
        topic_links.register(organisation_topics)
        topic_links.register(profile_topics)
        topic_sections.register(experts_about)
        topic_sections.register(organisations_about)
        slots.register(league_bar)
        plugin_patterns.register(members_patterns)
        notifications.register()
        topic_notifications.register()
        enquiry_surfaces.register()
        near_kinds.register()
        cluster_waiting.register()
        cluster_consequences.register()
        notifications_of_fields.register()
        notifications_of_freshness.register()
        notifications_of_sources.register()
        profile_surfaces.register()
        redirect_targets.register()
        name_details(DETAILS)
        connect()
