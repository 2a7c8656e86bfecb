"""One line of a check-up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from dashkit.errors import ServerError


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


def of_error(error: ServerError, part: str, check: str, right: str = "") -> Row:
    """Return the row for a check that could not be done.

    That is a fault of the server, unless the credentials may not do it: then ``right`` says what they lack. Nor is it one that
    the server has no such thing.
    """
    if error.status == 403:
        needed = f" ({right})" if right else ""
        return Row(State.SKIPPED, part, check, f"the credentials may not ask for it{needed}: {error.message}")
    if error.status == 501:
        return Row(State.SKIPPED, part, check, f"the server cannot say: {error.message}")
    return Row(State.FAILED, part, check, str(error), error.hint)


def some(names: Iterable[str], most: int = 3) -> str:
    """Return the first names in a sentence: ``a, b, c and 4 more``."""
    known = sorted(set(names))
    left = len(known) - most
    return ", ".join(known[:most]) + (f" and {left} more" if left > 0 else "")
