"""The one view that hands private files out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import IO
from urllib.parse import quote
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from . import conf
from .models import PrivateAttachment, attachment_models
from .models.attachments import private_storage
from .shortcuts import get_visible_or_404
from .viewer import Viewer

CHUNK = 256 * 1024
INLINE = re.compile(r"image/(jpeg|png|webp|gif)|application/pdf|(audio|video)/.+")
#: nothing that a file contains runs, loads, submits or frames anything
SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; form-action 'none'; base-uri 'none'; sandbox"
)
#: Safari shows no PDF in a sandbox, and Chromium heeds none; their viewers are isolated by themselves (ADR 0008)
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; form-action 'none'; base-uri 'none'"


@require_safe
def serve_file(request: HttpRequest, kind: str, uuid: UUID, width: int | None = None) -> HttpResponseBase:
    """A private file or a smaller variant of an image. Hidden, missing and unknown are the same 404."""
    model = attachment_models().get(kind)
    if model is None:
        raise Http404
    attachment = get_visible_or_404(request, model.objects, uuid=uuid)
    name, size = _file_of(attachment, width)
    response = _handed_off(attachment, name) or _sent(request, attachment, name, size, f"{attachment.sha256}-{width}")
    inline = INLINE.fullmatch(attachment.content_type)
    response["Content-Type"] = attachment.content_type
    response["Content-Disposition"] = content_disposition_header(not inline, attachment.label)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY if attachment.content_type == "application/pdf" else SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def is_there(viewer: Viewer, kind: str, uuid: UUID, width: int | None = None) -> bool:
    """Whether ``serve_file`` would hand this file to the viewer."""
    model = attachment_models().get(kind)
    attachment = model.objects.visible_to(viewer).filter(uuid=uuid).first() if model else None
    if attachment is None:
        return False
    return width is None or any(variant["width"] == width for variant in attachment.variants)


def _file_of(attachment: PrivateAttachment, width: int | None) -> tuple[str, int]:
    if width is None:
        return str(attachment.file.name), attachment.size
    for variant in attachment.variants:
        if variant["width"] == width:
            return variant["name"], variant["size"]
    raise Http404


def _handed_off(attachment: PrivateAttachment, name: str) -> HttpResponse | None:
    """The bytes come from the web server or the storage, if settings say so."""
    handoff = conf.files_handoff()
    if handoff == "x-accel":
        response = HttpResponse()
        response["X-Accel-Redirect"] = conf.files_x_accel_prefix() + quote(name)
        return response
    if handoff == "signed-url":
        inline = INLINE.fullmatch(attachment.content_type)
        parameters = {
            "ResponseContentType": attachment.content_type,
            "ResponseContentDisposition": content_disposition_header(not inline, attachment.label),
            "ResponseCacheControl": "private, no-store",
        }
        url = private_storage().url(name, parameters=parameters, expire=conf.files_signed_url_seconds())
        return HttpResponseRedirect(url)
    return None


def _sent(request: HttpRequest, attachment: PrivateAttachment, name: str, size: int, tag: str) -> HttpResponseBase:
    etag = f'"{tag}"'
    first, last = 0, size - 1
    status = 200
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        try:
            wanted = parse_range(request.headers.get("Range", ""), size)
        except ValueError:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
        if wanted is not None:
            (first, last), status = wanted, 206
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        response = StreamingHttpResponse(_stream(request, _opened(name), first, last - first + 1), status=status)
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _opened(name: str) -> File:
    try:
        return private_storage().open(name)
    except FileNotFoundError as error:
        raise Http404 from error


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range. None means all of it: no range, several, or one that is malformed.

    Raises ValueError for a range beyond the end (416).
    """
    match = re.fullmatch(r"bytes=(\d{0,19})-(\d{0,19})", header.replace(" ", ""))
    if not match or match.group(1) == match.group(2) == "":
        return None
    start, end = match.groups()
    if not start:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
        if end and int(end) < first:
            return None
    if first >= size:
        raise ValueError("range not satisfiable")
    return first, last


def _stream(request: HttpRequest, file: File, first: int, length: int) -> Iterator[bytes] | AsyncIterator[bytes]:
    return streamed(request, _chunks(file, first, length))


def streamed(
    request: HttpRequest, chunks: Iterator[bytes], *, asks_database: bool = False
) -> Iterator[bytes] | AsyncIterator[bytes]:
    """What a StreamingHttpResponse to this request takes, whichever server runs it.

    ``asks_database``: producing the chunks takes queries, so it stays in the thread in which this request has its
    connection.
    """
    return _from_thread(chunks, asks_database) if isinstance(request, ASGIRequest) else chunks


def streamed_whole(request: HttpRequest, response: FileResponse) -> FileResponse:
    """The response, whose file an asynchronous server gets chunk by chunk too; Django would read all of it at once."""
    file = response.file_to_stream
    if file is not None and isinstance(request, ASGIRequest):
        response.streaming_content = streamed(request, _all_chunks(file))
    return response


def _all_chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _chunks(file: File, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


async def _from_thread(chunks: Iterator[bytes], thread_sensitive: bool) -> AsyncIterator[bytes]:
    """Reads chunk by chunk in a thread, so that a large file neither blocks the loop nor fills the memory."""
    take = sync_to_async(lambda: next(chunks, None), thread_sensitive=thread_sensitive)
    try:
        while (chunk := await take()) is not None:
            yield chunk
    finally:
        await sync_to_async(chunks.close, thread_sensitive=thread_sensitive)()
