"""The project's own guards, run by ``make lint``: layout, length of files, translations. Each yields what is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polib

from scripts.catalogues import LANGUAGE, ROOT, collect, packages

MAX_LINES = 500
SOURCES = {".py", ".html", ".css", ".js", ".txt", ".sh", ".md", ".toml", ".yaml", ".yml", ""}


def tracked(root: Path) -> list[Path]:
    """The files that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git of the developer
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for path in map(root.joinpath, listed.splitlines()) if path.is_file()]


def layout(root: Path = ROOT) -> Iterator[str]:
    """A plugin folder is no Python package; ``site/__init__.py`` would even shadow the standard library's ``site``."""
    for package in packages(root):
        if (package.parent / "__init__.py").exists():
            yield f"{package.parent.name}/__init__.py: a plugin folder must not be a Python package"


def length(root: Path = ROOT) -> Iterator[str]:
    """No file that people write is longer than they can read; migrations, catalogues and vendored files aside."""
    for path in tracked(root):
        relative = path.relative_to(root)
        if path.suffix not in SOURCES or {"migrations", "vendor"} & set(relative.parts) or relative.name == "LICENSE":
            continue
        lines = len(path.read_text(errors="replace").splitlines())
        if lines > MAX_LINES:
            yield f"{relative}: {lines} lines, more than {MAX_LINES}"


def translations(root: Path = ROOT) -> Iterator[str]:
    """Every text of every package stands in its German catalogue, translated and confirmed. Needs gettext."""
    for package in packages(root):
        name = package.name
        for po in sorted(package.glob(f"locale/{LANGUAGE}/LC_MESSAGES/*.po")):
            catalogue = polib.pofile(str(po))
            for entry in catalogue.untranslated_entries():
                yield f"{name}/{po.name}: not translated: {entry.msgid!r}"
            for entry in catalogue.fuzzy_entries():
                yield f"{name}/{po.name}: fuzzy: {entry.msgid!r}"
        yield from stale_texts(package)


def stale_texts(package: Path) -> Iterator[str]:
    """What a fresh collection of the package's texts would add to its catalogues or take out of them."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / package.name
        shutil.copytree(package, fresh, ignore=shutil.ignore_patterns("__pycache__", "fonts", "migrations"))
        collect(fresh)
        for domain in ("django", "djangojs"):
            file = Path("locale", LANGUAGE, "LC_MESSAGES", f"{domain}.po")
            before, after = texts(package / file), texts(fresh / file)
            for text in sorted(after - before):
                yield f"{package.name}/{domain}.po: missing (make messages): {text[1]!r}"
            for text in sorted(before - after):
                yield f"{package.name}/{domain}.po: no longer used (make messages): {text[1]!r}"


def texts(po: Path) -> set[tuple[str, str]]:
    if not po.exists():
        return set()
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(po)) if not entry.obsolete}


CHECKS: dict[str, Callable[[], Iterator[str]]] = {"layout": layout, "length": length, "translations": translations}

if __name__ == "__main__":
    problems = [problem for name in sys.argv[1:] for problem in CHECKS[name]()]
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(bool(problems))
