"""The timed jobs that every site needs, whatever plugins it has."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .jobs import TimedJob, jobs
from .link_tokens import remove_old_links

#: A task that has been running for so long was lost with its worker.
TASK_LOST_AFTER = timedelta(hours=1)
#: So often a task is started before it is given up.
TASK_ATTEMPTS = 3
#: Results of tasks are kept for so many days; tracebacks of failed ones may quote what people entered.
TASK_RESULT_DAYS = 14


def prune_task_results() -> None:
    call_command("prune_db_task_results", min_age_days=TASK_RESULT_DAYS, verbosity=0)


def requeue_lost_tasks() -> None:
    """Put tasks back that were running when their worker died; give up those that never come to an end."""
    from django_tasks_db.models import DBTaskResult

    lost = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - TASK_LOST_AFTER)
    for result in lost:
        if len(result.worker_ids) < TASK_ATTEMPTS:
            changed = {"status": "READY", "started_at": None}
        else:
            changed = {"status": "FAILED", "finished_at": timezone.now()}
        lost.filter(pk=result.pk).update(**changed)


def clear_sessions() -> None:
    call_command("clearsessions")


def publish_scheduled() -> None:
    call_command("publish_scheduled", verbosity=0)


def register_upkeep() -> None:
    """The jobs of the apps that are installed: a host may run without the task queue of the database."""
    jobs.register(
        TimedJob(
            "publish_scheduled", _("Publish and expire scheduled pages"), timedelta(minutes=1), publish_scheduled, 10
        )
    )
    jobs.register(
        TimedJob(
            "remove_old_links", _("Remove keys of links that open nothing"), timedelta(days=1), remove_old_links, 50
        )
    )
    if "django.contrib.sessions" in settings.INSTALLED_APPS:
        jobs.register(TimedJob("clear_sessions", _("Clear expired sessions"), timedelta(days=1), clear_sessions, 20))
    if "django_tasks_db" in settings.INSTALLED_APPS:
        jobs.register(
            TimedJob("requeue_lost_tasks", _("Start lost tasks again"), timedelta(minutes=10), requeue_lost_tasks, 30)
        )
        jobs.register(
            TimedJob("prune_task_results", _("Remove old task results"), timedelta(days=1), prune_task_results, 40)
        )
