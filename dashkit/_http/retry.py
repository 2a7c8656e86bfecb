"""Which failed requests can be sent again, and when."""

from __future__ import annotations

import contextlib
import email.utils
import math
import random
import time
from datetime import UTC, datetime
from enum import Enum

TRIES = 4
_FIRST, _LONGEST = 0.5, 10.0
#: If a server asks for a longer pause than this, the failure is reported instead.
LONGEST_RETRY_AFTER = 30.0


class RequestKind(Enum):
    """What a request does. It decides whether the request can be repeated blindly."""

    READ = "read"
    WRITE = "write"
    #: Can be repeated like a read. A 404 on a repeat means that the first request arrived.
    DELETE = "delete"


def repeatable_status(kind: RequestKind, status: int) -> bool:
    return status == 429 or (status in (502, 503, 504) and kind is not RequestKind.WRITE)


def pause(attempt: int, retry_after: str | None) -> float | None:
    """Return the seconds to wait after attempt number ``attempt`` (from 0), or None if the server asks for too long.

    Uses full jitter below an exponential bound, and honours ``Retry-After`` (seconds or a date).
    """
    requested = _seconds(retry_after) if retry_after else None
    if requested is not None:
        return requested if requested <= LONGEST_RETRY_AFTER else None
    return random.uniform(0, min(_LONGEST, _FIRST * 2**attempt))  # noqa: S311 - spreads load, protects nothing


def _seconds(text: str) -> float | None:
    with contextlib.suppress(ValueError):
        seconds = float(text)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def sleep(seconds: float) -> None:
    """Sleep. Tests replace this function."""
    time.sleep(seconds)
