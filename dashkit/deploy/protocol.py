"""What is needed of a server to plan and to write; `dashkit.grafana.Grafana` has it, and so may another target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from dashkit.model.item import Item, Limits
from dashkit.model.live import LiveDashboard, LiveFolder, Version
from dashkit.model.secret import Secret


class Versioned(Protocol):
    """A place that keeps the versions of its dashboards."""

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        """Newest first; None where they may not be read."""


class Writable(Versioned, Protocol):
    """A place that holds objects of all kinds: all that carrying steps out takes."""

    @property
    def unique_titles(self) -> bool:
        """Whether two dashboards of one folder may not have the same title."""

    @property
    def writers(self) -> int:
        """How many writes may be under way at a time."""

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        """The objects of a kind, one after the other; `ServerError` where they cannot be read."""

    def put(self, item: Item, live: Item | None, secrets: Mapping[str, Secret] | None = None) -> None:
        """Create an object, or replace ``live``: once, without trying again.

        `ConflictError` where the server itself notices that another version is stored by now.
        """

    def proves(self, item: Item, live: Item | None) -> bool:
        """Whether success of that `put` proves that this is what is stored; else it has to be read once more at the end."""

    def remove(self, item: Item) -> None:
        """Delete exactly this; one that is gone already counts as done."""


class Readable(Versioned, Protocol):
    """A place that holds dashboards in folders: all that planning a push takes."""

    @property
    def nested_folders(self) -> bool: ...

    def read(self, uids: frozenset[str], tag: str = "") -> Iterator[LiveDashboard]:
        """Those of ``uids`` that exist, all that carry ``tag``, and perhaps others."""

    def folders(self) -> list[LiveFolder]: ...

    def people(self, savers: frozenset[str]) -> frozenset[str]:
        """Those of the names in `LiveDashboard.updated_by` that are, or may be, no service account's."""
