"""Has a file read by ``child`` and judges how that went."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import child, conf
from .readers import READERS

#: On a machine under load the limit of the processor's time comes first, then this many times as much by the clock.
PATIENCE = 3
#: How the system ends a process that took more than it may.
OVER_LIMITS = {-signal.SIGXCPU, -signal.SIGXFSZ}


class Outcome(models.TextChoices):
    READ = "read", _("read")
    CUT = "cut", _("read up to a limit")
    ENCRYPTED = "encrypted", _("protected by a password")
    BROKEN = "broken", _("broken")
    TOO_LARGE = "too_large", _("too large to be read")


class ExtractionFailed(Exception):
    """Nothing was learned of the file; another try may succeed."""


@dataclass(frozen=True)
class Extract:
    """What was read. ``text`` may stand beside any outcome: what came before the limit or the break."""

    outcome: Outcome
    text: str = ""


def extracts(content_type: str) -> bool:
    """Files of this type have text."""
    return content_type in READERS


def extract(file: BinaryIO, content_type: str) -> Extract:
    """The text of an open file of one of the types in ``READERS``.

    Takes ``conf.seconds`` of the processor's time at most, and ``PATIENCE`` times as long by the clock.
    Raises ExtractionFailed when the process could not run or ended for no reason that lies in the limits.
    """
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as text:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            copy.write(chunk)
            if copy.tell() > conf.max_bytes():
                return Extract(Outcome.TOO_LARGE)
        copy.seek(0)
        code = _run(content_type, copy, text)
        text.seek(0)
        words = clean(text.read(child.MOST_BYTES * conf.max_characters()).decode("utf-8", errors="replace"))
    return Extract(_outcome(code, words), words)


def _outcome(code: int | None, words: str) -> Outcome:
    if code is None or code in OVER_LIMITS or code == child.TOO_LARGE:
        return Outcome.CUT if words else Outcome.TOO_LARGE
    known = {
        child.DONE: Outcome.READ,
        child.CUT: Outcome.CUT,
        child.ENCRYPTED: Outcome.ENCRYPTED,
        child.BROKEN: Outcome.BROKEN,
    }
    if code not in known:
        raise ExtractionFailed(f"the process that reads files ended with {code}")
    return known[code]


def _run(content_type: str, copy: BinaryIO, text: BinaryIO) -> int | None:
    """The exit code, minus the signal that ended it, or None for who took too long by the clock."""
    limits = (conf.seconds(), conf.memory_bytes(), conf.max_characters())
    command = [sys.executable, "-m", "hanse_search.extraction.child", content_type, *map(str, limits)]
    # None of the site's own variables: there are passwords among them.
    environment = {
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        process = subprocess.Popen(  # noqa: S603 - this Python, and arguments of our own
            command,
            stdin=copy,
            stdout=text,
            stderr=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise ExtractionFailed(f"the process that reads files did not start: {error.strerror}") from error
    try:
        return process.wait(PATIENCE * conf.seconds())
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": None}
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
#: A word that goes on in the next line; what follows a hyphen that stays ("Forschungs- und") is no part of it.
_DIVIDED = re.compile(r"(?<=[^\W\d_])[-‐]\n(?!(?:und|oder|bzw|sowie|and|or)\b)(?=[a-zäöüß])")


def clean(text: str) -> str:
    """Words as they are searched: whole again where a line ended within one, without control characters and gaps."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LIGATURES)
    text = _DIVIDED.sub("", _CONTROLS.sub(" ", unicodedata.normalize("NFC", text)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
