"""Names of archives: made from a context and a time, and parsed."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from dashkit.backup.retention import Stamp

_NAME = re.compile(
    r"dashkit-(?P<context>[a-z0-9_.-]+)-(?P<time>\d{8}T\d{6}Z)(?:-(?P<mark>[0-9a-f]{4}))?(?:-(?P<state>part|incomplete))?\.zip"
)
_TIME = "%Y%m%dT%H%M%SZ"


def archive_name(context: str, moment: datetime, state: str = "", *, mark: str = "") -> str:
    """Return a name such as ``dashkit-prod-20261121T194247Z.zip``.

    Args:
        moment: in UTC.
        state: ``part`` or ``incomplete``; empty for a complete backup.
        mark: four hexadecimal digits that distinguish archives of the same second.
    """
    return "-".join(filter(None, ("dashkit", plain_context(context), moment.strftime(_TIME), mark, state))) + ".zip"


def plain_context(context: str) -> str:
    """Return a context's name in the form that names of archives contain."""
    plain = re.sub(r"[^a-z0-9_.-]+", "-", context.lower()).strip("-.") or "grafana"
    # With a digest, two contexts never share a name.
    return plain if plain == context else f"{plain}-{hashlib.sha256(context.encode()).hexdigest()[:6]}"


def stamp_of(name: str, size: int = 0) -> Stamp | None:
    """Parse the name of an archive. Return None for any other file."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    try:
        moment = datetime.strptime(found["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Stamp(name, found["context"], moment, size, found["state"] or "", found["mark"] or "")
