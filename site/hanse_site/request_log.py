from __future__ import annotations

import re
import time
import uuid

import structlog
from django.http import HttpRequest, HttpResponse

logger = structlog.get_logger("hanse_site.requests")
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
QUIET = "health/"


class RequestLogMiddleware:
    """One log line for each request, and one id in all lines that belong to it.

    The line names the route, not the path: paths carry keys of links and slugs of closed things. The id comes from a
    proxy's X-Request-ID when it looks like one, and goes out in the same header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            route = match.route if match else None
            if not (route or "").startswith(QUIET) or response.status_code >= 400:
                logger.info(
                    "request",
                    method=request.method if request.method in {"GET", "HEAD", "POST", "PUT", "DELETE"} else "other",
                    route=route,
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )
        response["X-Request-ID"] = request_id
        return response
