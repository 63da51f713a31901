"""The bench's settings for a site in processes of its own: with tasks and pooled connections as in production."""

from hanse_site.settings.base import pooled
from tests.bench.settings import *  # noqa: F403 - the same in all else
from tests.bench.settings import DATABASES

DATABASES = {"default": pooled(DATABASES["default"])}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
