"""Names of archives: from a context and a time, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dashkit.backup.retention import Stamp

_NAME = re.compile(r"dashkit-(?P<context>[a-z0-9_.-]+)-(?P<time>\d{8}T\d{6}Z)\.zip")
_TIME = "%Y%m%dT%H%M%SZ"


def archive_name(context: str, moment: datetime) -> str:
    """``dashkit-prod-20261121T194247Z.zip``; ``moment`` is UTC."""
    return f"dashkit-{plain_context(context)}-{moment.strftime(_TIME)}.zip"


def free_name(context: str, moment: datetime, taken: Callable[[str], bool]) -> str:
    """`archive_name` of the moment, or of the first second after it that is free: no archive is ever written over."""
    while taken(name := archive_name(context, moment)):
        moment += timedelta(seconds=1)
    return name


def plain_context(context: str) -> str:
    """A context's name as it stands in names of archives."""
    plain = re.sub(r"[^a-z0-9_.-]+", "-", context.lower()).strip("-.") or "grafana"
    # Two contexts never share a name.
    return plain if plain == context else f"{plain}-{hashlib.sha256(context.encode()).hexdigest()[:6]}"


def stamp_of(name: str, size: int = 0) -> Stamp | None:
    """What the name of an archive says; None for another file."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    try:
        moment = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Stamp(name, found["context"], moment, size)
