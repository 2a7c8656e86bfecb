"""Durations and points in time as written in options."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashkit.errors import UsageError
from dashkit.model.durations import seconds

_LONGEST = 100 * 365 * 24 * 3600


def duration_of(text: str, option: str) -> float:
    """Return a duration in seconds; 0 for an empty text. Raises `UsageError`, which names ``option``."""
    try:
        value = seconds(text) if text else 0.0
    except ValueError as error:
        hint = "a duration is a number with s, m, h, d, w or y, such as 30d"
        raise UsageError(f"{option}: {error}", hint=hint) from None
    if value > _LONGEST:
        raise UsageError(f"{option}: {text} is longer than a hundred years")
    return value


def moment_of(text: str, option: str, now: datetime) -> datetime:
    """Parse a date (``2026-01-31``), a time, or how long ago (``90d``)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now - timedelta(seconds=duration_of(text, option))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
