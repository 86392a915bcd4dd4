"""Dates as mail files write them: the From line of an mbox (ctime), and the header Date (RFC 5322, section 3.3)."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CTIME = re.compile(r"\b([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+(?:([+-]\d{4})\s+|[A-Z]{2,4}\s+)?(\d{4})(?:\s+([+-]\d{4}))?\b")
_HEADER = re.compile(r"(\d{1,2})\s+([A-Za-z]{3})[A-Za-z]*\s+(\d{4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([+-]\d{4})?")


def from_line(text: str) -> datetime | None:
    """Return the date of a From line; UTC where it names no zone, None where it has no date."""
    found = _CTIME.search(text)
    if found is None:
        return None
    month, day, hour, minute, second, zone, year, late = found.groups()
    return _date(year, month, day, hour, minute, second, zone or late)


def header(text: str) -> datetime | None:
    """Return the date of a Date header; None where it is none."""
    found = _HEADER.search(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, zone = found.groups()
    return _date(year, month, day, hour, minute, second, zone)


def ctime(date: datetime) -> str:
    """Return a date as a From line has it, in UTC."""
    there = date.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[there.weekday()]
    return f"{day} {_MONTHS[there.month - 1].capitalize()} {there.day:2d} {there:%H:%M:%S} {there.year:04d}"


def _date(year: str, month: str, day: str, hour: str, minute: str, second: str | None, zone: str | None) -> datetime | None:
    if month.lower() not in _MONTHS:
        return None
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) if zone else timedelta()
    try:
        there = timezone(-shift if zone and zone[0] == "-" else shift)
        date = datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=there)
        return date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
