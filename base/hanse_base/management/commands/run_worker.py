from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from hanse_base.clock import Clock


class Command(BaseCommand):
    """Tasks in the main thread, timed jobs in a second one. SIGTERM and SIGINT let both end what they do."""

    help = "Run the background tasks and the timed jobs until told to stop. Any number of workers may run."

    def add_arguments(self, parser):
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks for tasks (default: 1)")
        parser.add_argument(
            "--clock-interval", type=float, default=5.0, help="seconds between looks for timed jobs (default: 5)"
        )

    def handle(self, *, interval: float, clock_interval: float, **options) -> None:
        worker = Worker(
            queue_names=["*"],
            interval=interval,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        clock = Clock(worker.worker_id, clock_interval)
        worker.configure_signals()
        clock.start()
        try:
            worker.run()
        finally:
            clock.stop()
