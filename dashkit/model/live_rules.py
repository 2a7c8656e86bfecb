"""Alert rules as a Grafana holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class GrafanaGroup:
    """A group of Grafana-managed rules, desired or live.

    ``rules`` are documents with the keys of the provisioning API that dashkit sets: uid, title, condition, data, noDataState,
    execErrState, for, labels, annotations, isPaused. ``provenance`` names what manages them, empty for the UI and dashkit.
    """

    folder_uid: str
    name: str
    interval: int
    rules: tuple[Mapping[str, Any], ...]
    provenance: str = ""
