"""Metrics about the last check-up, for a file that Prometheus reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashkit.doctor.row import Row, State
from dashkit.metrics.textfile import gauge


def metrics_text(context: str, rows: Sequence[Row], ended: float, seconds: float) -> str:
    """Return the content of the file: the checks by part and state, and when they ended (Unix time) after how long.

    Each part has all states, so that an alert on one of them ends when it is 0 again.
    """
    counts = Counter((row.part, row.state) for row in rows)
    parts = sorted({row.part for row in rows})
    run = {"context": context}
    samples = [
        ({**run, "part": part, "state": state.value}, float(counts[part, state])) for part in parts for state in State
    ]
    lines = [
        *gauge("dashkit_doctor_checks", "Checks of the last check-up, by part and state.", samples),
        *gauge("dashkit_doctor_last_run_timestamp_seconds", "When the last check-up ended.", [(run, ended)]),
        *gauge("dashkit_doctor_duration_seconds", "How long the last check-up took.", [(run, seconds)]),
    ]
    return "\n".join([*lines, ""])
