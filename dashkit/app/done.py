"""The result of a push or a rollback."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.deploy.outcome import Result
from dashkit.errors import ServerError


@dataclass(frozen=True, slots=True)
class Done:
    """The outcomes with any warnings; ``annotation`` is the reason why the deployment could not be annotated in Grafana."""

    result: Result
    warnings: tuple[str, ...] = ()
    annotation: ServerError | None = None
