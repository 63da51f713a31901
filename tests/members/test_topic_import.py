"""Topics from a table: each row has a verdict, the rest of the tree stays, a second run changes nothing."""

import threading
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, connections

import hanse_site.demo
from hanse_access.models import AuditEvent
from hanse_base.row_import import Verdict
from hanse_members import actions
from hanse_members.actions import import_topics
from hanse_members.models import Topic, TopicAncestor, TopicLabel
from tests.factories.people import UserFactory
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db

FILE = Path(hanse_site.demo.__file__).parent / "data" / "topics.csv"
HEAD = "code;parent;label_de;label_en;synonyms_en\n"


def run(text, head=HEAD, **kwargs):
    """Verdicts and notes by number of the row."""
    found = import_topics((head + text).encode(), by=kwargs.pop("by", None), **kwargs)
    return {finding.number: (finding.verdict.value, "; ".join(finding.notes)) for finding in found}


def verdicts(found):
    return [verdict for _number, (verdict, _notes) in sorted(found.items())]


def snapshot():
    topics = Topic.objects.order_by("pk").values_list("pk", "code", "parent", "merged_into")
    labels = TopicLabel.objects.order_by("topic", "language").values_list("topic", "language", "text", "synonyms")
    return list(topics), list(labels), set(TopicAncestor.objects.values_list("topic", "ancestor"))


def whole():
    """The ancestors are those that follow from the parents."""
    parents = dict(Topic.objects.in_use().values_list("pk", "parent_id"))
    wanted = set()
    for topic in parents:
        above = topic
        while above is not None:
            wanted.add((topic, above))
            above = parents[above]
    return wanted == set(TopicAncestor.objects.values_list("topic", "ancestor"))


def test_parents_may_stand_in_any_order_and_in_the_tree():
    make_topic("Root", code="R")
    found = run("C;B;Kind;Child;young|small\nB;A;Mitte;Middle\nA;R;Oben;Top\n")
    assert verdicts(found) == ["new", "new", "new"]
    child = Topic.objects.get(code="C")
    assert [topic.code for topic in child.within.order_by("pk")] == ["R", "C", "B", "A"]
    assert child.labels.get(language="en").synonyms == "young\nsmall"
    assert whole()
    assert AuditEvent.objects.get(verb="topics.imported").data == {"number": 3}


def test_a_second_run_changes_nothing():
    data = FILE.read_bytes()
    first = import_topics(data, by=None)
    assert {finding.verdict for finding in first} == {Verdict.NEW}
    before = snapshot()
    second = import_topics(data, by=None)
    assert {finding.verdict for finding in second} == {Verdict.UNCHANGED}
    assert snapshot() == before
    assert whole()
    assert AuditEvent.objects.filter(verb="topics.imported").count() == 1
    assert 60 <= len(first) <= 100


def test_the_table_names_and_moves_and_adds_words():
    run("A;;Oben;Top\nB;A;Mitte;Middle;one\nC;B;Kind;Child\nD;;Anderes;Other\n")
    Topic.objects.get(code="B").labels.filter(language="en").update(synonyms="one\nby hand")
    found = run("B;D;Mitte;Centre;two|one\n")
    assert found == {2: ("changed", "named anew; other words added; moved")}
    label = Topic.objects.get(code="B").labels.get(language="en")
    assert (label.text, label.synonyms) == ("Centre", "one\nby hand\ntwo")
    assert Topic.objects.get(code="C").within.filter(code="D").exists()
    assert whole()


def test_labels_can_stand_one_a_row():
    head = "code,parent,label,language\n"
    found = run("A,,Oben,de\nA,,Top,en\nA,,Top again,en\nB,A,Below,fr\nB,A,Below,EN\n", head)
    assert verdicts(found) == ["new", "new", "double", "faulty", "new"]
    assert set(Topic.objects.get(code="A").labels.values_list("text", flat=True)) == {"Oben", "Top"}
    assert verdicts(run("A,,Oben,de\nA,,Top,en\n", head)) == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (";;Ohne;Without\n", ["faulty"]),
        ("A;;;\n", ["faulty"]),
        (f"{'A' * 41};;Lang;Long\n", ["faulty"]),
        (f"A;;Lang;{'x' * 121}\n", ["faulty"]),
        ("A;X;Oben;Top\n", ["faulty"]),
        ("A;A;Oben;Top\n", ["faulty"]),
        ("A;B;Eins;One\nB;C;Zwei;Two\nC;A;Drei;Three\nD;A;Vier;Four\nE;;Gut;Good\n", ["faulty"] * 4 + ["new"]),
        ("A;;Eins;One\nA;;Zwei;Two\n", ["new", "double"]),
        ("A;;Eins;One\nB;;Zwei;ONE\nC;B;Drei;Three\n", ["new", "faulty", "faulty"]),
        ("1;;a;a\n2;1;b;b\n3;2;c;c\n4;3;d;d\n5;4;e;e\n6;5;f;f\n", ["new"] * 5 + ["faulty"]),
    ],
)
def test_faulty_rows_are_left_out_and_said(text, expected):
    found = run(text)
    assert verdicts(found) == expected
    assert all(notes for verdict, notes in found.values() if verdict in ("faulty", "double"))
    assert Topic.objects.count() == expected.count("new")
    assert whole()


def test_what_stands_below_is_not_pushed_too_deep():
    run("1;;a;a\n2;1;b;b\n3;2;c;c\n4;3;d;d\nX;;x;x\nY;X;y;y\n")
    before = snapshot()
    assert verdicts(run("X;4;x;x\n")) == ["faulty"]
    assert snapshot() == before


def test_a_circle_through_the_tree_is_found():
    run("A;;a;a\nB;A;b;b\n")
    assert run("A;B;a;a\n") == {2: ("faulty", "stands below itself")}
    assert whole()


def test_a_merged_topic_does_not_come_back_and_what_is_below_follows():
    run("A;;a;a\nB;;b;b\n")
    old, new = (Topic.objects.get(code=code) for code in "AB")
    actions.merge_topics(old, new, by=None)
    found = run("A;;a;a\nC;A;c;c\n")
    assert found[2] == ("kept", "is part of “b” now")
    assert Topic.objects.get(code="C").parent == new
    assert verdicts(run("A;;a;a\nC;A;c;c\n")) == ["kept", "unchanged"]


def test_topics_added_by_hand_are_neither_touched_nor_doubled():
    make_topic("Lasers", de="Laser")
    assert verdicts(run("L;;Licht;lasers\n")) == ["faulty"]
    assert Topic.objects.count() == 1


def test_what_was_seen_is_what_is_done():
    data = (HEAD + "A;;a;a\n").encode()
    seen = import_topics(data, by=None)
    with pytest.raises(actions.NotPossible):
        import_topics(data, by=None, expected=seen)


def test_only_operators_bring_tables(operator):
    with pytest.raises(actions.NotPermitted):
        run("A;;a;a\n", by=UserFactory())
    assert verdicts(run("A;;a;a\n", by=operator)) == ["new"]


@pytest.mark.parametrize("data", [b"", b"code;label_de\nA;B\n", b"code;parent;name\nA;;B\n", b"\x00\x01\x02"])
def test_what_is_no_such_table_is_refused(data):
    with pytest.raises(ValidationError):
        import_topics(data, by=None)


def test_an_error_in_the_middle_leaves_nothing_half_done(monkeypatch):
    run("A;;a;a\n")
    before = snapshot()
    monkeypatch.setattr("hanse_members.topic_import.Places.save", lambda self, ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("A;;new;new\nB;A;b;b\n")
    assert snapshot() == before


def test_a_long_table_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    text = "".join(
        f"K{number};K{number // 10 if number >= 10 else ''};Thema {number};Topic {number}\n" for number in range(2000)
    )
    text = text.replace(";K;", ";;")
    with django_assert_max_num_queries(60):
        found = run(text)
    assert set(verdicts(found)) == {"new"}
    assert whole()


@pytest.mark.parametrize("above", ["nowhere", "K1999"])
def test_a_long_chain_that_leads_nowhere_is_refused_at_once(above, django_assert_max_num_queries):
    text = f"K0;{above};Thema;Topic\n"
    text += "".join(f"K{number};K{number - 1};Thema {number};Topic {number}\n" for number in range(1, 2000))
    with django_assert_max_num_queries(10):
        assert set(verdicts(run(text))) == {"faulty"}


def test_who_stands_there_already_is_right():
    run("A;;a;a\nB;;b;b\n")
    assert verdicts(run("A;;b;b\nB;;b;b\n")) == ["faulty", "unchanged"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_bring_it_once():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    ready, found, errors = threading.Barrier(3, timeout=20), [], []

    def bring():
        try:
            ready.wait()
            found.append(verdicts(run("B;A;b;b\nA;;a;a\n")))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bring) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(found) == [["new", "new"], ["unchanged", "unchanged"], ["unchanged", "unchanged"]]
    assert whole()


def test_the_command_tells_what_became_of_each_row(tmp_path, capsys):
    file = tmp_path / "topics.csv"
    file.write_text(HEAD + "A;;Oben;Top\nB;X;b;b\n", encoding="utf-8")
    call_command("import_topics", file)
    assert "2: new – Top" in (told := capsys.readouterr().out)
    assert "2 rows: 1 new, 1 faulty" in told
    with pytest.raises(CommandError):
        call_command("import_topics", tmp_path / "missing.csv")
    file.write_text("nothing", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_topics", file)
