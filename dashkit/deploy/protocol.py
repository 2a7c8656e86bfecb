"""What deploy needs of a server; `dashkit.grafana.Grafana` has it, and so may another target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from dashkit.model.live import LiveDashboard, LiveFolder, Version


class Target(Protocol):
    """A place that holds dashboards in folders, with their versions."""

    @property
    def nested_folders(self) -> bool: ...

    @property
    def unique_titles(self) -> bool:
        """Whether two dashboards of one folder may not have the same title."""

    @property
    def writers(self) -> int:
        """How many saves may be under way at a time."""

    def read(self, uids: frozenset[str], tag: str = "") -> Iterator[LiveDashboard]:
        """Those of ``uids`` that exist, all that carry ``tag``, and perhaps others."""

    def folders(self) -> list[LiveFolder]: ...

    def create_folder(self, uid: str, title: str, parent_uid: str) -> LiveFolder:
        """May be called again for a folder that exists."""

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        """Newest first; None where they may not be read."""

    def save(self, uid: str, spec: dict[str, Any], folder_uid: str, base: LiveDashboard | None, message: str) -> None:
        """Create, or replace exactly ``base``; `ServerError` if another version is stored by now."""

    def delete(self, uid: str, base: LiveDashboard | None = None) -> None:
        """May be called again for one that is gone; `ServerError` if another version than ``base`` is stored by now."""
