"""Run in a process of its own by test_error_reports.py: prints as JSON what a site in production would report.

Reads from standard input what must not be in it, so that it does not stand in the lines around the error either.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys

import sentry_sdk
import structlog
from sentry_sdk.transport import Transport

REPORTS: list[dict] = []
init = sentry_sdk.init


class Kept(Transport):
    def capture_envelope(self, envelope) -> None:
        REPORTS.extend(item.payload.json for item in envelope.items if item.payload.json is not None)


async def ask(application, path: str, query: str, headers: dict[str, str]) -> int:
    """The status of the answer."""
    received, answer = [{"type": "http.request", "body": b"", "more_body": False}], []

    async def receive():
        return received.pop() if received else await asyncio.Event().wait()

    async def send(message):
        answer.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("203.0.113.9", 1),
        "server": ("127.0.0.1", 8000),
    }
    await application(scope, receive, send)
    return answer[0]["status"]


def main(secret: str) -> None:
    sentry_sdk.init = lambda **options: init(**options, transport=Kept)

    from hanse_site.asgi import application

    # The database is empty: each address that asks it for anything fails.
    headers = {"host": "hanse.example.org", "cookie": f"sessionid={secret}", "x-request-id": "0123456789abcdef"}
    headers |= {"referer": f"https://hanse.example.org/invitations/{secret}/", "user-agent": secret}
    for path in (f"/invitations/{secret}/", f"/{secret}/"):
        asyncio.run(ask(application, path, f"email={secret}@example.org", headers))
    try:
        raise ValueError(secret) from KeyError(secret)
    except ValueError:
        logging.getLogger("hanse_members").exception("Not sent to %s", secret)
    structlog.get_logger("hanse_members").error("mail failed", title=secret)
    logging.getLogger("django.security").error(f"Refused: /{secret}/")
    sentry_sdk.flush()
    sys.stdout.write(json.dumps(REPORTS))


if __name__ == "__main__":
    main(sys.stdin.read())
