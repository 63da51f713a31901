"""What error reports (Sentry) hold: no more than the log does.

Sentry's own filters leave the path, the query and the referring address, which carry keys of links, the messages of
exceptions, which quote what people entered, and what was logged before. So a report is put together of what is known to
be harmless: new fields of the SDK stay out until somebody looks at them.
"""

from __future__ import annotations

import logging
from typing import Any

import structlog

from .logs import REQUEST_LOGGERS, mask

Report = dict[str, Any]

KEPT = (
    *("event_id", "type", "level", "logger", "platform", "environment", "release", "server_name", "sdk", "modules"),
    *("timestamp", "start_timestamp", "transaction_info"),
)
KEPT_OF_CONTEXTS = {
    "runtime": ("name", "version"),
    "response": ("status_code",),
    "trace": ("trace_id", "span_id", "parent_span_id", "op", "status", "origin"),
}
KEPT_OF_EXCEPTIONS = ("type", "module", "mechanism", "stacktrace")
KEPT_OF_SPANS = ("trace_id", "span_id", "parent_span_id", "op", "status", "origin", "start_timestamp", "timestamp")
#: spans whose description is code: SQL with placeholders, a template, a middleware. Others hold addresses and keys.
DESCRIBED_SPANS = ("db", "template.render", "view.render", "middleware.django")


def reporting_options() -> dict[str, Any]:
    """For ``sentry_sdk.init``."""
    return {
        "send_default_pii": False,
        "include_local_variables": False,
        "max_request_body_size": "never",
        "max_breadcrumbs": 0,
        "before_send": harmless_report,
        "before_send_transaction": harmless_report,
    }


def harmless_report(event: Report, hint: dict[str, Any]) -> Report:
    """Class and place of an error, or the times of a request, with the route instead of the path."""
    report = _only(event, KEPT)
    if event.get("transaction_info", {}).get("source") not in {None, "url"}:
        report["transaction"] = event.get("transaction")
    if "method" in event.get("request", {}):
        report["request"] = {"method": event["request"]["method"]}
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        report["tags"] = {"request_id": request_id}
    contexts = event.get("contexts", {})
    report["contexts"] = {
        name: _only(contexts[name], kept) for name, kept in KEPT_OF_CONTEXTS.items() if contexts.get(name)
    }
    if "exception" in event:
        report["exception"] = {"values": [_only(each, KEPT_OF_EXCEPTIONS) for each in event["exception"]["values"]]}
    elif "log_record" in hint:
        report["message"] = _told(hint["log_record"])
    if "spans" in event:
        report["spans"] = [_span(span) for span in event["spans"]]
    return report


def _told(record: logging.LogRecord) -> str:
    """What was logged, without what was put into it."""
    if record.name.startswith(REQUEST_LOGGERS):
        return "request failed"
    text = record.msg.get("event", "") if isinstance(record.msg, dict) else record.msg
    return mask(str(text).partition("\n")[0])


def _span(span: Report) -> Report:
    described = ("description",) if span.get("op") in DESCRIBED_SPANS else ()
    return _only(span, (*KEPT_OF_SPANS, *described))


def _only(values: Report, names: tuple[str, ...]) -> Report:
    return {name: values[name] for name in names if name in values}
