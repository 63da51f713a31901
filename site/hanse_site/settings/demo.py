"""A site to try out: SQLite, mails into files, demo data, http://localhost."""

from hanse_site.settings.base import *  # noqa: F403
from hanse_site.settings.base import VAR_DIR, env

SECRET_KEY = "demo-only-not-secret-" + "x" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = "Hanse <hanse@example.org>"
HANSE_DEMO = True
HANSE_PATTERN_LIBRARY = True
WAGTAILADMIN_BASE_URL = env("HANSE_BASE_URL", default="http://localhost:8000")
