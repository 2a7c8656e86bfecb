"""Get the document of a revision: from the cache if its digest is known, else from the marketplace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit.errors import InputError
from dashkit.market import cache
from dashkit.market.client import Marketplace


class ChangedError(InputError):
    """The marketplace gives other content for a revision than was pinned."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The document of a revision, and the digest of its content.

    The digest is that of the canonical text (`dashkit._json`), so that it does not matter how a server, or a mirror between,
    spaces and sorts the JSON. The file in the cache holds this very text.
    """

    dashboard: int
    revision: int
    sha256: str
    document: dict[str, Any]


def fetch(
    market: Marketplace, folder: Path | None, dashboard: int, revision: int, sha256: str = "", *, fresh: bool = False
) -> Fetched:
    """Return a revision, with no request if the cache holds what is pinned (``sha256``), unless it is to be ``fresh``.

    Raises:
        ChangedError: the marketplace has something else than what is pinned.
        ServerError: the marketplace does not give it.
    """
    if sha256 and not fresh and (data := cache.read(folder, sha256)) is not None:
        return Fetched(dashboard, revision, sha256, _json.parse(data))
    document = market.download(dashboard, revision)
    data = _json.compact(document)
    found = cache.digest(data)
    if sha256 and found != sha256:
        raise ChangedError(
            f"revision {revision} of dashboard {dashboard} is no longer what dashkit.lock pins: "
            f"its content has the SHA-256 {found[:12]}..., not {sha256[:12]}...",
            where=market.url,
            hint="find out why it was changed; to trust it, take its entry out of dashkit.lock and import it again",
        )
    cache.write(folder, data)
    return Fetched(dashboard, revision, found, _json.parse(data))
