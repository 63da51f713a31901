"""Logs without personal data: JSON lines in production, coloured text elsewhere.

Left out on purpose: paths and query strings (they carry keys of links), addresses, messages of exceptions (databases
quote the row), the logs of other packages below WARNING (Wagtail's name titles). What is left is checked once more:
e-mail addresses and network addresses are masked wherever they turn up.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import sys
import traceback
from typing import Any

import structlog

#: characters of a text that are kept: masking takes longer than the length, and what is this long is no message
LONGEST = 4000
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
IPV6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
QUERY = re.compile(r"\?[^\s\"'=?]*=[^\s\"']*")

# Django puts the path, the host header or the query into these messages; the request log says what is needed.
REQUEST_LOGGERS = ("django.request", "django.security", "django.channels")


def mask(text: str) -> str:
    """The text without e-mail addresses, network addresses and query strings."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    text = QUERY.sub("?…", text)
    text = EMAIL.sub("<email>", text)
    text = IPV4.sub("<address>", text)
    return IPV6.sub(mask_if_address, text)


def mask_if_address(match: re.Match) -> str:
    """Times have colons too: only what is an address is masked."""
    try:
        ipaddress.IPv6Address(match[0])
    except ValueError:
        return match[0]
    return "<address>"


def mask_event(logger: Any, method: str, event: dict) -> dict:
    return {key: masked(value) for key, value in event.items()}


def masked(value: Any) -> Any:
    match value:
        case str():
            return mask(value)
        case dict():
            return {key: masked(item) for key, item in value.items()}
        case list() | tuple():
            return [masked(item) for item in value]
        case bool() | int() | float() | None:
            return value
    return mask(str(value))


def drop_request_message(logger: Any, method: str, event: dict) -> dict:
    record = event.get("_record")
    if record is not None and record.name.startswith(REQUEST_LOGGERS):
        event["event"] = "request refused" if record.levelno < logging.ERROR else "request failed"
        if status := getattr(record, "status_code", None):
            event["status"] = status
    return event


def describe_exception(logger: Any, method: str, event: dict) -> dict:
    """Class and places of an exception and of its causes; never their messages, which quote what people entered."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        event["exception"] = [
            {
                "type": f"{type(each).__module__}.{type(each).__qualname__}",
                "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames_of(each)],
            }
            for each in chain(error)
        ]
    return event


def frames_of(error: BaseException) -> list[traceback.FrameSummary]:
    return traceback.extract_tb(error.__traceback__)[-12:]


def chain(error: BaseException) -> list[BaseException]:
    """The exception, then what caused it, at most five deep."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and len(found) < 5:
        found.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return found


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(*, json: bool, level: str) -> dict:
    """Django's LOGGING. Configures structlog too, so that its loggers end in the same handler."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    drop_request_message,
                    describe_exception,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_event,
                    renderer,
                ],
            }
        },
        "handlers": {"events": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["events"], "level": "WARNING"},
        "loggers": {
            # Django's own handlers would print a second, uncleaned line or mail the whole request to the admins.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # The request log replaces the access log, which has addresses and query strings.
            "uvicorn": {"handlers": [], "level": level, "propagate": True},
            "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django_tasks": {"level": level},
            "django_tasks_db": {"level": level},
            **{
                f"hanse_{name}": {"level": level}
                for name in ("base", "access", "activity", "search", "members", "groups", "challenges", "news", "site")
            },
        },
    }
