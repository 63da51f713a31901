"""The ZIP of a person's own data: one folder for each plugin that holds some, JSON files and the files themselves."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone, translation

from hanse_base.personal_data import ExportFile, personal_data

#: Version of the layout of folders and JSON files; raised when a reader of the old one would stumble.
FORMAT = 1

#: Beyond this the ZIP is put together on disk.
IN_MEMORY_BYTES = 8 * 1024 * 1024


class UnsafePath(ValueError):
    """A plugin named a file outside of its own folder."""


@contextmanager
def write_zip(user, *, progress: Callable[[int, int], Any] = lambda done, total: None) -> Generator[IO[bytes]]:
    """Yields the finished ZIP, open for reading from its start. ``progress`` hears of each plugin that is done."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _in_language_of(user):
            contents = []
            for done, entry in enumerate(personal_data, start=1):
                names = [_write(archive, entry.name, item) for item in entry.export(user)]
                contents.append({"folder": entry.name, "title": str(entry.label), "files": names})
                progress(done, len(personal_data))
            archive.writestr("index.json", _json(_index(user, contents)))
            archive.writestr("README.txt", render_to_string("hanse_site/account/export_readme.txt", _about(contents)))
        file.seek(0)
        yield file


def _write(archive: zipfile.ZipFile, folder: str, item: ExportFile) -> str:
    path = PurePosixPath(item.path)
    if path.is_absolute() or ".." in path.parts or not path.name:
        raise UnsafePath(item.path)
    name = str(PurePosixPath(folder) / path)
    archive.writestr(name, item.content if isinstance(item.content, bytes) else _json(item.content))
    return name


def _json(content: Any) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _index(user, contents: list[dict]) -> dict:
    return {"format": FORMAT, "site": settings.WAGTAIL_SITE_NAME, "person": user.pk, "contents": contents} | {
        "collected_at": timezone.now()
    }


def _about(contents: list[dict]) -> dict:
    return {"site_name": settings.WAGTAIL_SITE_NAME, "contents": [part for part in contents if part["files"]]}


@contextmanager
def _in_language_of(user) -> Generator[None]:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        yield
