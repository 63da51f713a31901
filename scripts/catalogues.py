"""The German catalogues: ``collect`` texts into the .po files, ``compile`` them into the .mo files that Django reads.

The .po files are in git; the .mo files are made here: by make, by the tests and by the wheel's build hook.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "de"


def packages(root: Path = ROOT) -> list[Path]:
    """The plugins' packages: ``<plugin>/hanse_<name>``."""
    return sorted(path for path in root.glob("*/hanse_*") if (path / "__init__.py").is_file())


def catalogues(root: Path = ROOT) -> list[Path]:
    return sorted(po for package in packages(root) for po in package.glob("locale/*/LC_MESSAGES/*.po"))


def compile_catalogues(root: Path = ROOT) -> Iterator[Path]:
    """Write the .mo beside every .po that changed since; yields the files written."""
    import polib  # only where something is compiled: the build hook imports this module too

    for po in catalogues(root):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        # Written aside and moved into place: parallel test workers compile at the same time.
        aside = mo.with_suffix(f".{os.getpid()}")
        polib.pofile(str(po)).save_as_mofile(str(aside))
        aside.replace(mo)
        yield mo


def collect(package: Path) -> None:
    """Bring the package's German catalogues up to date with its sources. Needs gettext."""
    (package / "locale").mkdir(exist_ok=True)
    domains = ["django"] + (["djangojs"] if has_script_texts(package) else [])
    for domain in domains:
        subprocess.run(  # noqa: S603 - fixed command, no input from outside
            [
                sys.executable, "-m", "django", "makemessages", "--locale", LANGUAGE, "--domain", domain,
                "--no-location", "--no-obsolete", "--ignore", "vendor/*", "--verbosity", "0",
            ],
            cwd=package,
            check=True,
            env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        )  # fmt: skip


def has_script_texts(package: Path) -> bool:
    scripts = (path for path in package.glob("static/**/*.js") if "vendor" not in path.parts)
    return any("gettext(" in path.read_text() for path in scripts)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect"]:
            for package in packages():
                collect(package)
        case ["compile"]:
            for written in compile_catalogues():
                sys.stdout.write(f"{written.relative_to(ROOT)}\n")
        case _:
            sys.exit("usage: python -m scripts.catalogues collect|compile")
