"""Fields of organisations: who fills them in, who reads them, and who answers for them."""

import csv
import io
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.models import AudienceProposal, AuditEvent
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.models import Notification
from hanse_base.link_tokens import NoSuchLink
from hanse_members import actions
from hanse_members.models import (
    Membership,
    Organisation,
    OrganisationField,
    OrganisationFieldRelease,
    OrganisationLogo,
    OrganisationMembership,
)
from hanse_members.profile_surfaces import erase, export
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.files import uploaded
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory, fill

pytestmark = pytest.mark.django_db
State = OrganisationFieldRelease.State
SECRET = "Prism and Sons, since 2019"


@pytest.fixture
def firm(photonik):
    return OrganisationFactory(name="Lens Ltd", clusters=[photonik], scopes=[PUBLIC])


@pytest.fixture
def keeper(firm, photonik):
    person = UserFactory(first_name="Kim", last_name="Keeper")
    return MembershipFactory(cluster=photonik, organisation=firm, keeps_organisation=True, person=person).person


@pytest.fixture
def asker(leichtbau):
    return MembershipFactory(cluster=leichtbau, person=UserFactory(first_name="Ida", last_name="Lund")).person


@pytest.fixture
def references(firm, photonik):
    return fill(firm, "references", scopes=[Scope("cluster", photonik.pk)], on_request=True, text=SECRET)


def reads(person, field) -> bool:
    return OrganisationField.objects.readable_to(Viewer.of(person)).filter(pk=field.pk).exists()


def page_of(client, person, address) -> str:
    if person is None:
        client.logout()
    else:
        client.force_login(person)
    return client.get(address).content.decode()


def form_of(firm, **changed):
    return {"name": firm.name, "kind": "company", "scopes": "public", **changed}


class TestFillingIn:
    def test_a_keeper_fills_in_every_field(self, client, firm, keeper, photonik):
        client.force_login(keeper)
        said = form_of(
            firm,
            about="Lenses",
            size_choice="small",
            offers_choices=["advice", "supply"],
            offers="First lens for free",
            looks_for_choices=["staff"],
            machines="A lathe",
            certificates_choices=["iso_9001"],
            certificates="EN 15085",
            references=SECRET,
            email="office@lens.example",
            phone="+49 30 23125 017",
            website="lens.example",
            logo=uploaded(),
        )
        answer = client.post(firm.edit_url, said)
        assert answer.status_code == 302, answer.context["form"].errors
        fields = {field.name: field for field in firm.fields.all()}
        assert set(fields) == set(OrganisationField.specs)
        assert all(field.is_filled for field in fields.values())
        assert {choice.value for choice in fields["offers"].choices.all()} == {"advice", "supply"}
        assert [choice.value for choice in fields["size"].choices.all()] == ["small"]
        own = {name for name, field in fields.items() if not field.follows}
        assert own == {"references"}, "kept close at first, and on request"
        assert fields["references"].on_request
        assert fields["references"].audience.scope_set == {Scope("cluster", photonik.pk)}
        logo = OrganisationLogo.objects.get()
        assert logo.url in client.get(firm.edit_url).content.decode(), "the form shows it"
        page = page_of(client, None, firm.get_absolute_url())
        assert "First lens for free" in page
        assert SECRET not in page
        assert client.get(logo.url).status_code == 200
        change_audience(fields["logo"], scopes=[EDITORS], by=None)
        assert client.get(logo.url).status_code == 404

    def test_bad_input_is_named_beside_its_field_and_nothing_is_lost(self, client, firm, keeper):
        client.force_login(keeper)
        bad = {
            "phone": "call me",
            "email": "nobody",
            "size_choice": "huge",
            "offers_choices": ["gold"],
            "about": "a" * 3001,
        }
        answer = client.post(firm.edit_url, form_of(firm, machines="A lathe", **bad))
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == set(bad)
        assert "A lathe" in answer.content.decode()
        assert not firm.fields.exists()

    def test_who_cannot_change_the_organisation_changes_no_field(self, client, firm, keeper, photonik, references):
        colleague = MembershipFactory(cluster=photonik, organisation=firm).person
        for person in (colleague, UserFactory()):
            client.force_login(person)
            for address in (references.readers_url, references.outsider_url, firm.edit_url):
                assert client.get(address).status_code == 404
            with pytest.raises(PermissionDenied):
                actions.choose_readers(firm, "references", follows=True, on_request=False, by=person)

    def test_several_values_at_once_and_only_what_the_field_can_hold(self, firm, keeper):
        actions.update_organisation(
            firm,
            by=keeper,
            values={"about": actions.FieldValue("Lenses"), "size": actions.FieldValue(choices=["small"])},
        )
        assert set(firm.fields.values_list("name", flat=True)) == {"about", "size"}
        for name, value in {
            "size": actions.FieldValue(choices=["small", "large"]),
            "phone": actions.FieldValue("1" * 41),
            "offers": actions.FieldValue(choices=["gold"]),
        }.items():
            with pytest.raises(ValidationError):
                actions.update_organisation(firm, by=keeper, values={name: value})
        assert AuditEvent.objects.get(verb="organisation.changed").data == {"fields": ["about", "size"]}


class TestReaders:
    def test_a_field_follows_the_organisation_until_its_readers_are_chosen(self, firm, keeper, photonik):
        about, phone = fill(firm, "about", text="Lenses"), fill(firm, "phone", text="040")
        cluster = Scope("cluster", photonik.pk)
        actions.choose_readers(firm, "phone", follows=False, scopes=[cluster], on_request=True, by=keeper)
        actions.update_organisation(firm, by=keeper, scopes=[PLATFORM])
        about.refresh_from_db()
        phone.refresh_from_db()
        assert about.audience.scope_set == {PLATFORM}
        assert (phone.audience.scope_set, phone.on_request) == ({cluster}, True)
        event = AuditEvent.objects.get(verb="organisation.readers_chosen")
        assert (event.scope_kind, event.scope_id) == ("cluster", photonik.pk)

    def test_readers_are_chosen_on_a_page(self, client, firm, keeper, references, asker):
        client.force_login(keeper)
        assert client.get(references.readers_url).status_code == 200
        assert client.post(references.readers_url, {"follows": "own"}).status_code == 400
        assert client.post(references.readers_url, {"follows": "follow"}).status_code == 302
        assert SECRET in page_of(client, None, firm.get_absolute_url())

    def test_a_field_is_proposed_to_nobody(self, firm, keeper, leichtbau, references):
        with pytest.raises(ValidationError):
            actions.choose_readers(
                firm,
                "references",
                follows=False,
                scopes=[Scope("cluster", leichtbau.pk)],
                on_request=False,
                by=keeper,
            )
        assert not AudienceProposal.objects.exists()

    def test_each_reader_gets_one_of_three_states(self, client, firm, references, asker, member):
        fill(firm, "phone", scopes=[EDITORS], text="+49 30 23125 017")
        address = firm.get_absolute_url()
        assert SECRET in page_of(client, member, address), "shown"
        page = page_of(client, asker, address)
        assert references.ask_url in page, "on request"
        assert "Telephone" not in page, "hidden"
        page = page_of(client, None, address)
        assert "Reference projects" not in page, "visitors are told of nothing that they cannot read"

    def test_who_has_a_stake_is_named_the_same_by_query_and_by_row(self, firm, keeper, manager, operator, leichtbau):
        OrganisationMembership.objects.create(
            organisation=firm, cluster=leichtbau, state="approved", decided_at=timezone.now()
        )
        MembershipFactory(cluster=leichtbau, role=Role.MANAGER)
        MembershipFactory(organisation=firm, cluster=leichtbau)
        fields = {4 + 1: fill(firm, "about", text="Lenses"), 3: fill(firm, "phone", scopes=[EDITORS], text="040")}
        for number, field in fields.items():
            by_query = {
                person
                for person in type(manager).objects.all()
                if OrganisationField.objects.filter(OrganisationField.stake_q(Viewer.of(person)), pk=field.pk).exists()
            }
            assert set(field.stakeholders()) == by_query
            assert len(by_query) == number, "operator, manager, keeper; of what follows a colleague and a manager more"

    def test_a_field_that_is_kept_close_is_for_the_home_alone(self, firm, keeper, photonik, leichtbau, asker):
        far = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        said = {"contributes": "Optics", "seeks": "Coatings"}
        stranger = actions.apply_for_membership(person=UserFactory(), cluster=leichtbau, organisation=firm.name, **said)
        actions.approve_membership(stranger, by=far)
        assert firm.memberships.approved().count() == 2
        actions.update_organisation(firm, by=keeper, values={"references": actions.FieldValue(SECRET)})
        field = firm.fields.get()
        assert field.audience.scope_set == {Scope("cluster", photonik.pk)}
        for person in (asker, stranger.person, far):
            assert not reads(person, field)

    def test_a_field_that_is_kept_close_is_for_nobody_where_there_is_no_home(self, firm, operator):
        OrganisationMembership.objects.update(state="ended")
        actions.update_organisation(firm, by=operator, values={"references": actions.FieldValue(SECRET)})
        assert firm.fields.get().audience.scope_set == {EDITORS}

    def test_when_its_part_ends_the_members_of_the_cluster_read_what_was_for_them_no_longer(
        self, firm, keeper, photonik, leichtbau, member, manager, asker, references
    ):
        both = [Scope("cluster", photonik.pk), Scope("cluster", leichtbau.pk)]
        OrganisationMembership.objects.create(
            organisation=firm, cluster=leichtbau, state="approved", decided_at=timezone.now()
        )
        phone, about = fill(firm, "phone", scopes=both, text="040"), fill(firm, "about", text="Lenses")
        change_audience(firm, scopes=[*both, PLATFORM], by=None)
        other = OrganisationFactory(clusters=[photonik, leichtbau], scopes=both)
        assert reads(member, references)
        actions.end_organisation(firm.memberships.get(cluster=photonik), by=manager)
        audiences = [
            type(row).objects.get(pk=row.pk).audience.scope_set for row in (firm, about, phone, references, other)
        ]
        assert audiences == [{both[1], PLATFORM}, {both[1], PLATFORM}, {both[1]}, {EDITORS}, set(both)]
        assert [reads(member, field) for field in (about, phone, references)] == [True, False, False]
        assert reads(asker, phone)


class TestRequests:
    def test_asked_released_read_and_taken_back(self, client, firm, references, asker, keeper):
        address = firm.get_absolute_url()
        client.force_login(asker)
        assert client.post(references.ask_url, {"message": "For the fair"}).status_code == 302
        page = page_of(client, keeper, "/waiting/?kind=organisation-questions")
        assert "Ida Lund asks for “Reference projects and customers” of Lens Ltd." in page
        inbox = page_of(client, keeper, "/profile/releases/")
        assert "For the fair" in inbox
        release = OrganisationFieldRelease.objects.get()
        client.post(release.answer_url, {"decision": "release", "days": "30", "answer": "Please do not quote."})
        assert SECRET in page_of(client, asker, address)
        assert not OrganisationField.objects.visible_to(Viewer.of(asker)).filter(pk=references.pk).exists()
        client.force_login(keeper)
        client.post(release.revoke_url)
        assert SECRET not in page_of(client, asker, address)
        verbs = AuditEvent.objects.filter(verb__startswith="field.").values_list("verb", "scope_kind")
        assert set(verbs) == {(f"field.{step}", "cluster") for step in ("asked", "released", "revoked")}

    def test_questions_are_answered_from_the_waiting_page(self, client, references, asker, keeper):
        release = actions.ask_for_field(references, by=asker)
        client.force_login(keeper)
        sent = {"kind": "organisation-questions", "do": f"decline:{release.pk}"}
        client.post("/waiting/", sent)
        release.refresh_from_db()
        assert release.state == State.DECLINED

    def test_keepers_answer_and_without_any_the_management(self, client, firm, references, asker, keeper, manager):
        release = actions.ask_for_field(references, by=asker)
        assert set(Notification.objects.values_list("recipient", flat=True)) == {keeper.pk}
        with pytest.raises(PermissionDenied):
            actions.release_field(release, by=manager)
        client.force_login(manager)
        assert client.post(release.answer_url, {"decision": "release"}).status_code == 404
        Membership.objects.of(keeper).update(keeps_organisation=False)
        assert set(firm.answering()) == {manager}
        assert actions.release_field(release, by=manager).state == State.RELEASED
        with pytest.raises(PermissionDenied):
            actions.revoke_release(release, by=keeper)

    def test_the_management_of_a_further_cluster_and_operators_answer_nothing(
        self, firm, references, asker, leichtbau, operator
    ):
        far = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        actions.admit_organisation(actions.organisations.ask_to_join(firm, leichtbau, by=far), by=far)
        release = actions.ask_for_field(references, by=asker)
        for person in (far, operator):
            with pytest.raises(PermissionDenied):
                actions.release_field(release, by=person)
            with pytest.raises(PermissionDenied):
                actions.release_to_outsider(references, outsider="Jo", days=7, by=person)

    def test_who_answers_is_named_the_same_by_query_and_by_row(self, firm, references, keeper, manager, operator):
        for keeps in (True, False):
            Membership.objects.of(keeper).update(keeps_organisation=keeps)
            by_query = {
                person
                for person in type(manager).objects.all()
                if OrganisationField.objects.filter(OrganisationField.answered_q(person)).exists()
            }
            assert set(firm.answering()) == by_query == {keeper if keeps else manager}

    def test_mails_hold_nothing_of_the_field(
        self, references, asker, keeper, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            release = actions.ask_for_field(references, by=asker)
        with django_capture_on_commit_callbacks(execute=True):
            actions.release_field(release, by=keeper)
        assert [message.to for message in mailoutbox] == [[keeper.email], [asker.email]]
        for message in mailoutbox:
            assert SECRET not in str(message.message())
            assert "Lens Ltd" in str(message.message())

    @pytest.mark.parametrize("ends", ["expiry", "empty", "hidden", "suspended"])
    def test_a_release_ends(self, firm, references, asker, keeper, ends, photonik):
        actions.release_to_person(references, person=asker, by=keeper, days=7)
        assert reads(asker, references)
        if ends == "expiry":
            OrganisationFieldRelease.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        elif ends == "empty":
            for text in ("", "Somebody else"):
                values = {"references": actions.FieldValue(text)}
                actions.update_organisation(firm, by=keeper, values=values)
            assert OrganisationFieldRelease.objects.get().state == State.REVOKED
        elif ends == "hidden":
            change_audience(firm, scopes=[Scope("cluster", photonik.pk)], by=None)
        else:
            Membership.objects.of(asker).update(state="suspended")
            change_audience(firm, scopes=[PLATFORM], by=None)
        assert not reads(asker, references)

    def test_it_goes_with_the_person_who_asked_and_is_in_their_own_data(self, references, asker, keeper):
        actions.release_to_person(references, person=asker, by=keeper)
        told = next(file for file in export(asker) if file.path == "releases.json").content
        assert [(row["field"], row["of"]) for row in told["to_me"]] == [("references", "organisation")]
        assert SECRET not in str(told)
        erase(asker)
        assert not OrganisationFieldRelease.objects.exists()

    @pytest.mark.parametrize("ends", ["", "revoked", "not shown", "for nobody"])
    def test_an_outsider_reads_it_by_a_link(self, client, firm, references, keeper, ends):
        client.force_login(keeper)
        response = client.post(references.outsider_url, {"outsider": "Jo Steuer", "days": "7"})
        link = response.context["link"]
        client.logout()
        assert SECRET not in client.get(link).content.decode()
        if ends == "revoked":
            actions.revoke_release(OrganisationFieldRelease.objects.get(), by=keeper)
        elif ends == "not shown":
            OrganisationMembership.objects.update(state="ended")
        elif ends == "for nobody":
            change_audience(firm, scopes=[EDITORS], by=None)
        answer = client.post(link)
        assert (SECRET in answer.content.decode()) is (ends == "")
        assert answer.status_code == (404 if ends else 200)

    @pytest.mark.parametrize(
        "loses",
        ["keeping it", "the membership", "the firm", "the account", "the person", "managing", "nothing"],
    )
    def test_a_link_ends_with_whoever_made_it_and_the_next_one_reads_why(
        self, client, firm, references, keeper, photonik, operator, loses
    ):
        """Whoever made a link knows it, and would read on by it without belonging to the organisation any more."""
        following = MembershipFactory(cluster=photonik, organisation=firm).person
        maker, membership = keeper, keeper.memberships.get()
        if loses == "managing":
            actions.set_keeper(membership, False, by=operator)
            membership = MembershipFactory(cluster=photonik, role=Role.MANAGER)
            maker = membership.person
        _release, secret = actions.release_to_outsider(references, outsider="Jo Steuer", days=7, by=maker)
        assert actions.released_by_link(secret).outsider == "Jo Steuer"
        actions.set_keeper(following.memberships.get(), True, by=operator)
        assert actions.released_by_link(secret), "further keepers change nothing"
        if loses == "keeping it":
            actions.set_keeper(membership, False, by=following)
        elif loses == "the membership":
            actions.end_membership(membership, by=keeper)
        elif loses == "the firm":
            actions.change_organisation(membership, "Prism Ltd", by=keeper)
        elif loses == "the account":
            type(keeper).objects.filter(pk=keeper.pk).update(is_active=False)
        elif loses == "the person":
            keeper.delete()
        elif loses == "managing":
            MembershipFactory(cluster=photonik, role=Role.MANAGER)
            actions.set_role(membership, Role.MEMBER, by=operator)
        listed = page_of(client, following, "/profile/releases/")
        assert ("Make a new one" in listed) is (loses != "nothing")
        if loses == "nothing":
            assert actions.released_by_link(secret)
        else:
            with pytest.raises(NoSuchLink):
                actions.released_by_link(secret)
            assert (keeper.get_full_name() in listed) is (loses not in ("the person", "managing"))

    def test_links_from_before_belong_to_whom_the_trail_names(self, references, keeper):
        made, _secret = actions.release_to_outsider(references, outsider="Jo Steuer", days=7, by=keeper)
        OrganisationFieldRelease.objects.update(released_by=None)
        migration = import_module("hanse_members.migrations.0038_makers_of_links_so_far")
        migration.name_makers(apps, SimpleNamespace(connection=connection))
        assert OrganisationFieldRelease.objects.get(pk=made.pk).released_by == keeper

    def test_given_unasked_on_the_profile_of_the_reader(self, client, firm, references, keeper, asker, member):
        reader = ProfileFactory(person=asker)
        client.force_login(keeper)
        page = client.get(reader.get_absolute_url())
        assert [item.key for item in page.context["givable"]] == [f"{firm.uid}.references"]
        give = f"/experts/{reader.uid}/give/"
        for nonsense in (f"{firm.uid}.logo", f"{firm.uid}.x", "x.references", "references"):
            assert client.post(give, {"field": nonsense}).status_code == 404
        assert client.post(give, {"field": f"{firm.uid}.references"}).status_code == 302
        assert reads(asker, references)
        client.force_login(member)
        assert client.post(give, {"field": f"{firm.uid}.references"}).status_code == 404

    def test_a_field_that_is_hidden_is_asked_for_like_one_that_is_not_there(self, client, firm, references, asker):
        fill(firm, "phone", scopes=[EDITORS], text="040")
        client.force_login(asker)
        for name in ("phone", "email", "nonsense"):
            assert client.get(references.ask_url.replace("references", name)).status_code == 404
        client.force_login(UserFactory())
        assert client.get(references.ask_url).status_code == 404, "no member"


class TestTaking:
    def test_the_table_has_what_the_list_tells_and_no_formulas(self, client, firm, references, member, asker):
        fill(firm, "offers", text="=1+1")
        client.force_login(asker)
        answer = client.get("/organisations/export.csv")
        assert SECRET not in answer.content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert [(row["Name"], row["Offers"]) for row in rows] == [("Lens Ltd", "'=1+1")]
        client.force_login(member)
        assert SECRET in client.get("/organisations/export.csv").content.decode("utf-8-sig")
        client.force_login(UserFactory())
        assert client.get("/organisations/export.csv").status_code == 404

    def test_the_card_of_an_organisation(self, client, firm):
        fill(firm, "phone", text="+49 30 23125 017")
        fill(firm, "email", scopes=[EDITORS], text="office@lens.example")
        address = f"{firm.get_absolute_url()}card.vcf"
        card = client.get(address)
        assert card["Content-Type"] == "text/vcard; charset=utf-8"
        text = card.content.decode()
        assert "KIND:org" in text
        assert "ORG:Lens Ltd" in text
        assert "TEL:+49 30 23125 017" in text
        assert "office@" not in text
        change_audience(firm, scopes=[EDITORS], by=None)
        assert client.get(address).status_code == 404

    def test_a_search_finds_by_what_the_reader_may_see(self, client, firm, references, member, asker):
        for person, number in ((member, 1), (asker, 0), (None, 0)):
            client.logout()
            if person:
                client.force_login(person)
            found = client.get("/organisations/", {"q": "Prism sons"}).context["item_list"]
            assert found.total == number
        assert Organisation.objects.count() == 1
