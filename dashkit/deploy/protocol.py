"""What planning and writing need from a server. `dashkit.grafana.client.Grafana` provides it, and so can any other target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from dashkit.model.item import Item, Limits
from dashkit.model.live import LiveDashboard, LiveFolder, Proof, Version, unproven
from dashkit.model.secret import Secret


class Versioned(Protocol):
    """A server that keeps versions of its dashboards."""

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        """Return up to ``limit`` versions of a dashboard, newest first.

        Returns:
            An empty list if there is no such dashboard; None if the credentials may not read versions.
        """


class ItemSource(Protocol):
    """A server that lists its objects, of all kinds."""

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        """Yield the objects of a kind.

        Args:
            kind: a name of `dashkit.model.kinds.KINDS`.
            limits: which objects are wanted. The server may yield more.

        Raises:
            ServerError: the objects cannot be read.
        """


class Writable(Versioned, ItemSource, Protocol):
    """A server that stores objects of all kinds: everything that `dashkit.deploy.carry_out` needs."""

    @property
    def unique_titles(self) -> bool:
        """Whether dashboards in one folder must have different titles."""

    @property
    def writers(self) -> int:
        """How many writes may run at the same time."""

    def put(self, item: Item, live: Item | None, secrets: Mapping[str, Secret] | None = None) -> None:
        """Create an object, or replace one. The request is sent once and never repeated.

        Args:
            item: the object to store.
            live: the object that was read and is to be replaced; None to create one.
            secrets: the known values among `Item.secrets`, by name.

        Raises:
            ConflictError: the server noticed that something other than ``live`` is stored by now.
            ServerError: it was refused, or the outcome is unknown (``status`` 0, or 500 and above).
        """

    def proves(self, item: Item, live: Item | None) -> bool:
        """Return whether a successful `put` with these arguments proves that ``item`` is what is stored.

        If not, it has to be read back after the last write.
        """

    def remove(self, item: Item) -> None:
        """Delete exactly this object. Succeeds if it is already gone.

        Raises:
            ConflictError: something other than ``item`` is stored by now.
            ServerError: it was refused, or the outcome is unknown.
        """


class Readable(Versioned, Protocol):
    """A server that stores dashboards in folders: everything that planning a push needs."""

    @property
    def nested_folders(self) -> bool:
        """Whether a folder can contain folders."""

    def read(self, uids: frozenset[str], tag: str = "", proven: Proof = unproven) -> Iterator[LiveDashboard]:
        """Yield dashboards: those of ``uids`` that exist, all that carry ``tag`` (if given), and perhaps others.

        Args:
            proven: what it returns the document of is not read.
        """

    def folders(self) -> list[LiveFolder]:
        """Return every folder that the credentials can see."""

    def people(self, savers: frozenset[str]) -> frozenset[str]:
        """Return the names of ``savers`` (see `LiveDashboard.updated_by`) that are not, or may not be, service accounts."""
