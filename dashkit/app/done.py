"""What became of what was carried out."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.deploy.outcome import Result
from dashkit.errors import ServerError


@dataclass(frozen=True, slots=True)
class Done:
    """The outcomes, and what deserves a warning; ``annotation`` is why a deployment could not be written into Grafana."""

    result: Result
    warnings: tuple[str, ...] = ()
    annotation: ServerError | None = None
