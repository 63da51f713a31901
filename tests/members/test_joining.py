"""A cluster joins: somebody applies and accepts the contract, an operator decides, and nothing happens twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.viewer import Viewer
from hanse_activity.models import Notification
from hanse_base.waiting import waiting_url
from hanse_members import actions
from hanse_members.models import (
    Cluster,
    ClusterApplication,
    ClusterEntry,
    ClusterPage,
    Membership,
    Terms,
    TermsAcceptance,
)
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
FORM = "hanse_members:join_form"


@pytest.fixture
def contract(operator):
    return actions.issue_terms(cluster=None, kind="contract", texts={"en": "Keep in touch."}, by=operator)


@pytest.fixture
def entry(two_clusters):
    return ClusterEntry.objects.create(name="Keramik Ost", website="keramik.example", smes=30, members=40, as_of="2021")


def claimed(entry, cluster):
    ClusterEntry.objects.filter(cluster=cluster).delete()
    ClusterEntry.objects.filter(pk=entry.pk).update(cluster=cluster)


@pytest.fixture
def person():
    return UserFactory(first_name="Ada", last_name="Example", email="ada@keramik.example")


@pytest.fixture
def said(contract, entry):
    return {
        "entry": entry.pk,
        "name": "Keramik Ost",
        "carrier": "Keramik e. V.",
        "function": "Head of the office",
        "contributes": "A laboratory",
        "members": "52",
        "kinds": ["company"],
        "regions": ["DE-SN"],
        "languages": ["de"],
        f"terms-{contract.pk}": "on",
    }


@pytest.fixture
def send(client, person, said):
    client.force_login(person)
    return lambda **changes: client.post(reverse(FORM), said | changes)


@pytest.fixture
def applied(send, person):
    assert send().status_code == 302
    return ClusterApplication.objects.get(applicant=person)


def errors(answer):
    assert answer.status_code == 400
    return list(answer.context["form"].errors)


def do(client, operator, application, action, reason=""):
    client.force_login(operator)
    data = {
        "kind": "cluster-applications",
        "do": f"{action}:{application.pk}",
        f"reason-{action}-{application.pk}": reason,
    }
    return client.post(waiting_url(), data, follow=True).content.decode()


class TestApplying:
    def test_everybody_reads_what_is_asked(self, client, contract):
        page = client.get(reverse("hanse_members:join")).content.decode()
        assert contract.get_absolute_url() in page
        assert "/accounts/login/" in client.get(reverse(FORM)).url

    def test_it_is_sent_with_the_contract_and_the_operators_hear_of_it(
        self, send, person, operator, contract, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = send()
        application = ClusterApplication.objects.get()
        assert answer.url == application.get_absolute_url()
        assert (application.state, application.slug, application.members) == ("sent", "keramik-ost", 52)
        accepted = TermsAcceptance.objects.by(person).get()
        assert accepted.terms == contract
        assert accepted.accepted_at > timezone.now() - timedelta(minutes=1)
        assert Notification.objects.get(kind="clusters.applied").recipient == operator
        assert [message.to for message in mail.outbox] == [[operator.email]]
        assert AuditEvent.objects.filter(verb="cluster_application.sent").exists()

    def test_without_the_contract_nothing_is_sent(self, send, contract, person):
        assert errors(send(**{f"terms-{contract.pk}": ""})) == [f"terms-{contract.pk}"]
        with pytest.raises(actions.NotPossible):
            actions.apply_with_cluster(person=person, name="X", carrier="Y")
        assert not ClusterApplication.objects.exists()

    def test_a_version_issued_meanwhile_is_asked_for(self, send, operator):
        newer = actions.issue_terms(cluster=None, kind="contract", texts={"en": "More."}, by=operator)
        assert errors(send()) == [f"terms-{newer.pk}"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("carrier", ""),
            ("function", ""),
            ("contributes", ""),
            ("members", "about fifty"),
            ("members", ""),
            ("members", "0"),
            ("kinds", []),
            ("slug", "a b"),
            ("slug", "photonik-nord"),
            ("name", "PHOTONIK Nord"),
            ("entry", "987654"),
            ("regions", ["XX"]),
            ("kinds", ["kings"]),
            ("languages", ["xx"]),
        ],
    )
    def test_bad_input_is_said_beside_its_field_and_kept(self, send, field, value):
        answer = send(**{field: value})
        assert errors(answer) == [field]
        assert "Head of the office" in answer.content.decode() or field == "function"

    def test_the_address_of_a_closed_cluster_is_never_given_again(self, send, leichtbau, operator):
        actions.close_cluster(leichtbau, by=operator)
        assert errors(send(slug="leichtbau-sued")) == ["slug"]

    def test_a_draft_keeps_what_was_typed_right_or_wrong(self, client, send, person):
        send(later="yes", members="about fifty", carrier="a\x00b" + "x" * 5000)
        application = ClusterApplication.objects.get(applicant=person)
        assert application.state == "draft"
        form = client.get(reverse(FORM)).context["form"]
        assert form["members"].value() == "about fifty"
        assert form["regions"].value() == ["DE-SN"]
        assert form["carrier"].value().startswith("abx")
        assert not Notification.objects.exists()
        assert send().status_code == 302
        application.refresh_from_db()
        assert (application.state, application.typed) == ("sent", {})

    def test_who_applies_twice_is_led_to_the_first(self, client, applied, send, person):
        for answer in (client.get(reverse(FORM)), send(name="Another")):
            assert answer.url == applied.get_absolute_url()
        with pytest.raises(actions.NotPossible, match="applied already"):
            actions.apply_with_cluster(person=person, name="Another", carrier="Z")
        assert ClusterApplication.objects.count() == 1

    def test_a_second_claim_of_the_same_entry_is_answered_clearly(self, client, applied, said):
        client.force_login(UserFactory())
        answer = client.post(reverse(FORM), said | {"name": "Other", "slug": "other"})
        assert errors(answer) == ["entry"]
        assert "has not decided yet" in answer.content.decode()
        assert "Ada" not in answer.content.decode()

    def test_an_entry_that_is_taken_is_not_offered(self, client, entry, photonik, send):
        claimed(entry, photonik)
        assert errors(send()) == ["entry"]
        assert entry.name not in client.get(f"{reverse(FORM)}?entry={entry.pk}").content.decode()

    def test_the_form_begins_with_what_the_directory_says(self, client, person, entry):
        client.force_login(person)
        form = client.get(f"{reverse(FORM)}?entry={entry.pk}").context["form"]
        assert (form["entry"].value(), form["name"].value()) == (entry.pk, "Keramik Ost")
        for odd in ("x", "9" * 30, "-1", "987654"):
            assert client.get(f"{reverse(FORM)}?entry={odd}").status_code == 200

    def test_it_can_be_withdrawn_and_sent_anew(self, client, applied, send):
        client.post(reverse("hanse_members:withdraw_cluster", args=[applied.uid]))
        applied.refresh_from_db()
        assert applied.state == "withdrawn"
        assert send().status_code == 302
        assert ClusterApplication.objects.count() == 2

    def test_others_do_not_find_it(self, client, applied, operator):
        for person in (UserFactory(), operator):
            client.force_login(person)
            assert client.get(applied.get_absolute_url()).status_code == 404
            assert client.post(reverse("hanse_members:withdraw_cluster", args=[applied.uid])).status_code == 404
            with pytest.raises(actions.NotPermitted):
                actions.withdraw_application(applied, by=person)

    def test_nobody_floods_the_operators(self, client, send):
        for _ in range(6):
            answer = send()
            for application in ClusterApplication.objects.open():
                client.post(reverse("hanse_members:withdraw_cluster", args=[application.uid]))
        assert errors(answer) == ["__all__"]
        assert ClusterApplication.objects.count() == 5


class TestDeciding:
    def test_the_operator_reads_all_that_is_needed(self, client, applied, operator, contract):
        client.force_login(operator)
        page = client.get(waiting_url()).content.decode()
        for words in ("Keramik e. V.", "Head of the office", "A laboratory", "52", "Saxony", "ada@keramik.example"):
            assert words in page
        assert "belongs to this web address" in page
        assert contract.get_absolute_url() in page

    def test_an_address_of_elsewhere_is_said(self, client, send, person, operator):
        person.email = "ada@notkeramik.example"
        person.save()
        send()
        client.force_login(operator)
        assert "please make sure who it is" in client.get(waiting_url()).content.decode()

    def test_admitting_founds_the_cluster_with_its_manager_and_its_entry(
        self, client, applied, operator, person, entry, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            do(client, operator, applied, "admit")
        cluster = Cluster.objects.get(slug="keramik-ost")
        assert ClusterPage.objects.filter(cluster=cluster, live=True).count() == 2
        assert (cluster.collection is not None, cluster.languages) == (True, ["de"])
        assert Membership.objects.get(person=person, cluster=cluster).role == Role.MANAGER
        assert Viewer.of(person).decides["cluster"] == {cluster.pk}
        entry.refresh_from_db()
        assert (entry.cluster, entry.members, entry.smes, entry.carrier) == (cluster, 52, None, "Keramik e. V.")
        now = timezone.localtime()
        assert entry.as_of == f"{now.month}/{now.year}"
        applied.refresh_from_db()
        assert (applied.state, applied.cluster, applied.decided_by) == ("admitted", cluster, operator)
        assert AuditEvent.objects.filter(verb="cluster_application.admitted", scope_id=cluster.pk).exists()
        assert {message.to[0] for message in mail.outbox} == {person.email}
        client.force_login(person)
        assert cluster.get_absolute_url() in client.get(applied.get_absolute_url()).content.decode()

    def test_a_cluster_that_was_not_in_the_directory_gets_an_entry(self, send, operator):
        send(entry="", name="New One", slug="new-one")
        cluster = actions.admit_cluster(ClusterApplication.objects.get(), by=operator)
        assert (cluster.entry.name, cluster.entry.carrier, cluster.entry.members) == ("New One", "Keramik e. V.", 52)

    def test_declining_needs_a_reason_which_the_applicant_reads(
        self, client, applied, operator, person, django_capture_on_commit_callbacks
    ):
        assert "Please give a reason" in do(client, operator, applied, "decline")
        with django_capture_on_commit_callbacks(execute=True):
            do(client, operator, applied, "decline", "Too far from our fields.")
        applied.refresh_from_db()
        assert applied.state == "declined"
        assert "Too far from our fields." in mail.outbox[0].body
        client.force_login(person)
        assert "Too far from our fields." in client.get(applied.get_absolute_url()).content.decode()

    def test_a_question_goes_back_and_forth(self, client, applied, operator, person, said):
        do(client, operator, applied, "ask", "Who stands behind it?")
        assert not ClusterApplication.objects.sent().exists()
        client.force_login(person)
        page = client.get(reverse(FORM)).content.decode()
        assert "Who stands behind it?" in page
        assert "Head of the office" in page
        client.post(reverse(FORM), said | {"carrier": "City and chambers"})
        applied.refresh_from_db()
        assert (applied.state, applied.carrier) == ("sent", "City and chambers")
        assert ClusterApplication.objects.count() == 1

    def test_mails_are_in_the_language_of_the_reader(
        self, applied, operator, person, django_capture_on_commit_callbacks
    ):
        person.language = "de"
        person.save()
        with django_capture_on_commit_callbacks(execute=True):
            actions.decline_cluster(applied, reason="Nein.", by=operator)
        assert "wurde abgelehnt" in mail.outbox[0].body

    @pytest.mark.parametrize("action", ["admit", "decline", "ask"])
    def test_an_operator_who_decides_twice_is_told(self, client, applied, operator, action):
        actions.admit_cluster(applied, by=operator)
        assert "does not wait for you any more" in do(client, operator, applied, action, "Because")
        again = {"admit": actions.admit_cluster, "decline": actions.decline_cluster, "ask": actions.ask_applicant}
        said = {} if action == "admit" else {"reason": "Because"}
        with pytest.raises(actions.NotPossible, match="decided in the meantime"):
            again[action](applied, by=operator, **said)
        assert Cluster.objects.filter(slug="keramik-ost").count() == 1

    def test_an_address_given_away_meanwhile_is_told_and_nothing_is_left(self, client, applied, operator):
        actions.create_cluster(name="Faster", slug="keramik-ost", by=operator)
        pages = ClusterPage.objects.count()
        assert "Keramik Ost: " in do(client, operator, applied, "admit")
        applied.refresh_from_db()
        assert applied.state == "sent"
        assert ClusterPage.objects.count() == pages

    def test_an_applicant_who_is_gone_cannot_be_admitted(self, client, applied, operator, person):
        person.is_active = False
        person.save()
        do(client, operator, applied, "admit")
        assert not Cluster.objects.filter(slug="keramik-ost").exists()

    @pytest.mark.parametrize("who", ["manager", "applicant"])
    def test_only_operators_decide(self, client, applied, who, person, photonik):
        by = person if who == "applicant" else MembershipFactory(cluster=photonik, role=Role.MANAGER).person
        client.force_login(by)
        assert "Keramik" not in client.get(waiting_url()).content.decode()
        do(client, by, applied, "admit")
        for act in (actions.admit_cluster, actions.decline_cluster, actions.ask_applicant):
            with pytest.raises(actions.NotPermitted):
                act(applied, by=by, **({} if act is actions.admit_cluster else {"reason": "x"}))
        assert not Cluster.objects.filter(slug="keramik-ost").exists()


class TestContract:
    def test_a_new_version_is_asked_of_managers_and_of_nobody_else(self, client, photonik, manager, contract, operator):
        member = MembershipFactory(cluster=photonik).person
        assert list(actions.terms_asked_of(manager)) == [contract]
        assert not actions.terms_asked_of(member).exists()
        client.force_login(manager)
        assert "Contract with clusters" in client.get(reverse("hanse_base:dashboard")).content.decode()
        client.post(reverse("hanse_members:accept_terms"), {"terms": [contract.pk]})
        assert not actions.terms_asked_of(manager).exists()
        newer = actions.issue_terms(cluster=None, kind="contract", texts={"en": "More."}, by=operator)
        assert list(actions.terms_asked_of(manager)) == [newer]

    def test_it_stands_beside_the_terms_of_members(self, contract, operator, photonik, client):
        terms = actions.issue_terms(cluster=None, texts={"en": "Be fair."}, by=operator)
        assert (terms.version, contract.version) == (1, 1)
        assert list(Terms.objects.asked_of([photonik])) == [terms]
        assert list(Terms.objects.contract()) == [contract]
        page = client.get(contract.get_absolute_url()).content.decode()
        assert terms.get_absolute_url() not in page.partition("<main")[2].partition("</main>")[0]

    def test_its_digest_tells_it_from_terms_of_the_same_words(self, contract):
        other = Terms(cluster=None, version=contract.version, texts=contract.texts)
        assert contract.digest == contract.compute_digest() != other.compute_digest()

    def test_no_cluster_issues_it(self, client, photonik, manager, operator):
        with pytest.raises(actions.NotPermitted):
            actions.issue_terms(cluster=None, kind="contract", texts={"en": "Mine."}, by=manager)
        with pytest.raises(actions.NotPossible):
            actions.issue_terms(cluster=photonik, kind="contract", texts={"en": "Mine."}, by=operator)
        client.force_login(manager)
        data = {"cluster": photonik.pk, "kind": "contract", "text_en": "Mine."}
        client.post(reverse("hanse_members_terms:add"), data)
        assert Terms.objects.get().kind == "members"

    def test_operators_issue_it_in_the_administration(self, client, operator, photonik):
        client.force_login(operator)
        address = reverse("hanse_members_terms:add")
        refused = client.post(address, {"cluster": photonik.pk, "kind": "contract", "text_en": "Ours."})
        assert "cluster" in refused.context["form"].errors
        client.post(address, {"cluster": "", "kind": "contract", "text_en": "Ours."})
        assert Terms.objects.get().kind == "contract"


def test_what_was_said_goes_with_the_account_and_is_handed_out(applied, person):
    from hanse_members.cluster_waiting import erase, export

    (told,) = export(person)
    assert told.content[0]["carrier"] == "Keramik e. V."
    erase(person)
    assert not ClusterApplication.objects.exists()


def test_the_database_keeps_one_open_application_and_one_claim(applied, entry):
    from django.db import IntegrityError, transaction

    for fields in ({"applicant": applied.applicant}, {"applicant": UserFactory(), "entry": entry, "state": "sent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClusterApplication.objects.create(**fields)


def test_an_entry_that_was_claimed_meanwhile_is_refused(entry, photonik, person, contract):
    actions.accept_terms([contract], by=person)
    claimed(entry, photonik)
    with pytest.raises(ValidationError) as refusal:
        actions.apply_with_cluster(person=person, name="X", carrier="Y", entry=entry)
    assert list(refusal.value.message_dict) == ["entry"]
