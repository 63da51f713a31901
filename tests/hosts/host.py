"""A host: a fresh environment with the built wheel and its core dependencies only, and in it a new Wagtail project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = Path(__file__).parent / "project"


@dataclass(frozen=True)
class Host:
    environment: Path
    project: Path
    wheel: Path
    settings: str = "hanse"

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    def run(self, *arguments: str) -> str:
        """Run the host's Python in the project's folder; returns its output. Raises AssertionError with its errors."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTHON", "COV"))}
        clean["DJANGO_SETTINGS_MODULE"] = f"host.settings.{self.settings}"
        done = subprocess.run(
            [str(self.python), *arguments], cwd=self.project, env=clean, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        return done.stdout

    def manage(self, *arguments: str) -> str:
        # Looking for garbage through all that migrations leave, again and again, would take a quarter longer.
        return self.run(
            "-c", "import gc, runpy; gc.disable(); runpy.run_path('manage.py', run_name='__main__')", *arguments
        )


def make_host(
    folder: Path, *, extras: Collection[str] = (), settings: str = "hanse", wheel: Path | None = None
) -> Host:
    """``wheel`` is one that was built before; ``extras`` are installed as well."""
    wheel = wheel or build_wheel(folder / "dist")
    environment = folder / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    site_packages = next(environment.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
    requires = requirements(site_packages, extras)
    for name in closure(requires):
        link_distribution(name, site_packages)
    host = Host(environment, folder / "project", wheel, settings)
    host.project.mkdir()
    host.run("-c", "from wagtail.bin.wagtail import main; main()", "start", "host", ".")
    for name in ("hanse.py", "hanse_rooms.py"):
        shutil.copy(PROJECT / name, host.project / "host" / "settings")
    for name in ("hanse_urls.py", "rooms_urls.py"):
        shutil.copy(PROJECT / name, host.project / "host")
    for name in ("visit.py", "walk.py"):
        shutil.copy(PROJECT / name, host.project)
    return host


def build_wheel(folder: Path) -> Path:
    """Build with the installed hatchling: no network, no isolated environment."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def requirements(site_packages: Path, extras: Collection[str] = ()) -> list[str]:
    """What the unpacked wheel asks for when it is installed with these extras."""
    (metadata,) = site_packages.glob("wagtail_hanse-*.dist-info/METADATA")
    prefix = "Requires-Dist: "
    lines = metadata.read_text().split("\n\n")[0].splitlines()
    wanted = [Requirement(line.removeprefix(prefix)) for line in lines if line.startswith(prefix)]
    # Without its marker, which the extras have satisfied, a requirement is one of the core.
    return [
        str(each).partition(";")[0]
        for each in wanted
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ["", *extras])
    ]


def closure(requires: Iterable[str]) -> set[str]:
    """Names of all distributions that these requirements lead to, as installed beside the tests."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in requires]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        for wanted in ["", *requirement.extras]:
            if (requirement.name, wanted) not in found:
                found.add((requirement.name, wanted))
                needs = distribution(requirement.name).requires or []
                waiting += [(Requirement(text), wanted) for text in needs]
    return {name for name, _extra in found}


def link_distribution(name: str, site_packages: Path) -> None:
    """Make the files of an installed distribution part of the host's environment."""
    installed = distribution(name)
    for top in {file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")}:
        target = site_packages / top
        if not target.exists():
            target.symlink_to(Path(str(installed.locate_file(top))).resolve())
