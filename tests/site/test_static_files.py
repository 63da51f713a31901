"""Files that come whole, from an asynchronous server."""

import warnings

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from hanse_access import files

ICONS = "/static/hanse_base/icons.svg"

pytestmark = pytest.mark.embedded


async def received(answer) -> list[bytes]:
    return [chunk async for chunk in answer.streaming_content]


def test_static_files_are_streamed_and_nothing_warns(monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 500)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = async_to_sync(AsyncClient().get)(ICONS)
        chunks = async_to_sync(received)(answer)
    assert sum(map(len, chunks)) == int(answer["Content-Length"])
    assert len(chunks) > 1


def test_one_that_is_known_already_comes_without_a_body():
    since = async_to_sync(AsyncClient().get)(ICONS)["Last-Modified"]
    answer = async_to_sync(AsyncClient().get)(ICONS, headers={"if-modified-since": since})
    assert answer.status_code == 304
    assert not answer.streaming or not b"".join(answer.streaming_content)
