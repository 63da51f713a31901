"""Production refuses to start half configured, and says what is missing."""

import json
import os
import subprocess
import sys

import pytest

COMPLETE = {
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "hanse.example.org",
    "DATABASE_URL": "postgres://hanse@localhost:1/none",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "HANSE_BASE_URL": "https://hanse.example.org",
}
#: without the apps, which take ten times as long: the test of the log loads them
SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""

pytestmark = pytest.mark.embedded


def start(environment, names=("DEBUG",)):
    """Read the production settings in a process of their own; returns the finished process."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", SHOW % (list(names),)],
        env={**kept, **environment, "DJANGO_SETTINGS_MODULE": "hanse_site.settings.production"},
        capture_output=True,
        text=True,
    )


def settings_with(environment, *names):
    done = start({**COMPLETE, **environment}, names)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_variable_is_named(name):
    done = start({key: value for key, value in COMPLETE.items() if key != name})
    assert done.returncode != 0
    assert f"environment variable {name} is missing" in done.stderr


def test_an_empty_variable_counts_as_missing():
    assert "environment variable SECRET_KEY is missing" in start({**COMPLETE, "SECRET_KEY": " "}).stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "database"),
        ("DATABASE_POOL_SIZE", "many"),
        ("EMAIL_URL", "mail.example.org:587"),
        ("HANSE_BASE_URL", "hanse.example.org"),
        ("HANSE_UPLOAD_MAX_BYTES", "25 MB"),
        ("LOG_LEVEL", "loud"),
        ("SECURE_SSL_REDIRECT", "ja"),
        ("SENTRY_TRACES_SAMPLE_RATE", "some"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(name, value):
    """A word that is neither true nor false must not switch a protection off."""
    done = start({**COMPLETE, "SENTRY_DSN": "https://key@sentry.invalid/1", name: value})
    assert done.returncode != 0
    assert f"environment variable {name} cannot be read" in done.stderr


def test_an_empty_variable_leaves_the_default():
    settings = settings_with({"DEFAULT_FROM_EMAIL": "", "HANSE_DATA_EXPORT_DAYS": ""}, "DEFAULT_FROM_EMAIL")
    assert settings == {"DEFAULT_FROM_EMAIL": "Hanse <no-reply@hanse.example.org>"}


def test_settings_of_plugins_come_from_the_environment():
    settings = settings_with(
        {"HANSE_UPLOAD_IMAGE_WIDTHS": "320,640", "HANSE_FILES_HANDOFF": "x-accel"},
        "HANSE_UPLOAD_IMAGE_WIDTHS",
        "HANSE_FILES_HANDOFF",
    )
    assert settings == {"HANSE_UPLOAD_IMAGE_WIDTHS": [320, 640], "HANSE_FILES_HANDOFF": "x-accel"}


def test_it_is_closed_by_default():
    settings = settings_with(
        {},
        "DEBUG",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "HANSE_ADMIN_REQUIRES_MFA",
    )
    assert settings.pop("DEBUG") is False
    assert all(settings.values())


def test_connections_to_postgresql_are_pooled():
    databases = settings_with({"DATABASE_POOL_SIZE": "7"}, "DATABASES")["DATABASES"]
    assert databases["default"]["OPTIONS"]["pool"]["max_size"] == 7
    assert databases["default"]["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(("more", "options"), [("", "-c jit=off"), ("?options=-c%20jit%3Don", "-c jit=on")])
def test_postgresql_compiles_no_queries_unless_told(more, options):
    address = f"{COMPLETE['DATABASE_URL']}{more}"
    databases = settings_with({"DATABASE_URL": address}, "DATABASES")["DATABASES"]
    assert databases["default"]["OPTIONS"]["options"] == options


def test_a_mail_provider_replaces_the_mail_server():
    settings = settings_with(
        {"EMAIL_URL": "", "ANYMAIL_ESP": "brevo", "ANYMAIL_BREVO_API_KEY": "key"}, "EMAIL_BACKEND", "ANYMAIL"
    )
    assert settings == {"EMAIL_BACKEND": "anymail.backends.brevo.EmailBackend", "ANYMAIL": {"BREVO_API_KEY": "key"}}


def test_files_go_to_two_buckets():
    storages = settings_with({"S3_BUCKET": "open", "S3_PRIVATE_BUCKET": "closed"}, "STORAGES")["STORAGES"]
    assert storages["default"]["OPTIONS"]["bucket_name"] == "open"
    assert storages["private"]["OPTIONS"]["bucket_name"] == "closed"


def test_a_public_bucket_without_a_private_one_is_refused():
    assert "S3_PRIVATE_BUCKET is missing" in start({**COMPLETE, "S3_BUCKET": "open"}).stderr


def test_it_starts_when_complete_and_every_line_of_the_log_is_json_warnings_too():
    warn = "import django, warnings; django.setup(); warnings.warn('odd: anna@example.org')"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", warn],
        env={**kept, **COMPLETE, "DJANGO_SETTINGS_MODULE": "hanse_site.settings.production"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["logger"] for line in lines] == ["py.warnings"]
    assert "UserWarning: odd: <email>" in lines[0]["event"]
