"""The project's own guards report what they are there for, and nothing in a clean tree."""

import shutil
import subprocess

import pytest

from scripts import checks
from scripts.catalogues import compile_catalogues, packages

pytestmark = pytest.mark.embedded

needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@pytest.fixture
def project(tmp_path):
    """A repository with one plugin that says "Hello"."""
    package = tmp_path / "greet" / "hanse_greet"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "views.py").write_text('from django.utils.translation import gettext as _\n_("Hello")\n')
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def write_catalogue(project, entries):
    folder = project / "greet/hanse_greet/locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO + entries)
    return folder / "django.po"


def test_this_repository_keeps_its_layout():
    assert list(checks.layout()) == []


def test_this_repository_has_no_file_too_long():
    assert list(checks.length()) == []


def test_every_plugin_is_looked_at():
    assert {"hanse_access", "hanse_base", "hanse_site"} <= {package.name for package in packages()}


def test_a_package_in_a_plugin_folder_is_reported(project):
    (project / "greet" / "__init__.py").touch()
    assert "greet/__init__.py" in "".join(checks.layout(project))


def test_a_long_file_is_reported(project):
    (project / "long.py").write_text("x = 1\n" * (checks.MAX_LINES + 1))
    (project / "greet" / "just.py").write_text("x = 1\n" * checks.MAX_LINES)
    assert [problem.split(":")[0] for problem in checks.length(project)] == ["long.py"]


def test_long_migrations_and_catalogues_are_not_reported(project):
    for name in ("greet/migrations/0001_initial.py", "greet/locale/de/django.po"):
        file = project / name
        file.parent.mkdir(parents=True)
        file.write_text("x = 1\n" * 600)
    assert list(checks.length(project)) == []


@needs_gettext
def test_a_complete_catalogue_passes(project):
    write_catalogue(project, 'msgid "Hello"\nmsgstr "Guten Tag"\n')
    assert list(checks.translations(project)) == []


@needs_gettext
@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ('msgid "Hello"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "Guten Tag"\n', "fuzzy"),
        ("", "missing"),
        ('msgid "Hello"\nmsgstr "Guten Tag"\n\nmsgid "Bye"\nmsgstr "Tschüss"\n', "no longer used"),
    ],
)
def test_a_gap_in_a_catalogue_is_reported(project, entries, problem):
    write_catalogue(project, entries)
    assert problem in "".join(checks.translations(project))


@needs_gettext
def test_a_package_without_a_catalogue_is_reported(project):
    assert "missing" in "".join(checks.translations(project))


@needs_gettext
def test_the_check_changes_nothing(project):
    po = write_catalogue(project, 'msgid "Bye"\nmsgstr "Tschüss"\n')
    before = po.read_bytes()
    list(checks.translations(project))
    assert po.read_bytes() == before


def test_catalogues_are_compiled_once(project):
    po = write_catalogue(project, 'msgid "Hello"\nmsgstr "Guten Tag"\n')
    assert list(compile_catalogues(project)) == [po.with_suffix(".mo")]
    assert list(compile_catalogues(project)) == []
