"""Rows of every kind that lists show, made in numbers."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings
from django.utils import timezone
from wagtail.models import Locale, Site

from hanse_access.audit import record
from hanse_access.models import AudienceProposal, BreakGlass
from hanse_access.operators import operator_group
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.uploads import accept_upload
from hanse_activity.actions import notify
from hanse_activity.models import Follow
from hanse_challenges.notifications import tell_topics
from hanse_groups.actions import ask_to_join
from hanse_groups.actions import invite as invite_to_room
from hanse_members.actions import ask_for_field, create_cluster, invite, issue_terms, release_to_person
from hanse_members.actions.organisations import set_topics
from hanse_members.models import (
    Cluster,
    ClusterApplication,
    ClusterEntry,
    ClusterIndexPage,
    ClusterPage,
    EntryField,
    EntryRegion,
    FieldRelease,
    Organisation,
    OrganisationMembership,
)
from hanse_members.roles import Role
from hanse_members.slots import SWITCH_LIMIT
from hanse_members.topic_notifications import FOLLOWED, tell_followers
from hanse_news.models import NewsPage
from hanse_search.models import SavedSearch
from hanse_search.saved.actions import KIND as FOUND_NEW
from tests.factories.clusters import ClusterFactory, MembershipFactory, content_page
from tests.factories.direct import write
from tests.factories.enquiries import asked
from tests.factories.files import PageAttachmentFactory, uploaded
from tests.factories.items import ItemFactory
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.questions import answer, make_question
from tests.factories.room_files import bring
from tests.factories.rooms import make_room, owner_of, say
from tests.factories.topics import make_topic


class Rows:
    """Two clusters, a person who manages the first and belongs to all, an operator; and as many rows as asked for."""

    def __init__(self) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        home = Site.objects.get(is_default_site=True).root_page
        if not home.has_translation(german):
            home.copy_for_translation(german).save_revision().publish()
        self.cluster = create_cluster(name="Cluster A", slug="cluster-a", by=None)
        self.other = create_cluster(name="Cluster B", slug="cluster-b", by=None)
        self.manager = MembershipFactory(cluster=self.cluster, role=Role.MANAGER).person
        MembershipFactory(cluster=self.other, role=Role.MANAGER)
        EmailAddress.objects.create(user=self.manager, email=self.manager.email, verified=True, primary=True)
        self.field = fill(ProfileFactory(person=self.manager), "phone", scopes=[EDITORS], on_request=True, text="040")
        self.operator = UserFactory()
        self.operator.groups.add(operator_group())
        # The switch between clusters counts them once there are more than it lists.
        ClusterFactory.create_batch(SWITCH_LIMIT)
        self.made = 0
        self.topic = None

    def add(self, number: int) -> None:
        """So many more of each kind, no two alike in what stands beside them: senders, authors, audiences."""
        # Search index and references of pages are not what is looked at.
        with override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}):
            for _ in range(number):
                self.made += 1
                self._add_one()

    def _add_one(self) -> None:
        author = UserFactory()
        MembershipFactory(cluster=self.cluster, person=author)
        MembershipFactory(cluster=self.cluster, state="applied")
        cluster = self._cluster()
        self._invite(cluster)
        MembershipFactory(cluster=cluster, person=self.manager)
        scopes = [Scope("cluster", cluster.pk), Scope("cluster", self.cluster.pk)]
        news = NewsPageFactory(cluster=self.cluster, owner=author, scopes=scopes if self.made % 2 else [PUBLIC])
        PageAttachmentFactory(by=author)
        ItemFactory(author=author, scopes=scopes)
        record("membership.applied", by=author, obj=news, scope=("cluster", self.cluster.pk))
        now = timezone.now()
        BreakGlass.objects.create(
            person=author, kind="room", scope_id=self.made, reason="A reason", closes_at=now + timedelta(hours=1)
        )
        self._propose(news, author)
        self._list_elsewhere()
        content_page(self.cluster, title=f"Page {self.made}", show_in_menus=True)
        own, other = self._add_organisation(cluster, scopes, author)
        self._ask(own, other, news, author)
        self._describe(author, scopes)
        self._wonder(cluster, author)
        self._join(author)
        self._meet(author)
        self._keep_search()

    def _keep_search(self) -> None:
        facets = {"kind": ["news"], "cluster": [str(self.cluster.pk)]}
        saved = SavedSearch.objects.create(person=self.manager, name=f"Search {self.made}", text="x", facets=facets)
        items = [["news", page] for page in NewsPage.objects.order_by("-pk").values_list("pk", flat=True)[:1]]
        notify(FOUND_NEW, about=saved.alerts.create(items=items, number=1), recipients=[self.manager])

    def _meet(self, author) -> None:
        """A room of the manager with something new and somebody who asks, one to join, one that invites the manager.

        Somebody of the own cluster writes to the manager, and somebody of another one wants to.
        """
        own = make_room(self.cluster, owner=self.manager, name=f"Own {self.made}", members=[author])
        ask_to_join(own, by=MembershipFactory(cluster=self.cluster).person)
        say(own, author, f"@room {self.made}")
        write(author, self.manager)
        write(MembershipFactory(cluster=self.other).person, self.manager)
        bring(own, author)
        for kind in ("open", "closed"):
            other = make_room(self.cluster, kind=kind)
            if kind == "closed":
                invite_to_room(other, by=owner_of(other), person=self.manager)

    def _wonder(self, cluster: Cluster, author) -> None:
        """A question of the manager that somebody answers, and one that the manager answers and follows."""
        own = make_question(self.cluster, asker=self.manager, topics=[self.topic], is_anonymous=bool(self.made % 2))
        answer(own, by=author)
        other = make_question(self.cluster, asker=author, topics=[self.topic], is_anonymous=bool(self.made % 2))
        answer(other, by=self.manager)
        tell_topics.call(other.pk, [self.topic.pk])

    def _join(self, author) -> None:
        """A cluster that waits for the operator, with an entry of the directory."""
        entry = ClusterEntry.objects.create(name=f"Joining {self.made}", website=f"joining-{self.made}.example")
        ClusterApplication.objects.create(applicant=author, state="sent", entry=entry, name=f"Joining {self.made}")

    def _add_organisation(self, cluster: Cluster, scopes: list[Scope], author) -> tuple[Organisation, Organisation]:
        """One in two clusters with somebody who belongs to it, one that the manager answers for, one whose field the
        manager asks for, one that asks to take part with its first person. Returns the second and the third.
        """
        organisation = OrganisationFactory(clusters=[cluster, self.cluster], scopes=scopes if self.made % 2 else None)
        MembershipFactory(cluster=self.cluster, organisation=organisation)
        self.topic = make_topic(parent=self.topic if self.made % 3 else None)
        for person in (self.manager, self.operator):
            Follow.objects.create(person=person, kind=FOLLOWED, object_id=self.topic.pk)
        set_topics(organisation, [self.topic], by=None)
        tell_followers.call(organisation.pk, [self.topic.pk])
        fill(organisation, "offers", text="Advice", choices=["advice", "training"])
        fill(organisation, "about", text="Lenses")
        fill(organisation, "logo", picture=accept_upload(uploaded()))
        unkept = OrganisationFactory(clusters=[self.cluster])
        secret = fill(unkept, "references", scopes=[EDITORS], on_request=True, text=str(self.made))
        other = OrganisationFactory(clusters=[self.other])
        MembershipFactory(cluster=self.other, organisation=other, person=author, keeps_organisation=True)
        phone = fill(other, "phone", scopes=[EDITORS], on_request=True, text=str(self.made))
        if self.made % 2:
            release_to_person(phone, person=self.manager, by=author)
        else:
            ask_for_field(phone, by=self.manager)
        ask_for_field(secret, by=author)
        asking = OrganisationFactory()
        OrganisationMembership.objects.create(organisation=asking, cluster=self.cluster)
        MembershipFactory(cluster=self.cluster, organisation=asking, state="applied")
        return unkept, other

    def _describe(self, author, scopes: list[Scope]) -> None:
        """A profile with a field of each make, which the manager asks for or reads."""
        profile = ProfileFactory(person=author, scopes=scopes if self.made % 2 else None)
        fill(profile, "offers", text="Advice", choices=["advice", "training"])
        fill(profile, "competences", topics=[self.topic])
        phone = fill(profile, "phone", scopes=[EDITORS], on_request=True, text=str(self.made))
        if self.made % 2:
            release_to_person(phone, person=self.manager, by=author)
        else:
            ask_for_field(phone, by=self.manager)

    def _ask(self, own: Organisation, other: Organisation, news: NewsPage, author) -> None:
        """The manager is asked and asks, about something that is named only by a query."""
        asked(own, by=author)
        asked(news, by=author)
        asked(other, by=self.manager)
        FieldRelease.objects.create(field=self.field, person=author)

    def _invite(self, cluster: Cluster) -> None:
        """Somebody else to the first cluster, and the manager to one more."""
        person = MembershipFactory(cluster=self.cluster, role=Role.MANAGER).person
        invite(cluster=self.cluster, addresses=[f"invited{self.made}@example.org"], by=person)
        invite(cluster=cluster, addresses=[self.manager.email], by=self.operator)

    def _list_elsewhere(self) -> None:
        entry = ClusterEntry.objects.create(name=f"Elsewhere {self.made}", website=f"elsewhere-{self.made}.example")
        EntryRegion.objects.create(entry=entry, code="DE-BY")
        EntryField.objects.create(entry=entry, name="Optics")

    def _cluster(self) -> Cluster:
        """A cluster with its entry page, without the groups that nothing lists."""
        cluster = ClusterFactory()
        index = ClusterIndexPage.objects.get(locale__language_code="en")
        page = ClusterPage(title=cluster.name, slug=cluster.slug, cluster=cluster, locale=index.locale)
        index.add_child(instance=page)
        # in force in one more of the manager's clusters, and one more version of the first one's
        for issuer in (cluster, self.cluster):
            issue_terms(cluster=issuer, texts={"en": f"Terms {self.made}"}, by=self.operator)
        return cluster

    def _propose(self, news: NewsPage, author) -> None:
        """To the manager by somebody else, and to somebody else by the manager; waiting and taken over."""
        content_type = ContentType.objects.get_for_model(NewsPage)
        for person, target in ((author, self.cluster), (self.manager, self.other)):
            for state in (AudienceProposal.State.WAITING, AudienceProposal.State.ACCEPTED):
                AudienceProposal.objects.create(
                    content_type=content_type,
                    object_id=news.pk,
                    kind="cluster",
                    scope_id=target.pk,
                    proposed_by=person,
                    state=state,
                )
