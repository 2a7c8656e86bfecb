"""What one pass of `dashkit watch` did: for text, for JSON lines, and to say a thing only once."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Pushed:
    """A dashboard, or a group of alert rules, that was written; ``address`` is where Grafana shows it."""

    kind: str
    uid: str
    title: str
    created: bool
    address: str


@dataclass(frozen=True, slots=True)
class Held:
    """A dashboard, or a group of alert rules, that was left alone: why, and what to do about it."""

    kind: str
    uid: str
    title: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not compile, or could not be written. ``where`` is a file and line, a uid or a URL."""

    where: str
    message: str
    hint: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass.

    Attributes:
        same: how many dashboards were looked at and are in Grafana as they are in the source.
        still: the uids of what was left alone before for the same reason.
        problems: what the check found in what would have been written; that was not.
        gone: the uids that left the source and stay in Grafana.
        silent: why Grafana does not answer, empty if it does.
        again: whether to try again without a save.
        interrupted: whether the user stopped it while it wrote.
        seconds: how long it took, with the compilation.
    """

    pushed: tuple[Pushed, ...] = ()
    same: int = 0
    held: tuple[Held, ...] = ()
    still: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    problems: tuple[Problem, ...] = ()
    gone: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    silent: str = ""
    again: bool = False
    interrupted: bool = False
    seconds: float = 0.0
