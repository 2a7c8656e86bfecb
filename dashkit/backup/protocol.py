"""What a backup needs of a server; `dashkit.grafana.Grafana` has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from dashkit.model.item import Item, Limits


class BackupSource(Protocol):
    """One organisation of a server, to read from."""

    @property
    def url(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def organisation(self) -> tuple[int, str]:
        """Number and name of the organisation that answers."""

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        """The objects of a kind, one after the other; `ServerError` where they cannot be read."""

    def count(self, kind: str) -> int | None:
        """What the server itself says how many there are; None where it does not."""

    def unseen(self, kind: str) -> str:
        """Why a list of that kind may lack what is there; empty where it shows all."""
