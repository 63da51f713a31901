"""The bench stays alive: it runs at the small size. Its times mean nothing.

It measures on PostgreSQL, so that is where it runs with each change; on SQLite with ``make test-full``.
"""

import json

import pytest
from django.db import connection

from tests.search.elastic import index_of_its_own
from tests.template import migrated_database

from . import experts, near, report, rule, search, world
from .rooms import run as rooms


@pytest.mark.postgresql
@pytest.mark.urls("tests.bench.urls")
@pytest.mark.django_db
def test_the_bench_runs_and_keeps_what_it_measured(tmp_path):
    built = world.build(world.SMALL)
    seen = {who: rule.share_seen(person) for who, person in built.asking.items()}
    experts.build(built)
    results = [*rule.measure(built, pairs=1), *experts.measure(built, pairs=1)]
    near.build(built)
    results += near.measure(built, pairs=1)
    assert len(report.table(results).splitlines()) == len(results) + 1
    kept = json.loads(report.write(tmp_path, world.SMALL, 1, seen, results).read_text())
    assert {result["who"] for result in kept["results"]} >= set(built.asking)
    assert kept["machine"]["database"]
    assert seen["in 1 cluster"] < seen["in 20 clusters"] < 1
    assert seen["sees 1 in 1000"] > 0


def test_a_missed_goal_is_one_of_time_or_of_sql_and_only_where_goals_hold():
    base = rule.Time(whole=100, sql=10)

    def missed(whole, sql, bound=True):
        return rule.Result("page", "who", rule.Time(whole, sql), base, bound).missed

    assert not missed(125, 20)
    assert missed(126, 10)
    assert missed(100, 21)
    assert not missed(900, 90, bound=False)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_bench_of_rooms_runs_and_loses_nothing(tmp_path):
    figures = rooms.measure("small", migrated_database() if connection.vendor == "postgresql" else "")
    assert (figures.lost, figures.doubled) == (0, 0)
    assert all(way.arrived == way.expected for way in figures.ways)
    assert len(rooms.table(figures).splitlines()) == 1 + len(figures.ways) + len(figures.ratios) + 3
    assert json.loads(rooms.write(tmp_path, "small", figures).read_text())["storm"]["sockets"] == rooms.SMALL.returning


def test_a_slow_way_and_a_lost_message_are_missed_goals():
    fine = rooms.Figures(ratios={"one room": 1.25}, storm={"all": 4.0})
    assert fine.missed == []
    assert rooms.Figures(ratios={"one room": 1.26}, storm={"all": 4.0}).missed == ["one room"]
    assert rooms.Figures(storm={"all": 4.1}).missed == ["all back"]
    assert rooms.Figures(lost=1).missed == ["lost or doubled"]


@pytest.mark.postgresql
@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_the_bench_of_the_search_runs_and_keeps_what_it_measured(tmp_path, settings):
    with index_of_its_own(settings):
        figures = search.run(search.SMALL)
    assert figures.items >= search.SMALL.people + search.SMALL.rooms + search.SMALL.messages
    assert len(figures.times) == 4 * len(search.ASKING)
    assert len(figures.rates) == 2
    assert len(search.table(figures).splitlines()) == 3 + len(figures.times)
    assert json.loads(search.keep(tmp_path, search.SMALL, figures).read_text())["machine"]["database"]


def test_a_dear_rule_and_a_slow_load_are_missed_goals():
    def missed(**told):
        return search.Figures(times=[{"what": search.BY_ELASTICSEARCH, "who": "them", "p50": 1, **told}]).missed

    assert missed(ratio=1.2) == []
    assert missed(ratio=1.21) == [f"{search.BY_ELASTICSEARCH}, them"]
    assert missed(what="suggestions", ratio=1.21) == []
    assert missed(what=search.RELOAD, p50=10.0) == []
    assert missed(what=search.RELOAD, p50=10.1) == ["them"]
