"""When a mail may come: mornings and quiet hours, in the time zone of the person."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .delivery import Delivery

#: digests come from this time of day on
MORNING = time(7)
#: Monday, as ``date.weekday`` counts
FIRST_DAY_OF_WEEK = 0


def next_morning(period: Delivery, now: datetime, zone: ZoneInfo) -> datetime:
    """The first morning after ``now``; for a weekly digest that of a Monday."""
    local = now.astimezone(zone)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    if period == Delivery.WEEKLY:
        day += timedelta(days=(FIRST_DAY_OF_WEEK - day.weekday()) % 7)
    return datetime.combine(day, MORNING, tzinfo=zone)


def end_of_quiet(starts: time, ends: time, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours are over that ``now`` lies in; None outside of them. They may reach over midnight."""
    local = now.astimezone(zone)
    clock = local.time()
    over_midnight = ends < starts
    if not (clock >= starts or clock < ends if over_midnight else starts <= clock < ends):
        return None
    day = local.date() if clock < ends else local.date() + timedelta(days=1)
    end = datetime.combine(day, ends, tzinfo=zone)
    # In the hour that a clock is put back, the end may have been already.
    return end if end > now else None
