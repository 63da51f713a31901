"""The administration of topics: for operators alone, the tree readable, tables looked through before they are done."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hanse_base.jobs import jobs
from hanse_members import actions
from hanse_members.models import Topic, TopicImport
from hanse_members.topic_admin import INDENT
from tests.factories.organisations import OrganisationFactory
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
HEAD = "code;parent;label_de;label_en\n"


def url(view, *args):
    return reverse(f"hanse_members_topics:{view}", args=args)


@pytest.fixture
def photonics():
    return make_topic("Photonics", de="Photonik")


@pytest.fixture
def lasers(photonics):
    return make_topic("Lasers", photonics, de="Laser", synonyms="coherent light", code="L")


@pytest.fixture
def staff(client, operator):
    client.force_login(operator)
    return client


def upload(client, text):
    return client.post(url("import"), {"file": SimpleUploadedFile("topics.csv", (HEAD + text).encode())})


@pytest.fixture
def brought(staff):
    upload(staff, "A;;Oben;Top\nB;A;Unten;Below\nC;X;Nirgends;Nowhere\n")
    return TopicImport.objects.get()


def form_of(topic, **changes):
    labels = {label.language: label for label in topic.labels.all()}
    data = {f"label_{code}": label.text for code, label in labels.items()}
    data |= {f"synonyms_{code}": label.synonyms for code, label in labels.items()}
    return data | {"code": topic.code or "", "parent": topic.parent_id or "", "into": ""} | changes


def test_the_list_is_the_tree_with_what_is_linked(staff, photonics, lasers):
    make_topic("Forming")
    OrganisationFactory().topics.add(lasers)
    rows = staff.get(url("index")).context["object_list"]
    assert [row.in_tree for row in rows] == ["Forming", "Photonics", f"{INDENT}Lasers"]
    assert (rows[2].path, rows[2].linked) == ("Photonics", "Organisations: 1")


@pytest.mark.parametrize("words", ["laser", "COHERENT", "licht laser", "L"])
def test_topics_are_found_by_every_word(staff, lasers, words):
    lasers.labels.filter(language="de").update(synonyms="Licht")
    found = staff.get(url("index"), {"q": words}).context["object_list"]
    assert [row.in_tree for row in found] == ["Lasers"]


def test_merged_topics_are_not_there_any_more(staff, photonics, lasers):
    actions.merge_topics(lasers, photonics, by=None)
    assert [str(row) for row in staff.get(url("index")).context["object_list"]] == ["Photonics"]
    assert staff.get(url("edit", lasers.pk)).status_code == 404
    assert staff.post(url("edit", lasers.pk), form_of(lasers)).status_code == 404


def test_a_topic_is_added(staff, photonics):
    data = {"label_en": "Lidar", "synonyms_en": "range finding", "label_de": "", "parent": photonics.pk, "code": "LID"}
    assert staff.post(url("add"), data).status_code == 302
    topic = Topic.objects.get(code="LID")
    assert (str(topic), topic.parent) == ("Lidar", photonics)
    assert photonics.contained.filter(pk=topic.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label_en": "", "label_de": " "}, "label_en"),
        ({"label_en": "x" * 121}, "label_en"),
        ({"code": "P"}, "code"),
        ({"parent": "99999"}, "parent"),
        ({"parent": "own"}, "parent"),
        ({"into": "own"}, "into"),
        ({"label_en": "Photonics", "parent": ""}, "__all__"),
    ],
)
def test_errors_stand_at_the_fields_and_nothing_is_changed(staff, photonics, lasers, changes, field):
    Topic.objects.filter(pk=photonics.pk).update(code="P")
    changes = {name: lasers.pk if value == "own" else value for name, value in changes.items()}
    response = staff.post(url("edit", lasers.pk), form_of(lasers, **changes))
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {field}
    lasers.refresh_from_db()
    assert (str(lasers), lasers.parent, lasers.code) == ("Lasers", photonics, "L")


def test_a_topic_is_named_moved_and_merged(staff, photonics, lasers):
    tools = make_topic("Tools")
    staff.post(url("edit", lasers.pk), form_of(lasers, label_en="Laser tools", parent=tools.pk))
    lasers.refresh_from_db()
    lasers = Topic.objects.get(pk=lasers.pk)
    assert (str(lasers), lasers.parent) == ("Laser tools", tools)
    assert staff.post(url("edit", lasers.pk), form_of(lasers, into=photonics.pk)).status_code == 302
    lasers.refresh_from_db()
    assert lasers.merged_into == photonics


def test_what_a_table_would_do_is_shown_and_nothing_done(staff, brought):
    page = staff.get(url("table", brought.pk))
    assert [(finding.name, finding.verdict.value) for finding in page.context["page"]] == [
        ("Top", "new"),
        ("Below", "new"),
        ("Nowhere", "faulty"),
    ]
    assert "there is no topic X" in page.content.decode()
    assert not Topic.objects.exists()
    faulty = staff.get(url("table", brought.pk), {"verdict": "faulty", "p": "nonsense"})
    assert [finding.name for finding in faulty.context["page"]] == ["Nowhere"]


def test_one_press_does_it_once(staff, brought):
    assert staff.post(url("table", brought.pk)).status_code == 302
    assert set(Topic.objects.values_list("code", flat=True)) == {"A", "B"}
    brought.refresh_from_db()
    assert brought.done
    page = staff.post(url("table", brought.pk), follow=True)
    assert "done already" in page.content.decode()
    assert Topic.objects.count() == 2


def test_what_changed_since_is_shown_before_it_is_done(staff, brought):
    actions.add_topic(labels={"en": "Other"}, code="A", by=None)
    page = staff.post(url("table", brought.pk), follow=True)
    assert "has changed since" in page.content.decode()
    assert [finding.verdict.value for finding in page.context["page"]] == ["changed", "new", "faulty"]
    assert Topic.objects.count() == 1
    staff.post(url("table", brought.pk))
    assert Topic.objects.count() == 2


def test_the_report_has_every_row_and_no_formula(staff):
    upload(staff, 'A;;=1+1;"=cmd()"\nB;X;b;b\n')
    brought = TopicImport.objects.get()
    text = staff.get(url("report", brought.pk)).content.decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 3
    assert "'=" in lines[1]
    assert ";=" not in text


def test_a_table_is_removed_by_hand_and_by_the_clock(staff, brought):
    assert staff.get(url("discard", brought.pk)).status_code == 405
    staff.post(url("discard", brought.pk))
    assert not TopicImport.objects.exists()
    upload(staff, "A;;a;a\n")
    upload(staff, "A;;a;a\n")
    late = TopicImport.objects.first()
    late.expires_at -= timedelta(days=2)
    late.save()
    assert jobs["members.remove_topic_imports"].run() == 1
    assert TopicImport.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"no table", b"\x00\x01"])
def test_what_is_no_table_is_an_error_at_the_field(staff, content):
    response = staff.post(url("import"), {"file": SimpleUploadedFile("x.csv", content)})
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"file"}


def test_managers_find_nothing_of_it(client, manager, lasers, brought):
    client.force_login(manager)
    for address in ("index", "add", "import"):
        assert client.get(url(address)).status_code in (302, 403), address
    for view in ("edit", "history", "usage"):
        assert client.post(url(view, lasers.pk), form_of(lasers, label_en="Mine")).status_code in (302, 404), view
    for view in ("table", "report", "discard"):
        assert client.post(url(view, brought.pk)).status_code in (302, 403, 405), view
    assert Topic.objects.filter(labels__text="Lasers").exists()
    assert not Topic.objects.filter(code="A").exists()


def test_each_operator_sees_the_own_tables_only(client, operator, brought, django_user_model):
    from tests.factories.people import UserFactory

    other = UserFactory()
    other.groups.set(operator.groups.all())
    client.force_login(other)
    assert client.get(url("table", brought.pk)).status_code == 404
    assert client.post(url("table", brought.pk)).status_code == 404
    assert client.get(url("report", brought.pk)).status_code == 404
