"""What a backup needs from a server. `dashkit.grafana.client.Grafana` provides it."""

from __future__ import annotations

from typing import Protocol

from dashkit.deploy.protocol import ItemSource


class BackupSource(ItemSource, Protocol):
    """One organisation of a server, to read from."""

    @property
    def url(self) -> str:
        """The server's address, without credentials."""

    @property
    def version(self) -> str:
        """The server's version, such as ``12.3.3``."""

    @property
    def organisation(self) -> tuple[int, str]:
        """Number and name of the organisation that the credentials belong to."""

    def count(self, kind: str) -> int | None:
        """Return how many objects of a kind there are by the server's own count; None if it does not count them."""

    def unseen(self, kind: str) -> str:
        """Return why a list of that kind may be incomplete with these credentials; empty if it is complete."""
