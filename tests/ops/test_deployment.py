"""The files for deployment speak of things that exist: commands, variables, paths."""

import re
import subprocess
import sys
import zipfile

import pytest
import yaml
from django.core.management import get_commands

from hanse_site.settings.base import PLUGIN_SETTINGS
from scripts.catalogues import ROOT, catalogues, packages

pytestmark = pytest.mark.embedded

REFERENCE = (ROOT / "docs/reference/settings.md").read_text()
DOCUMENTED = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", REFERENCE, re.MULTILINE))
#: Read by the programs that serve the site, not by its settings.
READ_ELSEWHERE = {"FORWARDED_ALLOW_IPS", "WEB_CONCURRENCY"}
#: Read by the settings for development alone.
INTERNAL = {"PYTEST_XDIST_WORKER"}
#: Settings of Django's own kind, which no variable changes.
NOT_VARIABLES = {"HANSE_ADMIN_REQUIRES_MFA", "HANSE_DEMO", "HANSE_PATTERN_LIBRARY"}


def read_by_settings():
    """The variables that the settings ask for."""
    sources = "".join(path.read_text() for path in (ROOT / "site/hanse_site/settings").glob("*.py"))
    asked = re.findall(r"""(?:env(?:\.\w+)?|required|environ\.get)\((?:env, )?["']([A-Z0-9_]+)["']""", sources)
    return (set(asked) | set(PLUGIN_SETTINGS)) - INTERNAL


def settings_of_the_plugins():
    """The names beginning with HANSE_ that the packages themselves ask for, defaults and all."""
    sources = [path for package in packages() for path in package.rglob("*.py") if "settings" not in path.parts]
    return set(re.findall(r"\bHANSE_[A-Z_]+\b", "".join(path.read_text() for path in sources)))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_every_variable_that_the_settings_read_is_documented():
    assert read_by_settings() - DOCUMENTED == set()


def test_every_documented_variable_is_read():
    assert DOCUMENTED - read_by_settings() == READ_ELSEWHERE | NOT_VARIABLES


def test_every_setting_of_the_plugins_is_documented_and_can_be_set():
    """A plugin's setting that no variable reaches would be out of the reach of who runs the site."""
    assert settings_of_the_plugins() - DOCUMENTED == set()
    assert settings_of_the_plugins() - read_by_settings() == NOT_VARIABLES


def test_every_setting_is_documented_with_type_default_and_effect():
    for table in re.findall(r"(?:^\|.*\n)+", REFERENCE, re.MULTILINE):
        head, _line, *rows = table.splitlines()
        assert all(len(row.split(" | ")) == len(head.split(" | ")) and "|  |" not in row for row in rows), head


def test_compose_sets_documented_variables_only(compose):
    for name in ("web", "worker", "migrate"):
        assert set(compose["services"][name]["environment"]) <= DOCUMENTED


def test_compose_sets_every_required_variable(compose):
    required = set(re.findall(r"""required\(env, "([A-Z_]+)",""", settings_source()))
    for name in ("web", "worker", "migrate", "setup"):
        assert required - {"S3_PRIVATE_BUCKET", "EMAIL_URL"} <= set(compose["services"][name]["environment"])


def test_compose_hands_every_other_variable_on(compose):
    """Otherwise a variable in .env that this file does not repeat would have no effect."""
    for name in ("web", "worker", "migrate", "setup"):
        assert compose["services"][name]["env_file"] == ".env"


def settings_source():
    return (ROOT / "site/hanse_site/settings/production.py").read_text()


def test_compose_runs_commands_that_exist(compose):
    for service in compose["services"].values():
        command = service.get("command", [])
        if command[:1] == ["django-admin"]:
            assert command[1] in get_commands()


def test_compose_waits_for_what_it_has(compose):
    services = compose["services"]
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            assert name in services
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in services[name]


def test_the_image_is_built_from_paths_that_exist_and_are_let_in():
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for path in " ".join(copied).split():
        assert (ROOT / path).exists(), path
        assert path in let_in, path


def test_the_image_gets_every_plugin():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert all(f"COPY {package.parent.name} " in dockerfile for package in packages())


def test_the_image_does_not_run_as_root():
    final = (ROOT / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER (?!root)", final, re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


def test_the_wheel_has_every_package_and_no_tests(wheel):
    tops = {name.split("/")[0] for name in wheel if ".dist-info" not in name}
    assert tops == {package.name for package in packages()}


def test_the_wheel_has_the_compiled_catalogues(wheel):
    for po in catalogues():
        assert str(po.with_suffix(".mo").relative_to(po.parents[4])) in wheel


def test_the_wheel_has_templates_and_static_files(wheel):
    for package in packages():
        for kind in ("templates", "static"):
            for file in package.glob(f"{kind}/**/*.*"):
                assert str(file.relative_to(package.parent)) in wheel
