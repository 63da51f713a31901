"""The test suite: embedded by default, PostgreSQL and Redis when DATABASE_URL and REDIS_URL are set."""

import os

from hanse_site.logs import logging_settings
from hanse_site.settings.base import *  # noqa: F403
from hanse_site.settings.base import CACHES, CHANNEL_LAYERS, INSTALLED_APPS, MIDDLEWARE, REDIS_URL, STORAGES, VAR_DIR

# Each worker of a parallel run has its own files, and in Redis its own cache and channels.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_DIR = VAR_DIR / "test" / WORKER
if REDIS_URL:
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rpartition('/')[0]}/{int(WORKER.strip('maingw') or 0) % 16}"
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = WORKER

# The database answers searches; tests marked "elasticsearch" turn the other one on for themselves.
TEST_ELASTICSEARCH_URL = os.environ.get("HANSE_ELASTICSEARCH_URL", "")
HANSE_ELASTICSEARCH_URL = ""

SECRET_KEY = "test"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["tests.testapp", "zeal", "wagtail.contrib.typed_table_block", *INSTALLED_APPS]
MIDDLEWARE = ["tests.loops.watch_for_loops", *MIDDLEWARE]
ZEAL_ALLOWLIST = [
    # An item has two audiences: the one in force and the one asked for.
    {"model": "hanse_access.Audience", "field": "scopes"},
    # allauth looks at each address of the one person who changes it.
    {"model": "account.EmailAddress", "field": "user"},
    # wagtail-localize's submission and editor walk over the segments of a page one by one. Nothing of ours lists its
    # models.
    {"model": "wagtail_localize.*", "field": "*"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    **STORAGES,
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(TEST_DIR / "private"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = logging_settings(json=True, level="INFO")
# Static files straight from the packages, without collectstatic.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
HANSE_DEMO = True
HANSE_PATTERN_LIBRARY = True
