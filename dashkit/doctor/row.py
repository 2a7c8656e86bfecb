"""One line of a check-up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a part of the stack is, the worst first."""

    FAILED = "failed"
    WARNING = "warning"
    #: It could not be looked at, for a reason that is no fault: another version, a missing right, nothing configured.
    SKIPPED = "skipped"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Row:
    """What one check of the check-up saw.

    Attributes:
        part: what it belongs to, such as ``Grafana``, ``Datasources``, ``Prometheus`` or ``Alertmanager``.
        check: a few words that name it, the same in each run, such as ``version`` or ``targets of job node``.
        evidence: what was seen, with numbers and their units.
        mend: what to do about it, a command where there is one; empty if nothing is wrong.
    """

    state: State
    part: str
    check: str
    evidence: str
    mend: str = ""
