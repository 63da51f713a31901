"""Error reports tell where an error is and nothing of the people whom it met."""

import json
import os
import subprocess
import sys

import pytest

from scripts.catalogues import ROOT
from tests.ops.test_production_settings import COMPLETE

SECRET = "r4ndomKeyOfALink"

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "tests.ops.reported_errors"],
        cwd=ROOT,
        input=SECRET,
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **COMPLETE,
            "DJANGO_SETTINGS_MODULE": "hanse_site.settings.production",
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "HANSE_VAR_DIR": str(folder),
            "HANSE_STATIC_ROOT": str(folder),
            "SENTRY_DSN": "https://key@sentry.invalid/1",
            "SENTRY_TRACES_SAMPLE_RATE": "1",
            "SECURE_SSL_REDIRECT": "false",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def of_request(reports, kind):
    return [report for report in reports if report.get("type") == kind and "request" in report]


def test_what_people_enter_and_keys_of_links_are_in_none(reports):
    assert len(reports) > 5
    assert [report for report in reports if SECRET.lower() in json.dumps(report).lower()] == []
    assert "203.0.113.9" not in json.dumps(reports)


def test_an_error_is_reported_with_route_place_and_the_id_of_the_log(reports):
    report = of_request(reports, None)[0]
    assert report["transaction"] == "/invitations/{secret}/"
    assert report["request"] == {"method": "GET"}
    assert report["tags"] == {"request_id": "0123456789abcdef"}
    error = report["exception"]["values"][-1]
    assert error["type"] == "OperationalError"
    assert error["stacktrace"]["frames"][-1]["lineno"]


def test_causes_are_reported_too(reports):
    logged = [report for report in reports if report.get("logger") == "hanse_members" and "exception" in report]
    assert [error["type"] for error in logged[0]["exception"]["values"]] == ["KeyError", "ValueError"]


def test_what_was_logged_as_an_error_is_reported_in_its_own_words(reports):
    assert [report["message"] for report in reports if "message" in report] == ["mail failed", "request failed"]


def test_timed_requests_tell_the_route_and_the_queries(reports):
    timed = of_request(reports, "transaction")[0]
    assert timed["transaction"] == "/invitations/{secret}/"
    assert any(span.get("description", "").startswith("SELECT") for span in timed["spans"])
