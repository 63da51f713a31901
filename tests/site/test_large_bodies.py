"""What is too large, or never arrives whole, is answered or forgotten, and leaves nothing behind."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from hanse_access.models import PageAttachment
from hanse_site.body_limit import limit_bodies
from hanse_site.one_thread import get_application
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("site_pages")]

LIMIT = 50_000
START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\n'
END = b"\r\n--x--\r\n"
TOKEN = "a" * 32
#: larger than what stays in memory
MEMORY = 1000


@pytest.fixture(autouse=True)
def small_limits(settings, tmp_path):
    settings.HANSE_REQUEST_MAX_BYTES = LIMIT
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = MEMORY
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)


@pytest.fixture
def uploader(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def stored() -> set[str]:
    """All files of the private storage."""
    found, waiting = set(), [""]
    while waiting:
        folder = waiting.pop()
        folders, files = storages["private"].listdir(folder) if storages["private"].exists(folder) else ((), ())
        waiting += [f"{folder}/{name}".lstrip("/") for name in folders]
        found |= {f"{folder}/{name}" for name in files}
    return found


def send(
    client: Client,
    parts: list[bytes],
    *,
    length: int | None = None,
    cut: bool = False,
    endless: bool = False,
    **headers: str,
):
    """POST a body in parts to the form for files, as a server hands it over. Gives status, headers, body, what is left.

    ``length`` is announced, None announces nothing; ``cut`` means that the line breaks after the parts,
    ``endless`` that the last of them is sent again and again.
    """
    cookies = "; ".join([f"{name}={morsel.value}" for name, morsel in client.cookies.items()] + [f"csrftoken={TOKEN}"])
    sent = {"host": "localhost", "content-type": "multipart/form-data; boundary=x", "cookie": cookies, **headers}
    sent["x-csrftoken"] = TOKEN
    if length is not None:
        sent["content-length"] = str(length)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": reverse("private_files:add"),
        "query_string": b"",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 50_000),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
    }
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if not cut:
        messages[-1]["more_body"] = False
    answer = []

    async def receive():
        if endless:
            await asyncio.sleep(0)
            return {**messages[-1], "more_body": True}
        if not messages and not cut:
            await asyncio.Event().wait()  # whoever waits for an answer sends nothing more
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def note(message):
        answer.append(message)

    async_to_sync(limit_bodies(get_application()))(scope, receive, note)
    if not answer:
        return None, {}, "", len(messages)
    found = {name.decode().lower(): value.decode() for name, value in answer[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in answer[1:]).decode()
    return answer[0]["status"], found, body, len(messages)


def body_of(size: int) -> list[bytes]:
    whole = START + b"a" * size + END
    return [whole[start : start + 10_000] for start in range(0, len(whole), 10_000)]


@pytest.fixture
def nothing_stays(tmp_path):
    """Whether there is no file and no row that was not there before."""
    before = stored()
    return lambda: not list(tmp_path.iterdir()) and not PageAttachment.objects.exists() and stored() == before


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "found out"])
def test_a_body_beyond_the_limit_is_read_away_and_answered_with_a_page(uploader, nothing_stays, announced):
    parts = body_of(3 * LIMIT)
    status, headers, page, left = send(
        uploader, parts, length=sum(map(len, parts)) if announced else None, accept="text/html"
    )
    assert (status, left) == (413, 0)
    assert "<main" in page
    assert "What you sent is too large" in page
    assert "content-security-policy" in headers
    assert "no-store" in headers["cache-control"]
    assert nothing_stays()


def test_scripts_get_the_reason_as_data(uploader, nothing_stays):
    parts = body_of(2 * LIMIT)
    status, _headers, body, _left = send(uploader, parts, length=sum(map(len, parts)), accept="application/json")
    assert status == 413
    assert "48" in json.loads(body)["error"]
    assert nothing_stays()


def test_whoever_goes_on_sending_is_not_listened_to_for_ever(uploader):
    assert send(uploader, [b"a" * LIMIT], endless=True)[0] == 413


def test_visitors_get_the_page_too_in_their_language():
    parts = body_of(2 * LIMIT)
    status, _headers, page, _left = send(Client(), parts, length=sum(map(len, parts)), accept_language="de")
    assert status == 413
    assert '<html lang="de"' in page


@pytest.mark.parametrize("size", [10 * MEMORY, 2 * LIMIT], ids=["large", "too large"])
def test_what_breaks_off_is_not_answered_and_leaves_nothing(uploader, nothing_stays, size):
    parts = body_of(size)
    announced = sum(map(len, parts))
    assert send(uploader, parts[:-1], length=announced, cut=True)[0] is None
    assert send(uploader, parts[:-1], cut=True)[0] is None
    assert nothing_stays()


def test_a_file_beyond_its_own_limit_is_an_error_at_its_field(uploader, nothing_stays, settings):
    settings.HANSE_UPLOAD_MAX_BYTES = 10 * MEMORY
    parts = body_of(20 * MEMORY)
    status, _headers, page, _left = send(uploader, parts, length=sum(map(len, parts)))
    assert status != 413
    assert "This file is too large" in page
    assert nothing_stays()


def test_what_fits_arrives(uploader, tmp_path):
    parts = body_of(10 * MEMORY)
    status, _headers, page, _left = send(uploader, parts, length=sum(map(len, parts)))
    assert status == 302, page
    assert PageAttachment.objects.get().label == "x.txt"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", 100, {"login": "a" * 200}),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 2, {"a": "1", "b": "1", "c": "1"}),
    ],
)
def test_more_text_than_a_form_may_have_is_too_large_as_well(client, settings, name, value, fields):
    setattr(settings, name, value)
    answer = client.post(reverse("account_login"), fields)
    assert answer.status_code == 413
    assert "What you sent is too large" in answer.content.decode()
