"""A site to try out: SQLite, mails into files, demo data, http://localhost."""

from urllib.parse import urlsplit

from hanse_site.logs import logging_settings
from hanse_site.settings.base import *  # noqa: F403
from hanse_site.settings.base import MIDDLEWARE, VAR_DIR, env

SECRET_KEY = "demo-only-not-secret-" + "x" * 40
WAGTAILADMIN_BASE_URL = env("HANSE_BASE_URL", default="http://localhost:8000")
# Names below localhost stand for the clusters' own.
ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]", urlsplit(WAGTAILADMIN_BASE_URL).hostname or "localhost"]
MIDDLEWARE = ["hanse_site.local_host.LocalHostMiddleware", *MIDDLEWARE]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = "Hanse <hanse@example.org>"
LOGGING = logging_settings(json=False, level=env("LOG_LEVEL", default="WARNING"))
HANSE_DEMO = True
HANSE_PATTERN_LIBRARY = True
