"""Timed jobs: due, claimed once, retried after a failure and after a crash, shown to operators."""

import threading
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection, connections
from django.urls import reverse
from django.utils import timezone

from hanse_base import clock, upkeep
from hanse_base.jobs import TimedJob, jobs
from hanse_base.models import JobState
from hanse_base.registry import Registry
from tests.factories.pages import PageFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


class Broken(Exception):
    pass


@pytest.fixture
def ran(monkeypatch):
    """The names of the jobs that ran, with a registry of two: one that works, one that fails."""
    names: list[str] = []

    def fail():
        names.append("failing")
        raise Broken("written to anna@example.org")

    registry: Registry[TimedJob] = Registry()
    registry.register(TimedJob("hourly", "Hourly", timedelta(hours=1), lambda: names.append("hourly"), 1))
    registry.register(TimedJob("failing", "Failing", timedelta(hours=1), fail, 2))
    for module in ("hanse_base.jobs", "hanse_base.clock", "hanse_base.models.jobs", "hanse_base.job_report"):
        monkeypatch.setattr(f"{module}.jobs", registry)
    JobState.objects.all().delete()
    clock.ensure_states()
    return names


def state(name="hourly"):
    return JobState.objects.get(name=name)


def move_back(name, **fields):
    """Let that much time pass for the job."""
    row = state(name)
    JobState.objects.filter(name=name).update(**{field: getattr(row, field) - delta for field, delta in fields.items()})


def test_a_job_that_never_ran_is_due_at_once_and_then_after_its_period(ran):
    assert clock.run_due_jobs("one") == 2
    assert clock.run_due_jobs("one") == 0
    move_back("hourly", started_at=timedelta(minutes=61), ended_at=timedelta(minutes=61))
    assert clock.run_due_jobs("one") == 1
    assert ran == ["hourly", "failing", "hourly"]


def test_the_end_of_a_run_is_recorded(ran):
    clock.run_due_jobs("one")
    row = state()
    assert (row.outcome, row.error_class, row.lease_until) == (JobState.Outcome.SUCCEEDED, "", None)
    assert row.started_at <= row.ended_at
    assert row.next_due == row.started_at + timedelta(hours=1)


def test_a_failure_is_recorded_by_its_class_alone_and_retried_soon(ran):
    clock.run_due_jobs("one")
    row = state("failing")
    assert row.outcome == JobState.Outcome.FAILED
    assert row.error_class == "tests.base.test_timed_jobs.Broken"
    assert row.next_due - row.ended_at == JobState.RETRY_AFTER
    move_back("failing", started_at=timedelta(minutes=6), ended_at=timedelta(minutes=6))
    clock.run_due_jobs("one")
    assert ran.count("failing") == 2


def test_a_job_that_another_worker_runs_is_left_alone(ran):
    assert clock.claim(jobs_of("hourly"), "one")
    assert not clock.claim(jobs_of("hourly"), "two")
    assert state().running


def test_a_job_whose_worker_died_is_run_by_another(ran):
    clock.claim(jobs_of("hourly"), "dead")
    JobState.objects.filter(name="hourly").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert not state().running
    clock.run_due_jobs("two")
    assert ran.count("hourly") == 1
    assert state().outcome == JobState.Outcome.SUCCEEDED


def test_a_worker_that_lost_its_claim_does_not_overwrite_the_other_run(ran):
    job = jobs_of("hourly")
    clock.claim(job, "slow")
    JobState.objects.filter(name="hourly").update(lease_until=timezone.now() - timedelta(seconds=1))
    clock.claim(job, "quick")
    assert not clock.renew(job, "slow")
    assert clock.renew(job, "quick")


def test_the_end_of_a_run_whose_claim_was_lost_is_not_recorded(ran):
    def lose_it():
        JobState.objects.filter(name="hourly").update(lease_until=timezone.now() - timedelta(seconds=1))
        clock.claim(jobs_of("hourly"), "quick")

    clock.run_job(TimedJob("hourly", "Hourly", timedelta(hours=1), lose_it), "slow")
    assert (state().worker, state().running, state().outcome) == ("quick", True, "")


@pytest.mark.parametrize("meanwhile", ["another has run it", "the one taken for dead renews"])
def test_what_happens_between_the_look_and_the_claim_counts(ran, monkeypatch, meanwhile):
    job, look = jobs_of("hourly"), JobState.next_due
    if meanwhile == "the one taken for dead renews":
        clock.claim(job, "other")
        JobState.objects.filter(name="hourly").update(lease_until=timezone.now() - timedelta(seconds=1))

    def look_slowly(row):
        monkeypatch.setattr(JobState, "next_due", look)
        found = row.next_due
        assert clock.run_job(job, "other") if row.started_at is None else clock.renew(job, "other")
        return found

    monkeypatch.setattr(JobState, "next_due", property(look_slowly))
    assert not clock.claim(job, "slow")
    assert state().worker == "other"


def test_a_claim_is_renewed_as_long_as_the_job_runs(ran, monkeypatch):
    renewed = threading.Event()
    monkeypatch.setattr(clock, "renew", lambda job, worker: renewed.set() or True)
    monkeypatch.setattr(JobState, "LEASE", timedelta(milliseconds=40))
    clock.run_job(TimedJob("hourly", "Hourly", timedelta(hours=1), lambda: renewed.wait(timeout=5)), "one")
    assert renewed.is_set()


def test_a_job_without_a_row_gets_one(ran):
    JobState.objects.all().delete()
    assert clock.run_due_jobs("one") == 2


def test_a_job_is_late_only_when_nobody_starts_it(ran):
    now = timezone.now()
    assert not state().is_late(now)
    assert state().is_late(now + JobState.LATE_AFTER + timedelta(seconds=1))


def jobs_of(name):
    return clock.jobs[name]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_the_clock_outlives_a_database_that_is_away(monkeypatch, error):
    ticking = clock.Clock("a", interval=0)
    tries = []

    def look(worker, stopped):
        tries.append(worker)
        if len(tries) < 3:
            raise error
        stopped.set()

    monkeypatch.setattr(clock, "run_due_jobs", look)
    ticking.start()
    ticking.join(timeout=10)
    assert len(tries) == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_gets_the_job(ran):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads cannot share SQLite in memory; the suite on PostgreSQL runs this")
    barrier = threading.Barrier(6)
    won: list[str] = []

    def attempt(worker):
        try:
            barrier.wait()
            if clock.claim(jobs_of("hourly"), worker):
                won.append(worker)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_every_site_has_its_upkeep_and_every_job_its_row():
    assert {"publish_scheduled", "clear_sessions", "requeue_lost_tasks", "prune_task_results"} <= {
        job.name for job in jobs
    }
    assert set(JobState.objects.values_list("name", flat=True)) >= {job.name for job in jobs}


@pytest.mark.parametrize("name", ["publish_scheduled", "clear_sessions", "requeue_lost_tasks", "prune_task_results"])
def test_the_upkeep_runs(name, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert clock.run_job(jobs[name], "one")
    assert state(name).error_class == ""


def test_a_page_is_published_and_taken_offline_in_its_time():
    page = PageFactory(live=False, go_live_at=timezone.now() - timedelta(minutes=1))
    page.save_revision(approved_go_live_at=page.go_live_at)
    over = PageFactory(expire_at=timezone.now() - timedelta(minutes=1))
    clock.run_job(jobs["publish_scheduled"], "one")
    page.refresh_from_db()
    over.refresh_from_db()
    assert (page.live, over.live) == (True, False)


@pytest.mark.parametrize(("attempts", "status"), [(1, "READY"), (upkeep.TASK_ATTEMPTS, "FAILED")])
def test_a_task_whose_worker_died_is_started_again_but_not_for_ever(attempts, status):
    from django_tasks_db.models import DBTaskResult

    def started(moment):
        return DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}},
            task_path="x.y",
            backend_name="default",
            status="RUNNING",
            run_after=moment,
            started_at=moment,
            worker_ids=["dead"] * attempts,
        )

    lost = started(timezone.now() - timedelta(hours=2))
    running = started(timezone.now())
    upkeep.requeue_lost_tasks()
    lost.refresh_from_db()
    running.refresh_from_db()
    assert (lost.status, running.status) == (status, "RUNNING")


def test_the_report_shows_each_job_to_an_operator(ran, client):
    from hanse_access.operators import operator_group

    operator = UserFactory()
    operator.groups.add(operator_group())
    client.force_login(operator)
    clock.run_due_jobs("one")
    text = client.get(reverse("hanse_base_jobs:report")).content.decode()
    assert "Hourly" in text
    assert "tests.base.test_timed_jobs.Broken" in text
    assert "anna@example.org" not in text


def test_the_report_is_closed_to_others(client):
    client.force_login(UserFactory())
    assert client.get(reverse("hanse_base_jobs:report")).status_code in {302, 403, 404}


def test_the_report_asks_as_often_for_many_jobs_as_for_few(ran, client, django_assert_max_num_queries):
    from hanse_access.operators import operator_group

    operator = UserFactory()
    operator.groups.add(operator_group())
    client.force_login(operator)
    client.get(reverse("hanse_base_jobs:report"))

    def queries():
        with django_assert_max_num_queries(60) as captured:
            client.get(reverse("hanse_base_jobs:report"))
        return len(captured)

    few = queries()
    for number in range(30):
        clock.jobs.register(TimedJob(f"job{number}", f"Job {number}", timedelta(hours=1), lambda: None))
    clock.ensure_states()
    assert queries() == few
