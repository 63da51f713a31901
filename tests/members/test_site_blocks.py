"""Blocks of a cluster's own pages tell each reader what that reader may see, and editors no more."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Page
from zeal import zeal_ignore

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_access.viewer import Viewer, viewing_as
from hanse_members import actions
from hanse_members.models import ClusterPage, Profile
from hanse_members.site_blocks import ExpertBlock, ProfileChooserBlock
from tests.factories.clusters import MembershipFactory
from tests.factories.files import PageAttachmentFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
CHOOSER = "hanse_profile_chooser"


@pytest.fixture
def page(photonik):
    return ClusterPage.objects.get(cluster=photonik, locale__language_code="en")


@pytest.fixture
def write(page):
    def put(*body):
        page.body = list(body)
        page.save_revision().publish()
        return page

    return put


def expert_of(cluster, scopes, name="Zara"):
    person = UserFactory(first_name=name, last_name="Zqexpert")
    MembershipFactory(cluster=cluster, person=person)
    return ProfileFactory(person=person, scopes=scopes)


@pytest.fixture
def hidden(leichtbau):
    """For the other cluster only."""
    return expert_of(leichtbau, [Scope("cluster", leichtbau.pk)])


def shown(client, page, person=None) -> str:
    if person is not None:
        client.force_login(person)
    return client.get(page.url).content.decode().partition("<main")[2]


class TestExpert:
    def test_it_vanishes_for_those_who_may_not_see_the_profile(self, client, write, hidden, member, leichtbau):
        page = write(("expert", {"profile": hidden, "about_text": "Knows why lenses crack"}))
        insider = MembershipFactory(cluster=leichtbau).person
        for person in (None, member):
            told = shown(client, page, person)
            assert "Zqexpert" not in told
            assert "Knows why" not in told
            assert str(hidden.uid) not in told
        told = shown(client, page, insider)
        assert "Zqexpert" in told
        assert "Knows why lenses crack" in told

    def test_it_follows_the_profile_at_once(self, client, write, photonik):
        profile = expert_of(photonik, [PUBLIC])
        page = write(("expert", {"profile": profile, "about_text": ""}))
        assert "Zqexpert" in shown(client, page)
        change_audience(profile, scopes=[Scope("cluster", photonik.pk)], by=profile.person)
        assert "Zqexpert" not in shown(client, page)
        change_audience(profile, scopes=[PUBLIC], by=profile.person)
        actions.end_membership(profile.person.memberships.get(), by=profile.person)
        assert "Zqexpert" not in shown(client, page)

    def test_a_profile_that_is_gone_leaves_nothing(self, client, write, photonik):
        profile = expert_of(photonik, [PUBLIC])
        page = write(("expert", {"profile": profile, "about_text": "Line"}))
        Profile.objects.all().delete()
        assert "Line" not in shown(client, page)

    def test_an_editor_reads_no_hidden_name_in_form_history_and_preview(self, client, write, hidden, editor):
        page = write(("heading", "Before"))
        page = write(("expert", {"profile": hidden, "about_text": ""}))
        write(("heading", "After"))
        first, second, third = list(page.revisions.order_by("pk").values_list("pk", flat=True))[-3:]
        client.force_login(editor)
        addresses = [
            reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, second]),
            reverse("wagtailadmin_pages:revisions_view", args=[page.pk, second]),
            reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first, second]),
            reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, second, third]),
            reverse("wagtailadmin_pages:history", args=[page.pk]),
        ]
        for address in addresses:
            with zeal_ignore():  # Wagtail asks for the newest revision of the one page again and again
                answer = client.get(address)
            assert answer.status_code == 200, address
            assert "Zqexpert" not in answer.content.decode(), address

    def test_an_editor_who_may_see_it_reads_the_name(self, client, write, photonik, editor):
        page = write(("expert", {"profile": expert_of(photonik, [PUBLIC]), "about_text": ""}))
        client.force_login(editor)
        assert "Zqexpert" in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    def test_hidden_and_missing_are_refused_alike(self, hidden, photonik, editor):
        block = ProfileChooserBlock()
        visible = expert_of(photonik, [PUBLIC])
        with viewing_as(Viewer.of(editor)):
            assert block.clean(visible) == visible
            for value in (hidden, None):
                with pytest.raises(ValidationError) as refusal:
                    block.clean(value)
                assert refusal.value.code == "required"

    def test_the_search_index_holds_neither_name_nor_line(self, hidden):
        block = ExpertBlock()
        value = block.normalize({"profile": hidden, "about_text": "Knows why lenses crack"})
        assert block.get_searchable_content(value) == []


class TestChooser:
    def test_only_what_the_editor_may_see_is_listed_and_chosen(self, client, hidden, photonik, editor):
        visible = expert_of(photonik, [PUBLIC], name="Berta")
        client.force_login(editor)
        for name in ("choose", "choose_results"):
            listing = client.get(reverse(f"{CHOOSER}:{name}")).content.decode()
            assert "Berta" in listing
            assert "Zara" not in listing
        answers = [client.get(reverse(f"{CHOOSER}:chosen", args=[pk])).status_code for pk in (hidden.pk, 987654)]
        assert answers == [404, 404]
        assert client.get(reverse(f"{CHOOSER}:chosen", args=[visible.pk])).json()["result"]["title"] == str(visible)

    def test_it_is_narrowed_by_names(self, client, photonik, editor):
        for name in ("Berta", "Clara"):
            expert_of(photonik, [PUBLIC], name=name)
        client.force_login(editor)
        listing = client.get(reverse(f"{CHOOSER}:choose_results"), {"q": "cla zq"}).content.decode()
        assert ("Clara" in listing, "Berta" in listing) == (True, False)


class TestOthers:
    def test_members_are_those_that_the_reader_may_see(self, client, write, photonik, leichtbau, member):
        own = Scope("cluster", photonik.pk)
        OrganisationFactory(name="Everybodys", clusters=[photonik], scopes=[PUBLIC])
        OrganisationFactory(name="Insiders", clusters=[photonik], scopes=[own])
        OrganisationFactory(name="Elsewhere", clusters=[leichtbau], scopes=[PUBLIC])
        page = write(("organisations", {"heading": "Who takes part", "number": 8}))
        told = shown(client, page)
        assert ["Everybodys" in told, "Insiders" in told, "Elsewhere" in told] == [True, False, False]
        assert "Insiders" in shown(client, page, member)

    def test_their_number_is_kept_and_leads_on(self, client, write, photonik):
        OrganisationFactory.create_batch(3, clusters=[photonik], scopes=[PUBLIC])
        page = write(("organisations", {"heading": "", "number": 2}))
        assert f"?cluster={photonik.pk}" in shown(client, page)

    def test_without_members_it_says_so(self, client, write, member):
        page = write(("organisations", {"heading": "", "number": 2}))
        assert "Sign in to see more" in shown(client, page)
        assert "no members that you may see" in shown(client, page, member)

    def test_facts_stand_once_where_they_are_placed(self, client, write, photonik, manager):
        page = write(("facts", None))
        assert 'id="facts"' not in shown(client, page)
        actions.save_facts(photonik, by=manager, regions=[], fields=[], carrier="Verein")
        assert shown(client, page).count('id="facts"') == 1
        write(("heading", "Words"))
        assert shown(client, page).count('id="facts"') == 1

    def test_the_contact_can_be_asked(self, client, write, manager, member):
        actions.set_public_contact(manager.memberships.get(), True, by=manager)
        page = write(("contact", None))
        assert shown(client, page, member).count(manager.get_full_name()) == 2
        assert reverse("hanse_members:ask", args=["cluster", page.cluster.slug]) in shown(client, page)


class TestImage:
    """A private file that the entry page opens, as long as it is part of what is published."""

    @pytest.fixture
    def picture(self):
        return PageAttachmentFactory()

    def block(self, picture) -> tuple:
        return ("image", {"image": picture, "alt_text": "Our laboratory", "decorative": False, "caption": ""})

    def test_visitors_see_it_on_the_published_page_only(self, client, page, write, picture):
        assert client.get(picture.url).status_code == 404
        page.body = [self.block(picture)]
        page.save_revision()
        assert client.get(picture.url).status_code == 404, "a draft opens nothing"
        page = write(self.block(picture))
        assert 'alt="Our laboratory"' in shown(client, page)
        assert client.get(picture.url).status_code == 200
        page.title = "Another"
        page.save()
        assert client.get(picture.url).status_code == 200
        Page.objects.get(pk=page.pk).save()
        assert client.get(picture.url).status_code == 200
        write(("heading", "No picture"))
        assert client.get(picture.url).status_code == 404

    def test_not_of_a_cluster_that_takes_no_part(self, client, write, picture, photonik, operator):
        write(self.block(picture))
        actions.suspend_cluster(photonik, by=operator)
        assert client.get(picture.url).status_code == 404
