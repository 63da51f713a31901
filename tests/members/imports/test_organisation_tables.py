"""Tables of organisations: a verdict on each row, edited values kept, nothing told of foreign organisations."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, Scope
from hanse_activity.models import Follow, Notification
from hanse_members import actions
from hanse_members.models import Organisation, OrganisationImport, OrganisationMembership, OrganisationRecord
from hanse_members.models.organisation_imports import Readers
from hanse_members.organisation_table import loose_name
from hanse_members.organisation_values import values_of
from hanse_members.topic_notifications import FOLLOWED
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.topics import make_topic
from tests.members.imports.conftest import run_table

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
NEW = "/organisations/import/"
State = OrganisationImport.State
PLATFORM = Scope("platform", 0)


def verdicts(found):
    return [(row.number, row.verdict) for row in found.rows.order_by("pk")]


def notes(found, number=2):
    return found.rows.get(number=number).explanations


def outcomes(found):
    return [row.outcome for row in found.rows.order_by("pk")]


def values(name):
    organisation = Organisation.objects.get(name=name)
    return values_of([organisation.pk])[organisation.pk]


class TestVerdicts:
    def test_each_row_gets_one_and_nothing_is_changed(self, client, cluster, manager, brought, carried_out):
        carried_out("external_key;name;place\nK1;Lens Ltd;Jena\nK2;Prism Ltd;Jena\nK9;Gone Ltd;\n")
        OrganisationFactory(name="Mirror GmbH", clusters=[cluster])
        events = AuditEvent.objects.count()
        found = brought(
            "external_key;name;place\n"
            "K1;Lens Ltd;Gera\n"
            "K2;Prism Ltd;Jena\n"
            "K3;New Ltd;Suhl\n"
            "K3;New Ltd again;Suhl\n"
            ";new   ltd;\n"
            "K4;Mirror AG;\n"
            ";;Jena\n"
            f";{'x' * 151};Jena\n"
            f"{'k' * 101};Long Key;\n"
        )
        assert verdicts(found) == [
            (2, "changed"),
            (3, "unchanged"),
            (4, "new"),
            (5, "double"),
            (6, "double"),
            (7, "doubtful"),
            (8, "faulty"),
            (9, "faulty"),
            (10, "faulty"),
            (None, "missing"),
        ]
        assert notes(found) == ["Place: “Jena” becomes “Gera”"]
        assert notes(found, 5) == ["as in row 4"]
        assert "Mirror GmbH" in notes(found, 7)[0]
        assert values("Lens Ltd")["place"] == "Jena"
        assert AuditEvent.objects.count() == events
        client.force_login(manager)
        page = client.get(f"{NEW}{found.pk}/").content.decode()
        assert "Carry out 3 rows" in page
        narrowed = client.get(f"{NEW}{found.pk}/?verdict=faulty").content.decode()
        assert ("Long Key" in narrowed, "Prism Ltd" in narrowed) == (True, False)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("separator", ";,\t|")
    def test_encodings_and_separators_of_common_programs(self, brought, encoding, separator):
        text = "Firma;Ort\nMüller & Söhne GmbH;Köln\n".replace(";", separator)
        row = brought(text.encode(encoding)).rows.get()
        assert (row.name, row.values) == ("Müller & Söhne GmbH", {"place": "Köln"})

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"name\n",
            b"name\n\n  \n",
            b"place\nJena",
            b"name;name\na;b",
            b"PK\x03\x04\x00\x00\x00",
            b"\xff\xfe\x00",
            "name\nMüller\n".encode("utf-16")[:-1],
            "name\nMüller\n".encode("utf-16-le"),
            b"name\nNul\x00l\n",
            b"name\n\x81\x8d\n",
            b'name\n"open',
            "name\nMüller\n".encode() + "Bäcker\n".encode("cp1252"),
            b"name;place\nLens;Jena\nPrism",
            b"name\n" + b"x" * 20_000,
        ],
    )
    def test_what_is_no_such_table_is_said_at_the_field_and_changes_nothing(self, client, manager, data):
        client.force_login(manager)
        answer = client.post(NEW, {"file": SimpleUploadedFile("x.csv", data), "readers": "platform"})
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"file"}
        assert not OrganisationImport.objects.exists()

    def test_values_are_known_by_code_label_or_number(self, brought):
        optics = make_topic("Optics", de="Optik", code="OPT")
        lasers = make_topic("Lasers", de="Laser")
        table = (
            "name;kind;size;region;website;topics;about\n"
            "A;University;120;Thuringia;a.example;Optik|lasers;We\n"
            "B;Forschungsinstitut;large;DE-BY;http://b.example/x;OPT;\n"
            "C;pub;many;Atlantis;no address;Optics, Magic;\n"
        )
        first, second, third = brought(table).rows.order_by("number")
        assert first.values == {
            "kind": "university",
            "size": "medium",
            "region": "DE-TH",
            "website": "https://a.example",
            "about": "We",
            "topics": sorted([optics.pk, lasers.pk]),
        }
        assert second.values == {
            "kind": "institute",
            "size": "large",
            "region": "DE-BY",
            "website": "http://b.example/x",
            "topics": [optics.pk],
        }
        assert third.values == {"topics": [optics.pk]}
        assert third.explanations == [
            "Kind not understood and left out: pub",
            "Size not understood and left out: many",
            "Region not understood and left out: Atlantis",
            "Web address not understood and left out: no address",
            "topic not known and left out: Magic",
        ]

    def test_address_and_telephone_come_into_their_fields(self, carried_out):
        found = carried_out("name;E-Mail;Telefon\nLens Ltd;office@lens.example;+49 40 1234\nPrism;nobody;\n")
        assert (values("Lens Ltd")["email"], values("Lens Ltd")["phone"]) == ("office@lens.example", "+49 40 1234")
        assert notes(found, 3) == ["E-mail address not understood and left out: nobody"]

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("Lens GmbH", "lens AG", True),
            ("Lens GmbH & Co. KG", "Lens", True),
            ("Lens-Werke", "Lens Werke e.V.", True),
            ("Lens", "Prism", False),
            ("AG", "KG", False),
            ("Süd", "Nord", False),
        ],
    )
    def test_names_that_are_alike(self, one, other, same):
        assert (loose_name(one) == loose_name(other)) == same

    def test_the_same_web_address_is_perhaps_a_double(self, cluster, brought):
        OrganisationFactory(name="Lens Ltd", texts={"website": "https://www.lens.example/"}, clusters=[cluster])
        found = brought("name;website\nOther Name;lens.example\n")
        assert verdicts(found) == [(2, "doubtful")]

    @pytest.mark.parametrize("scopes", [[PLATFORM], [EDITORS]])
    def test_organisations_elsewhere_are_never_told_of(self, cluster, brought, carried_out, scopes):
        """Neither by name, web address nor key, before and after."""
        other = ClusterFactory()
        theirs = OrganisationFactory(
            name="Secret Ltd", texts={"website": "https://s.example"}, clusters=[other], scopes=scopes
        )
        OrganisationRecord.objects.create(cluster=other, organisation=theirs, key="S1", said={"name": "Secret Ltd"})
        found = carried_out("external_key;name;website\nS1;Secret Ltd;s.example\nS2;Free Ltd;f.example\n")
        known, unknown = (
            {field: getattr(row, field) for field in ("verdict", "notes", "same_as", "outcome")}
            for row in found.rows.order_by("number")
        )
        assert known == unknown == {"verdict": "new", "notes": [], "same_as": None, "outcome": "added"}
        assert Organisation.objects.filter(name="Secret Ltd").count() == 2

    def test_of_one_that_another_management_answers_for_nothing_is_compared(self, cluster, brought, carried_out):
        home = ClusterFactory()
        theirs = OrganisationFactory(
            name="Shared Ltd", clusters=[home, cluster], place="Jena", texts={"website": "https://s.example"}
        )
        found = carried_out("name;place\nShared Ltd;Gera\nElse;\n")
        assert verdicts(found)[0] == (2, "kept")
        assert notes(found) == ["another management answers for this organisation"]
        assert "Jena" not in str(found.rows.get(number=2).notes)
        theirs.refresh_from_db()
        assert theirs.place == "Jena"
        assert verdicts(brought("name;website\nAnything;s.example\n")) == [(2, "new"), (None, "missing")]

    def test_one_that_only_asks_to_take_part_is_not_compared_either(self, cluster, brought):
        home = ClusterFactory()
        theirs = OrganisationFactory(name="Asking Ltd", clusters=[home], scopes=[EDITORS], place="Jena")
        OrganisationMembership.objects.create(organisation=theirs, cluster=cluster, state="applied")
        found = brought("name;place\nasking ltd;Gera\n")
        assert (verdicts(found), notes(found)) == ([(2, "kept")], ["another management answers for this organisation"])


class TestCarryingOut:
    TABLE = "external_key;name;place;size\nK1;Lens Ltd;Jena;12\nK2;Prism Ltd;Gera;\n;Free Ltd;Suhl;\n"

    def test_new_ones_are_members_of_the_cluster(
        self, client, cluster, manager, brought, django_capture_on_commit_callbacks
    ):
        found = brought(self.TABLE)
        client.force_login(manager)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{NEW}{found.pk}/")
        found.refresh_from_db()
        assert (found.state, outcomes(found)) == (State.DONE, ["added"] * 3)
        lens = Organisation.objects.get(name="Lens Ltd")
        assert lens.memberships.get().state == "approved"
        assert lens.memberships.get().cluster == cluster
        assert (values("Lens Ltd")["place"], values("Lens Ltd")["size"]) == ("Jena", "small")
        assert lens.audience.scope_set == {PLATFORM}
        assert "Added: 3" in client.get(f"{NEW}{found.pk}/").content.decode()
        event = AuditEvent.objects.get(verb="organisations.imported")
        assert (event.data, event.scope_id) == ({"added": 3, "updated": 0}, cluster.pk)

    def test_they_can_be_for_the_cluster_alone(self, cluster, carried_out):
        carried_out(self.TABLE, readers=Readers.CLUSTER)
        assert Organisation.objects.get(name="Lens Ltd").audience.scope_set == {Scope("cluster", cluster.pk)}

    def test_a_second_run_changes_nothing(self, carried_out):
        carried_out(self.TABLE)
        records = list(OrganisationRecord.objects.order_by("pk").values("organisation", "key", "said"))
        changed = AuditEvent.objects.exclude(verb="organisations.imported").count()
        again = carried_out(self.TABLE)
        assert [verdict for _number, verdict in verdicts(again)] == ["unchanged"] * 3
        assert outcomes(again) == ["left"] * 3
        assert AuditEvent.objects.exclude(verb="organisations.imported").count() == changed
        assert list(OrganisationRecord.objects.order_by("pk").values("organisation", "key", "said")) == records

    def test_what_came_from_the_table_is_updated_and_what_members_edited_is_kept(self, manager, carried_out):
        carried_out("external_key;name;place;region;about\nK1;Lens Ltd;Jena;Thüringen;From the table\n")
        lens = Organisation.objects.get()
        actions.update_organisation(lens, by=manager, values={"about": actions.FieldValue("By us")})
        again = carried_out(
            "external_key;name;place;region;about\nK1;Lens Limited;Gera;Thüringen;Newer from the table\n"
        )
        assert verdicts(again) == [(2, "changed")]
        assert notes(again) == [
            "Name: “Lens Ltd” becomes “Lens Limited”",
            "Place: “Jena” becomes “Gera”",
            "What it does was edited here and stays “By us”; the table says “Newer from the table”",
        ]
        lens.refresh_from_db()
        assert (lens.name, values("Lens Limited")["place"], values("Lens Limited")["about"]) == (
            "Lens Limited",
            "Gera",
            "By us",
        )
        third = carried_out("external_key;name;about\nK1;Lens Limited;Newest\n")
        assert verdicts(third) == [(2, "kept")]
        assert values("Lens Limited")["about"] == "By us"

    def test_topics_are_kept_like_any_value(self, manager, carried_out):
        one, two, three = (make_topic(name) for name in ("One", "Two", "Three"))
        carried_out("name;topics\nLens Ltd;One|Two\n")
        carried_out("name;topics\nLens Ltd;Two|Three\n")
        assert values("Lens Ltd")["topics"] == sorted([two.pk, three.pk])
        actions.update_organisation(Organisation.objects.get(), by=manager, topics=[one])
        assert verdicts(carried_out("name;topics\nLens Ltd;Two\n")) == [(2, "kept")]
        assert values("Lens Ltd")["topics"] == [one.pk]

    def test_nobody_who_follows_a_topic_is_told_of_rows(self, manager, carried_out, django_capture_on_commit_callbacks):
        one, two = make_topic("One"), make_topic("Two")
        for topic in (one, two):
            Follow.objects.create(person=MembershipFactory().person, kind=FOLLOWED, object_id=topic.pk)
        with django_capture_on_commit_callbacks(execute=True):
            carried_out("name;topics\nLens Ltd;One\n")
            carried_out("name;topics\nLens Ltd;One|Two\n")
        assert values("Lens Ltd")["topics"] == sorted([one.pk, two.pk])
        assert not Notification.objects.filter(kind="topics.organisation").exists()
        lens = Organisation.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            actions.update_organisation(lens, by=manager, topics=[])
            actions.update_organisation(lens, by=manager, topics=[two])
        assert Notification.objects.filter(kind="topics.organisation").count() == 1, "by hand they are"

    def test_what_was_there_before_is_filled_but_not_overwritten(self, cluster, carried_out):
        OrganisationFactory(name="Lens Ltd", clusters=[cluster], place="Jena")
        carried_out("external_key;name;place;about\nK1;lens  ltd;Gera;We grind\n")
        assert Organisation.objects.get().name == "Lens Ltd"
        assert (values("Lens Ltd")["place"], values("Lens Ltd")["about"]) == ("Jena", "We grind")
        assert OrganisationRecord.objects.get().key == "K1"

    def test_an_empty_cell_and_a_missing_column_change_nothing(self, carried_out):
        carried_out("external_key;name;place;about\nK1;Lens Ltd;Jena;We\n")
        assert verdicts(carried_out("external_key;name;place\nK1;Lens Ltd;\n")) == [(2, "unchanged")]
        assert values("Lens Ltd")["place"] == "Jena"

    def test_what_is_missing_is_told_and_stays(self, client, manager, carried_out):
        carried_out(self.TABLE)
        found = carried_out("external_key;name\nK1;Lens Ltd\n")
        missing = found.rows.filter(verdict="missing")
        assert sorted(missing.values_list("name", flat=True)) == ["Free Ltd", "Prism Ltd"]
        assert Organisation.objects.shown().count() == 3
        client.force_login(manager)
        assert "Prism Ltd" in client.get(f"{NEW}{found.pk}/").content.decode()

    @pytest.mark.parametrize("decision", ["same", "new", ""])
    def test_the_management_says_what_a_doubtful_row_is(self, client, cluster, manager, brought, decision):
        lens = OrganisationFactory(name="Lens GmbH", clusters=[cluster])
        found = brought("external_key;name;place\nK1;Lens AG;Jena\nK2;Else;\n")
        row = found.rows.get(number=2)
        client.force_login(manager)
        client.post(f"{NEW}{found.pk}/rows/{row.pk}/", {"decision": decision})
        run_table(found, by=manager)
        lens.refresh_from_db()
        row.refresh_from_db()
        names = sorted(Organisation.objects.exclude(name="Else").values_list("name", flat=True))
        expected = {
            "same": (["Lens GmbH"], "updated", {"K1", "K2"}),
            "new": (["Lens AG", "Lens GmbH"], "added", {"K1", "K2"}),
            "": (["Lens GmbH"], "", {"K2"}),
        }
        keys = set(OrganisationRecord.objects.values_list("key", flat=True))
        assert (names, row.outcome, keys) == expected[decision]
        if decision == "same":
            assert lens.place == "Jena"
            assert verdicts(brought("external_key;name\nK1;Lens AG\n"))[0] == (2, "kept"), "its name was given here"

    def test_odd_decisions_are_not_taken(self, client, cluster, manager, brought):
        OrganisationFactory(name="Lens GmbH", clusters=[cluster])
        found = brought("name\nLens AG\nElse\n")
        client.force_login(manager)
        doubtful, new = found.rows.order_by("number")
        assert client.post(f"{NEW}{found.pk}/rows/{doubtful.pk}/", {"decision": "x"}).status_code == 404
        assert client.get(f"{NEW}{found.pk}/rows/{doubtful.pk}/").status_code == 405
        client.post(f"{NEW}{found.pk}/rows/{new.pk}/", {"decision": "same"})
        other = brought("name\nLens KG\n").rows.get()
        assert client.post(f"{NEW}{found.pk}/rows/{other.pk}/", {"decision": "same"}).status_code == 404
        assert set(found.rows.values_list("decision", flat=True)) == {""}

    def test_what_is_something_else_by_the_time_is_left_out_and_said(self, cluster, manager, brought):
        found = brought("name\nLens Ltd\nPrism Ltd\n")
        OrganisationFactory(name="Lens GmbH", clusters=[cluster])
        run_table(found, by=manager)
        assert outcomes(found) == ["refused", "added"]
        assert "something else" in notes(found)[-1]

    def test_one_that_was_edited_after_the_preview_is_kept(self, manager, brought, carried_out):
        carried_out("name;place\nLens Ltd;Jena\n")
        found = brought("name;place\nLens Ltd;Gera\n")
        actions.update_organisation(Organisation.objects.get(), by=manager, place="Suhl")
        run_table(found, by=manager)
        assert (outcomes(found), values("Lens Ltd")["place"]) == (["left"], "Suhl")

    def test_a_key_leads_to_the_organisation_even_under_another_name(self, carried_out):
        carried_out("external_key;name\nK1;Lens Ltd\n")
        carried_out("external_key;name\nK1;Lens and Mirrors Ltd\n")
        assert Organisation.objects.get().name == "Lens and Mirrors Ltd"

    def test_another_key_for_a_known_name_is_doubtful(self, brought, carried_out):
        carried_out("external_key;name\nK1;Lens Ltd\n")
        assert verdicts(brought("external_key;name\nK7;Lens Ltd\n"))[0] == (2, "doubtful")

    def test_one_whose_part_has_ended_is_left(self, cluster, manager, carried_out):
        carried_out("external_key;name\nK1;Lens Ltd\n")
        actions.end_organisation(OrganisationMembership.objects.get(), by=manager)
        again = carried_out("external_key;name\nK1;Lens Limited\n")
        assert (verdicts(again), outcomes(again)) == ([(2, "kept")], ["left"])
        assert Organisation.objects.get().name == "Lens Ltd"
