"""The bench's settings for a site in processes of its own: with tasks as in production."""

from tests.bench.settings import *  # noqa: F403 - the same in all else

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
