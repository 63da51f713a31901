"""The settings of a new Wagtail project with members, and what they need, added. Copied into it by the host test."""

from host.settings.dev import *  # noqa: F403
from host.settings.dev import BASE_DIR, INSTALLED_APPS, MIDDLEWARE, STORAGES

INSTALLED_APPS = [
    "hanse_members",
    "hanse_activity",
    "hanse_access",
    "hanse_base",
    "wagtail_localize",
    "wagtail_localize.locales",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.humanize",
    *INSTALLED_APPS,
]
MIDDLEWARE = [
    *(name for name in MIDDLEWARE if not name.startswith("wagtail.contrib.redirects")),
    "hanse_base.middleware.PersonalLocaleMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hanse_access.middleware.ViewerMiddleware",
    "hanse_access.page_guard.PageAdminMiddleware",
    "hanse_access.page_redirects.VisibleRedirectMiddleware",
    "hanse_base.refused_forms.RefusedFormMiddleware",
]
ROOT_URLCONF = "host.hanse_urls"
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "German")]
WAGTAIL_I18N_ENABLED = True
ALLOWED_HOSTS = ["localhost"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STORAGES = {
    **STORAGES,
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(BASE_DIR / "private"), "base_url": None},
    },
}
