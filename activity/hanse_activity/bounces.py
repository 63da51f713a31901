"""Reading what mail servers answer later: delivery reports by RFC 3464, complaints by RFC 5965."""

from __future__ import annotations

from email.message import EmailMessage

from .models import MailSuppression

Reason = MailSuppression.Reason


def failed_addresses(report: EmailMessage) -> list[tuple[str, Reason]]:
    """Addresses that this message reports as failed for good, or whose reader complained. Delays are no failures."""
    found: list[tuple[str, Reason]] = []
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            found += [(address, Reason.BOUNCED) for address in _failed(part)]
        elif part.get_content_type() == "message/feedback-report":
            fields = _fields(part)
            found += [(_address(value), Reason.COMPLAINED) for value in fields if value]
    return [(address, reason) for address, reason in found if "@" in address]


def _failed(part: EmailMessage) -> list[str]:
    """Each block after the first speaks of one recipient; the status 5.x.x is permanent."""
    addresses = []
    for block in part.get_payload():
        status, action = str(block.get("Status", "")), str(block.get("Action", "")).strip().lower()
        if action == "failed" and status.strip().startswith("5"):
            addresses.append(_address(str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")))
    return addresses


def _fields(part: EmailMessage) -> list[str]:
    """A complaint names the recipient in the report's own fields."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else []
    return [str(value) for block in blocks for value in block.get_all("Original-Rcpt-To", [])]


def _address(value: str) -> str:
    """ "rfc822; a@example.org" or "<a@example.org>" without its dress."""
    return value.rpartition(";")[2].strip().strip("<>").strip()


def record_bounces(report: EmailMessage) -> int:
    """Send nothing more to the addresses that the report names. Returns their number."""
    addresses = failed_addresses(report)
    for address, reason in addresses:
        MailSuppression.objects.suppress(address, reason)
    return len(addresses)
