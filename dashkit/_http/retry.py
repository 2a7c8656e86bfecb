"""Which failed requests may be sent again, and when."""

from __future__ import annotations

import email.utils
import math
import random
import time
from datetime import UTC, datetime
from enum import Enum

TRIES = 4
_FIRST, _LONGEST = 0.5, 10.0
#: A server may ask for more patience than that; then the failure is reported.
LONGEST_RETRY_AFTER = 30.0


class RequestKind(Enum):
    """What a request does decides whether it may be repeated without a look."""

    READ = "read"
    WRITE = "write"
    #: May be repeated like a read; an answer of 404 then means that the first one arrived.
    DELETE = "delete"


_AGAIN = {
    RequestKind.READ: frozenset({429, 502, 503, 504}),
    RequestKind.WRITE: frozenset({429}),
    RequestKind.DELETE: frozenset({429, 502, 503, 504}),
}


def repeatable_status(kind: RequestKind, status: int) -> bool:
    return status in _AGAIN[kind]


def pause(attempt: int, retry_after: str | None) -> float | None:
    """Seconds to wait after attempt number ``attempt`` (from 0), or None where the server asks for too long.

    Full jitter below an exponential bound; ``Retry-After`` (seconds or a date) is honoured.
    """
    if retry_after:
        asked = _seconds(retry_after)
        if asked is not None:
            return asked if asked <= LONGEST_RETRY_AFTER else None
    return random.uniform(0, min(_LONGEST, _FIRST * 2**attempt))  # noqa: S311 - spreads load, guards nothing


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def sleep(seconds: float) -> None:
    """A seam for tests."""
    time.sleep(seconds)
