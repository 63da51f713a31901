"""Each trap of the table has a test that fails when its defence is taken out.

The quick tests keep the table in step with the source. The slow ones take each defence out, in a copy of the
repository, and see its tests fail there; before that they pass.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.catalogues import ROOT

from . import pages, platform
from .trap import Trap

TRAPS = (*pages.TRAPS, *platform.TRAPS)
PLUGINS = sorted(path.parent.parent for path in ROOT.glob("*/hanse_*/apps.py"))
LEFT_OUT = (".git", ".venv", "var", "docs", "__pycache__", "*.pyc", ".*_cache", ".hypothesis")
SOME_FAILED = 1


@pytest.mark.embedded
@pytest.mark.parametrize("trap", TRAPS, ids=str)
def test_each_defence_stands_where_the_table_says(trap: Trap):
    for edit in trap.edits:
        assert (ROOT / edit.file).read_text().count(edit.defence) == 1, edit.file
        assert edit.defence != edit.without


@pytest.mark.embedded
@pytest.mark.parametrize("trap", TRAPS, ids=str)
def test_each_test_of_the_table_is_there(trap: Trap):
    for name in trap.tests:
        path, *parts = name.split("::")
        source = (ROOT / path).read_text()
        for part in parts:
            assert re.search(rf"^\s*(async def|def|class) {part}\b", source, re.MULTILINE), name


@pytest.mark.embedded
def test_each_trap_has_its_own_name():
    assert len({trap.name for trap in TRAPS}) == len(TRAPS)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The repository as it stands here, without what is made of it."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("traps") / "copy", ignore=shutil.ignore_patterns(*LEFT_OUT))


def run(copy: Path, *tests: str, browser: bool = False) -> tuple[int, str]:
    """Exit code of pytest and the last of what it wrote; it stops at the first failure.

    The packages are those of the copy, which stand before the installed ones. Tests of the browser need PostgreSQL and
    get a database and a cache of their own on the servers of this run; all others run on SQLite.
    """
    own = ("PYTEST_", "HANSE_", *(() if browser else ("DATABASE_URL", "REDIS_URL")))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    if browser:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        environment["DATABASE_URL"] = f"{environment['DATABASE_URL'].rpartition('/')[0]}/traps_{worker}"
        environment["PYTEST_XDIST_WORKER"] = "gw15"
    environment["PYTHONPATH"] = os.pathsep.join(str(copy / plugin.relative_to(ROOT)) for plugin in PLUGINS)
    marked = "e2e" if browser else "not e2e"
    done = subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-m",
            "pytest",
            "-n0",
            "-x",
            "-q",
            "--no-header",
            "-p",
            "no:cacheprovider",
            "-m",
            marked,
            *tests,
        ],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr)[-3000:]


def cases() -> list:
    """Those of the browser run with the other tests of the browser."""
    return [
        pytest.param(trap, id=str(trap), marks=[pytest.mark.e2e] if trap.browser else [pytest.mark.embedded])
        for trap in TRAPS
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "browser", [pytest.param(False, marks=pytest.mark.embedded), pytest.param(True, marks=pytest.mark.e2e)]
)
def test_with_all_defences_the_tests_pass(copy, browser):
    tests = {name for trap in TRAPS if trap.browser == browser for name in trap.tests}
    code, said = run(copy, *sorted(tests), browser=browser)
    assert code == 0, said


@pytest.mark.slow
@pytest.mark.parametrize("trap", cases())
def test_without_its_defence_a_test_fails(copy, trap: Trap):
    kept = {edit.file: (copy / edit.file).read_text() for edit in trap.edits}
    try:
        for edit in trap.edits:
            file = copy / edit.file
            file.write_text(file.read_text().replace(edit.defence, edit.without))
        code, said = run(copy, *trap.tests, browser=trap.browser)
    finally:
        for name, text in kept.items():
            (copy / name).write_text(text)
    assert code == SOME_FAILED, said
    assert re.search(r"^FAILED ", said, re.MULTILINE), said
