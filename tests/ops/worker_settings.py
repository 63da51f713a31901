"""The test settings with the real task queue: for tests that start a worker in a process of its own."""

from hanse_site.settings.test import *  # noqa: F403

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
