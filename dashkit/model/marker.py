"""The version message by which dashkit recognises what it wrote itself.

``text | gen=4 dashkit v1 uid=checkout sha256=0123456789abcdef commit=abc1234 push=20261121T194247Z-3fa9``: the digest is that of
the pushed content under the digest rules ``v1``. It lets a later run tell its own last push from an edit in the UI, without a
state file. The name of the push finds everything that the push wrote.

A message is only the word of the client that saved: kubectl, Terraform or a v2 editor can send ours along with other content.
``gen`` is the number of the version that our save makes, which a message that travelled on does not have.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

#: To be raised whenever `dashkit.document.compare.content` changes its result for the same document.
DIGEST_RULES = 1

#: Grafana 12 refuses longer version messages.
MESSAGE_LIMIT = 500

#: How the end of a trial is written.
_MOMENT = "%Y%m%dT%H%M%SZ"

_MARKER = re.compile(
    r"(?:gen=(?P<gen>\d{1,9}) )?dashkit v(?P<rules>\d+) uid=(?P<uid>[A-Za-z0-9_-]{1,40}) sha256=(?P<digest>[0-9a-f]{16})"
    r"(?: commit=(?P<commit>\S+))?(?: push=(?P<push>\S+))?(?: expires=(?P<expires>\d{8}T\d{6}Z))?(?P<edited> edited)?$"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The content of one of our version messages."""

    uid: str
    digest: str
    commit: str = ""
    push: str = ""
    rules: int = DIGEST_RULES
    #: A rollback brought back what a person had made of it in the UI: we wrote it, but it is theirs to decide about.
    edited: bool = False
    #: The number of the version that the save makes; 0 in messages of older dashkits, which do not say it.
    gen: int = 0
    #: When a dashboard on trial may be deleted, such as ``20261129T194247Z``; empty for all others.
    expires: str = ""

    @property
    def end(self) -> datetime | None:
        """When the trial ends; None if it is none, or if somebody wrote what is no time."""
        with suppress(ValueError):
            return datetime.strptime(self.expires, _MOMENT).replace(tzinfo=UTC)
        return None

    def message(self, text: str = "") -> str:
        """Return the version message: the given text, cut to fit, then the marker."""
        # In front: older dashkits read from "dashkit" on.
        marker = f"gen={self.gen} " if self.gen else ""
        marker += f"dashkit v{self.rules} uid={self.uid} sha256={self.digest}"
        marker += f" commit={self.commit}" if self.commit else ""
        marker += f" push={self.push}" if self.push else ""
        marker += f" expires={self.expires}" if self.expires else ""
        marker += " edited" if self.edited else ""
        text = " ".join(text.split())
        # Grafana counts bytes.
        room = MESSAGE_LIMIT - len(marker) - 3
        data = text.encode(errors="replace")
        if len(data) > room:
            text = data[: room - 3].decode(errors="ignore") + "..."
        return f"{text} | {marker}" if text else marker


def moment_text(moment: datetime) -> str:
    """Return a time as `Marker.expires` has it."""
    return moment.astimezone(UTC).strftime(_MOMENT)


def parse_marker(message: str) -> Marker | None:
    """Return the marker at the end of a version message, or None for a message that is not ours."""
    found = _MARKER.search(message.strip())
    if found is None:
        return None
    gen, rules, uid, digest, commit, push, expires, edited = found.groups(default="")
    return Marker(uid, digest, commit, push, int(rules), bool(edited), int(gen or 0), expires)
