"""Who is told, as a Grafana holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GrafanaRouting:
    """Contact points, mute timings and the policy tree, as the provisioning API has them; a desired tree is one route."""

    contact_points: tuple[Document, ...]
    mute_timings: tuple[Document, ...]
    tree: Document


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """What to write; ``tree`` is None where the route is as it shall be. ``changes`` are lines for people.

    ``points`` and ``timings`` are what the server has already, by uid and name.
    """

    contact_points: tuple[Document, ...]
    mute_timings: tuple[Document, ...]
    tree: Document | None
    changes: tuple[str, ...]
    points: frozenset[str] = frozenset()
    timings: frozenset[str] = frozenset()
