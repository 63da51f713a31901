"""The directory of clusters from the real table: awkward values are read or told, never guessed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.html import strip_tags

import hanse_site.demo
from hanse_base.row_import import Verdict
from hanse_members.actions import merge_topics
from hanse_members.entry_import import import_entries
from hanse_members.models import ClusterEntry
from tests.factories.clusters import ClusterFactory
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
FILE = Path(hanse_site.demo.__file__).parent / "data" / "clusters.csv"
HEADING = "name;region;founded;members;smes;field;website\n"
SOURCE = {"as_of": "2021", "source": "A brochure"}


def run(text: str):
    return import_entries((HEADING + text).encode(), **SOURCE)


@pytest.fixture
def real():
    return import_entries(FILE.read_bytes(), **SOURCE)


def test_all_rows_are_read_and_doubles_merged_by_web_address(real):
    assert len(real) == 42
    assert [finding.number for finding in real if finding.verdict == Verdict.DOUBLE] == [37, 43]
    assert ClusterEntry.objects.count() == 40
    biom = ClusterEntry.objects.get(website="bio-m.org")
    assert (biom.name, biom.other_names) == ("Munich Biotech", ["BioM Biotech Cluster Development GmbH"])
    center = ClusterEntry.objects.get(website="vdc-fellbach.de")
    assert {each.name for each in center.fields.all()} == {
        "Informations- und Kommunikationstechnologien",
        "Virtuelles Engineering",
    }


@pytest.mark.parametrize(
    ("website", "members", "exactness", "note", "smes"),
    [
        ("swissmem.ch", 1050, "exact", "", 840),
        ("cyberforum.de", 1000, "at_least", "", 900),
        ("k3-karlsruhe.de", None, "exact", "keine Vereinsstruktur", 140),
        ("bio-m.org", 260, "about", "keine Vereinsstruktur", 120),
        ("packbridge.se", 235, "exact", "", None),
    ],
)
def test_awkward_figures_are_understood(real, website, members, exactness, note, smes):
    entry = ClusterEntry.objects.get(website=website)
    read = (entry.members, entry.members_exactness, entry.members_note, entry.smes)
    assert read == (members, exactness, note, smes)


@pytest.mark.parametrize(
    ("website", "codes"),
    [
        ("optence.de", {"DE-HE", "DE-RP"}),
        ("carbon-composites.eu", {"DE", "AT", "CH"}),
        ("foodregio.de", {"DE-SH", "DE-HH", "DE-MV", "DE-HB", "DE-NI"}),
        ("tcbe.ch", {"CH"}),
    ],
)
def test_several_regions_are_told_apart(real, website, codes):
    assert {region.code for region in ClusterEntry.objects.get(website=website).regions.all()} == codes


def test_a_region_that_is_not_known_is_told_and_kept_in_words(real):
    (finding,) = [finding for finding in real if finding.name == "ICT Cluster Bern"]
    assert "Bern" in str(finding.notes)
    assert ClusterEntry.objects.get(website="tcbe.ch").region_text == "Bern, Schweiz"


def test_a_second_run_changes_nothing(real):
    before = list(ClusterEntry.objects.order_by("pk").values())
    again = import_entries(FILE.read_bytes(), **SOURCE)
    assert {finding.verdict for finding in again} == {Verdict.UNCHANGED, Verdict.DOUBLE}
    assert list(ClusterEntry.objects.order_by("pk").values()) == before


def test_what_changed_in_the_table_changes_here():
    run("A;Bayern;2000;10;5;Optik;a.example")
    (finding,) = run("A;Hessen;2000;12;5;Optik, Laser;https://www.A.example/")
    entry = ClusterEntry.objects.get()
    assert (finding.verdict, entry.members) == (Verdict.CHANGED, 12)
    assert [region.code for region in entry.regions.all()] == ["DE-HE"]


def test_a_claimed_entry_is_left_alone():
    run("A;Bayern;2000;10;5;Optik;a.example")
    ClusterEntry.objects.update(cluster=ClusterFactory(), members=11)
    (finding,) = run("A;Bayern;2000;10;5;Optik;a.example")
    assert (finding.verdict, ClusterEntry.objects.get().members) == (Verdict.KEPT, 11)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (";Bayern;2000;10;5;Optik;a.example", "no name"),
        ("A;Bayern;soon;10;5;Optik;a.example", "soon"),
        ("A;Bayern;2000;10-20;5;Optik;a.example", "10-20"),
        ("A;Bayern;2000;10;50;Optik;a.example", "more SMEs than members"),
        ("A;Bayern;2000;99999999999;5;Optik;a.example", "99999999999"),
        ("A;Bayern;2000;1.05;5;Optik;a.example", "1.05"),
        ("A;Atlantis;2000;10;5;Optik;a.example", "Atlantis"),
        ("A;Bayern;99999;10;5;Optik;a.example", "99999"),
        ("A;Bayern;12;10;5;Optik;a.example", "12"),
        (f"{'A' * 151};Bayern;2000;10;5;Optik;a.example", "too long: name"),
        (f"A;Bayern;2000;10;5;Optik;{'a' * 200}.example", "too long: website"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_guessed(row, note):
    (finding,) = run(row)
    assert note in str(finding)
    assert not ClusterEntry.objects.exclude(founded=None).exclude(founded=2000).exists()


def test_a_double_with_other_figures_is_told():
    _first, second = run("A;Bayern;2000;10;5;Optik;a.example\nB;Bayern;2001;10;5;Optik;www.a.example")
    assert "2001" in str(second)
    assert ClusterEntry.objects.get().founded == 2000


def test_the_command_tells_what_became_of_each_row():
    out = StringIO()
    call_command("import_clusters", str(FILE), as_of="2021", source="A brochure", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 43
    assert lines[-1] == "42 rows: 40 new, 2 double"


@pytest.mark.parametrize(
    "end", [b'X;Bayern;1999;12;;Optik;"x.exa', b"X;Bay", "Bö".encode()[:-1], b"\x00", "Bäcker".encode("cp1252")]
)
def test_a_truncated_or_broken_file_changes_nothing(tmp_path, end):
    file = tmp_path / "clusters.csv"
    file.write_bytes(f"{HEADING}Optics;Thüringen;1999;12;;Optik;o.example\n".encode() + end)
    with pytest.raises(CommandError):
        call_command("import_clusters", str(file), as_of="2021", source="A brochure")
    assert not ClusterEntry.objects.exists()


def test_a_file_that_is_no_table_changes_nothing(tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"name;region\nA;B")
    with pytest.raises(CommandError, match="founded"):
        call_command("import_clusters", str(file), as_of="2021", source="A brochure")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_clusters", str(tmp_path / "missing"), as_of="2021", source="A brochure")
    assert not ClusterEntry.objects.exists()


class TestDirectory:
    @pytest.fixture
    def directory(self, client, real):
        from hanse_members.actions import create_cluster
        from hanse_members.models import ClusterIndexPage

        create_cluster(name="Optics North", slug="optics-north", by=None)
        address = ClusterIndexPage.objects.get(locale__language_code="en").url
        return lambda query="": client.get(f"{address}{query}").content.decode()

    def test_everybody_finds_clusters_elsewhere_with_source_and_time(self, directory):
        shown = directory()
        assert "Optence e. V." in directory("?q=Optence")
        assert "as of 2021" in shown
        assert "41 found" in strip_tags(shown)

    def test_search_and_filters_narrow_together(self, directory):
        shown = directory("?q=photonik&region=DE-BY")
        assert "Strategische Partnerschaft Sensorik" in shown
        assert "SpectroNet" not in shown

    def test_those_that_take_part_come_first_and_lead_to_their_page(self, directory):
        shown = directory()
        assert shown.index('href="/en/c/optics-north/"') < shown.index("as of 2021")
        assert "Optence e. V." not in directory("?part=here")
        assert "Optics North" not in directory("?part=elsewhere").partition('id="entries"')[2]

    def test_one_that_was_claimed_is_listed_once_among_those_that_take_part(self, directory):
        from hanse_members.models import Cluster

        ClusterEntry.objects.filter(cluster=Cluster.objects.get()).delete()
        ClusterEntry.objects.filter(website="optence.de").update(cluster=Cluster.objects.get())
        assert "40 found" in strip_tags(directory())
        assert "1 found" in strip_tags(directory("?part=here&q=Optence"))


def test_a_field_that_is_a_topic_is_found_under_it_and_nothing_is_guessed(client, photonik, operator):
    optics = make_topic("Optics")
    lenses = make_topic("Lenses", optics, de="Linsen")
    make_topic("Metall")
    table = "name;region;founded;members;smes;field;website\nA;Bayern;;;;linsen, Metallbau;a.example\n"
    for verdict in ("new", "unchanged"):
        assert [each.verdict.value for each in import_entries(table.encode(), as_of="2021", source="x")] == [verdict]
    entry = ClusterEntry.objects.get(website="a.example")
    assert list(entry.topics.all()) == [lenses]
    shown = client.get(f"/en/c/?topic={optics.pk}").content.decode()
    assert "1 found" in strip_tags(shown)
    merge_topics(lenses, into=optics, by=operator)
    assert list(entry.topics.all()) == [optics]
