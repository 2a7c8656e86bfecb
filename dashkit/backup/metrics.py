"""Metrics about the last backup, for a file that Prometheus reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.metrics.textfile import gauge

_SUCCESS = "dashkit_backup_last_success_timestamp_seconds"


@dataclass(frozen=True, slots=True)
class BackupRun:
    """One run of a backup.

    Attributes:
        ended: Unix time.
        seconds: how long it took.
        size: of the archive, in bytes.
        failures: how many kinds were not read in full; 1 if nothing was read.
        objects: how many objects were read, by kind.
    """

    context: str
    ended: float
    seconds: float
    size: int = 0
    failures: int = 0
    objects: Mapping[str, int] = field(default_factory=dict)


def metrics_text(run: BackupRun, before: str) -> str:
    """Return the file's new content.

    ``before`` is its current content: after a failed run, the time of the last success is taken from there.
    """
    success = run.ended if not run.failures else _last_success(before)
    lines: list[str] = []

    def add(metric: str, meaning: str, *samples: tuple[dict[str, str], float]) -> None:
        lines.extend(gauge(metric, meaning, [({"context": run.context, **labels}, value) for labels, value in samples]))

    if success is not None:
        add(_SUCCESS, "When the last complete backup ended.", ({}, success))
    add("dashkit_backup_last_run_timestamp_seconds", "When the last backup ended, however it went.", ({}, run.ended))
    add("dashkit_backup_duration_seconds", "How long the last backup took.", ({}, run.seconds))
    add("dashkit_backup_size_bytes", "Size of the last archive.", ({}, run.size))
    add("dashkit_backup_failures", "Kinds that the last backup did not read in full.", ({}, run.failures))
    kinds = [({"kind": kind}, float(number)) for kind, number in sorted(run.objects.items())]
    if kinds:
        add("dashkit_backup_objects", "Objects in the last archive, by kind.", *kinds)
    return "\n".join([*lines, ""])


def _last_success(before: str) -> float | None:
    found = re.search(rf"^{_SUCCESS}\{{[^\n]*\}} (\S+)$", before, re.MULTILINE)
    try:
        return float(found[1]) if found else None
    except ValueError:
        return None
