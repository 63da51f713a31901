"""The facts of a cluster: said by its managers, shown to everybody, left alone by the import."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hanse_access.models import AuditEvent
from hanse_base.row_import import Verdict
from hanse_members import actions
from hanse_members.entry_import import import_entries
from hanse_members.facts import facts_of
from hanse_members.models import ClusterEntry, ClusterPage
from tests.factories.clusters import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
TABLE = "name;region;founded;members;smes;field;website\nA;Bayern;2000;10;5;Optik;a.example\nB;Hessen;;;;;\n"


def run():
    return import_entries(TABLE.encode(), as_of="2021", source="A brochure")


def said(**changes):
    return {
        "members": "120",
        "members_exactness": "exact",
        "smes": "80",
        "as_of": "3/2026",
        "founded": "2001",
        "regions": ["DE-HH", "DE-SH"],
        "work": "Lasers\nOptics",
        "carrier": "Verein Photonik e. V.",
        "management": "Ada Example, head of office\nBen Example, events",
        "bodies": "Board of five\nAdvisory board",
        "website": "https://www.Photonik.example/",
    } | changes


def is_untouched(cluster):
    entry = ClusterEntry.objects.with_facts().get(cluster=cluster)
    return entry.name == cluster.name and not entry.website and facts_of(entry) is None


@pytest.fixture
def address(photonik):
    return reverse("hanse_members:edit_facts", args=[photonik.slug])


@pytest.fixture
def save(client, manager, address):
    client.force_login(manager)
    return lambda **changes: client.post(address, said(**changes))


class TestEditing:
    def test_the_managers_say_what_everybody_then_reads(self, client, photonik, save):
        assert save().status_code == 302
        entry = photonik.entry
        assert (entry.members, entry.smes, entry.as_of, entry.website) == (120, 80, "3/2026", "photonik.example")
        assert {region.code for region in entry.regions.all()} == {"DE-HH", "DE-SH"}
        client.logout()
        page = client.get(ClusterPage.objects.get(cluster=photonik, locale__language_code="en").url).content.decode()
        for words in ("120", "Verein Photonik e. V.", "Ben Example, events", "Figures as of 3/2026", "Advisory board"):
            assert words in page
        assert "120 members, 80 of them" in client.get("/en/c/").content.decode()

    def test_it_is_on_record_what_was_changed(self, manager, photonik, save):
        save()
        save(carrier="Another", as_of="")
        events = AuditEvent.objects.filter(verb="entry.changed", scope_id=photonik.pk).order_by("pk")
        assert [event.actor.user for event in events] == [manager, manager]
        assert events[1].data["fields"] == ["carrier"]
        save(carrier="Another", as_of="")
        assert events.count() == 2

    def test_new_figures_need_their_time_and_lose_the_old_source(self, photonik, save):
        save(source="Annual report")
        refused = save(members="130", as_of="")
        assert refused.status_code == 400
        assert "as_of" in refused.context["form"].errors
        assert save(members="130", as_of="4/2026").status_code == 302
        entry = ClusterEntry.objects.get(cluster=photonik)
        assert (entry.members, entry.as_of, entry.source) == (130, "4/2026", "")

    def test_the_same_figures_keep_their_time_and_source(self, photonik, save):
        save(source="Annual report")
        save(carrier="Another", as_of="", source="")
        entry = ClusterEntry.objects.get(cluster=photonik)
        assert (entry.carrier, entry.as_of, entry.source) == ("Another", "3/2026", "Annual report")

    def test_nothing_is_put_in_the_place_of_what_is_not_known(self, photonik, save):
        save(members="", smes="", as_of="")
        entry = ClusterEntry.objects.get(cluster=photonik)
        assert (entry.members, entry.smes, entry.as_of) == (None, None, "")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("members", "about 100"),
            ("members", "-1"),
            ("smes", "121"),
            ("founded", "1066"),
            ("founded", "2999"),
            ("as_of", "soon"),
            ("as_of", "2999"),
            ("as_of", "13/2020"),
            ("website", "no address"),
            ("website", "https://a.example"),
            ("regions", ["XX"]),
            ("work", "\n".join(f"Field {n}" for n in range(13))),
            ("work", "x" * 151),
            ("carrier", "a\x00b"),
            ("members_exactness", "perhaps"),
        ],
    )
    def test_bad_input_is_said_beside_its_field(self, photonik, save, field, value):
        run()
        answer = save(**{field: value})
        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == [field]
        assert is_untouched(photonik)

    @pytest.mark.parametrize("role", ["member", "editor", "foreign", "nobody"])
    def test_for_others_the_form_is_not_there(self, client, photonik, leichtbau, address, role):
        if role == "foreign":
            person = MembershipFactory(cluster=leichtbau, role="manager").person
        elif role == "nobody":
            person = MembershipFactory(cluster=photonik, state="applied").person
        else:
            person = MembershipFactory(cluster=photonik, role=role).person
        client.force_login(person)
        assert client.get(address).status_code == client.post(address, said()).status_code == 404
        with pytest.raises(actions.NotPermitted):
            actions.save_facts(photonik, by=person, regions=[], fields=[], carrier="Mine")
        assert is_untouched(photonik)

    def test_visitors_sign_in_first(self, client, address):
        assert "/accounts/login/" in client.get(address).url

    def test_the_action_knows_no_other_columns(self, photonik, manager):
        with pytest.raises(TypeError):
            actions.save_facts(photonik, by=manager, regions=[], fields=[], cluster=None)


class TestImport:
    def test_what_the_managers_said_is_left_alone_also_under_a_new_web_address(self, photonik, manager):
        run()
        ClusterEntry.objects.filter(cluster=photonik).delete()
        ClusterEntry.objects.filter(website="a.example").update(cluster=photonik)
        actions.save_facts(
            photonik, by=manager, regions=[], fields=[], members=77, as_of="2026", website="new.example", carrier="X"
        )
        before = list(ClusterEntry.objects.order_by("pk").values())
        assert [finding.verdict for finding in run()] == [Verdict.KEPT, Verdict.UNCHANGED]
        assert list(ClusterEntry.objects.order_by("pk").values()) == before

    def test_a_cluster_that_said_its_facts_first_does_not_get_a_second_entry(self, photonik, manager):
        for website in ("a.example", "other.example"):
            ClusterEntry.objects.all().delete()
            ClusterEntry.objects.create(name="A", website=website, cluster=photonik)
            assert [finding.verdict for finding in run()] == [Verdict.KEPT, Verdict.NEW]
            assert [finding.verdict for finding in run()] == [Verdict.KEPT, Verdict.UNCHANGED]

    def test_the_address_of_another_entry_cannot_be_taken(self, photonik, manager):
        run()
        with pytest.raises(ValidationError) as refusal:
            actions.save_facts(photonik, by=manager, regions=[], fields=[], website="a.example")
        assert list(refusal.value.message_dict) == ["website"]


def test_the_directory_is_a_table_without_formulas(client, photonik, leichtbau, manager, operator):
    run()
    actions.save_facts(
        photonik, by=manager, regions=["DE-HH"], fields=["Lasers"], members=12, as_of="2026", carrier="=1+1"
    )
    actions.suspend_cluster(leichtbau, by=operator)
    answer = client.get(reverse("hanse_members:export_clusters"))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[:2] for line in lines[1:]] == [["Photonik Nord", "Yes"], ["A", "No"], ["B", "No"]]
    row = dict(zip(lines[0], lines[1], strict=True))
    assert (row["Members"], row["Regions"], row["carrier"], row["Source"]) == (
        "12",
        "Hamburg",
        "'=1+1",
        "the cluster itself",
    )
