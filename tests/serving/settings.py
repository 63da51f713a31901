"""The suite's settings for a site in processes of its own: without the search for loops, and tasks as in production."""

from hanse_site.settings.test import *  # noqa: F403 - the same in all else
from hanse_site.settings.test import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [name for name in INSTALLED_APPS if name != "zeal"]
MIDDLEWARE = [name for name in MIDDLEWARE if name != "tests.loops.watch_for_loops"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
