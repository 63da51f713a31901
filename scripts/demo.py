"""``make demo``: bring the demo up to date, then serve it with its task worker until Ctrl-C.

HOST and PORT say where. Data, mails and files stay in ``var/``; remove that folder to begin anew.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = os.environ.get("HOST", "localhost")
PORT = os.environ.get("PORT", "8000")
# Wildcard addresses are to listen on, not to link to.
ADDRESS = f"http://{'localhost' if HOST in {'0.0.0.0', '::', '127.0.0.1'} else HOST}:{PORT}"  # noqa: S104 - comparison
STOP_TIMEOUT = 15


def prepare() -> None:
    """Catalogues, database, demo data, static files: all of it quick when there is nothing to do."""
    sys.path.insert(0, str(ROOT))
    from scripts.catalogues import compile_catalogues

    for _ in compile_catalogues():
        pass

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_demo")
    collect_static()


def collect_static() -> None:
    """Collect the static files when one of them has changed: compressing them all takes a while."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    sys.stdout.write("Collecting static files …\n")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())


def serve() -> int:
    """Run server and worker; when one ends, or on Ctrl-C, stop the other. Returns the exit code."""
    commands = [
        [sys.executable, "-m", "uvicorn", "hanse_site.asgi:application", "--host", HOST, "--port", PORT]
        + ["--no-access-log"],
        [sys.executable, "manage.py", "run_worker"],
    ]
    # Each in a session of its own: Ctrl-C reaches this process only, which then stops both once and in order.
    running = [subprocess.Popen(command, cwd=ROOT, start_new_session=True) for command in commands]  # noqa: S603
    sys.stdout.write(f"\nHanse runs on {ADDRESS} – stop it with Ctrl-C.\n\n")
    sys.stdout.flush()
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        return next(process.returncode for process in running if process.returncode is not None) or 1
    except KeyboardInterrupt:
        return 0
    finally:
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.SIG_IGN)
        for process in running:
            if process.poll() is None:
                process.terminate()
        for process in running:
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()


def interrupt(*_) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "hanse_site.settings.demo"
    os.environ["HANSE_BASE_URL"] = ADDRESS
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, interrupt)
    try:
        prepare()
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(serve())
