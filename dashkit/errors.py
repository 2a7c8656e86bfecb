"""The failures that dashkit reports, and the exit codes.

Findings (a problem in a dashboard, a change to push) are plain values; failures are these exceptions. The message says what
happened and where; ``hint`` is the command or edit that fixes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the program. The help text and the table in the README are generated from them."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    OK = 0, "done; nothing found, or nothing to change"
    FOUND = 1, "the check found problems, or `diff --exit-code` found changes"
    USAGE = 2, "usage or configuration error"
    INPUT = 3, "a file cannot be read or written: dashboard module, JSON, disk full"
    SERVER = 4, "Grafana unreachable, unauthorised, or answered with an error"
    PARTIAL = 5, "partly done: some changes failed"
    REFUSED = 6, "refused, nothing changed: edited in the UI, not managed by this project, or not confirmed"
    BUG = 70, "a bug in dashkit (the traceback is saved to a file)"
    INTERRUPTED = 130, "interrupted"
    CLOSED_PIPE = 141, "the reader of the output closed the pipe"


#: When several apply, the first of these is the program's exit code.
PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.INPUT,
    ExitCode.PARTIAL,
    ExitCode.SERVER,
    ExitCode.REFUSED,
    ExitCode.FOUND,
    ExitCode.OK,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that takes precedence (see `PRECEDENCE`); OK if there are none."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.OK)


class DashkitError(Exception):
    """Base class of all expected failures.

    Attributes:
        where: a file and line, or a URL.
        hint: something to paste or edit.
        excerpt: the offending line of source.
        causes: the failures that led to this one; each is reported before it.
    """

    code = ExitCode.BUG

    def __init__(
        self, message: str, *, where: str = "", hint: str = "", excerpt: str = "", causes: Iterable[DashkitError] = ()
    ) -> None:
        super().__init__(message)
        self.causes = tuple(causes)
        self.message = message
        self.where = where
        self.hint = hint
        self.excerpt = excerpt

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(DashkitError):
    """The command line does not make sense as a whole."""

    code = ExitCode.USAGE


class ConfigError(DashkitError):
    """dashkit.yaml, a context or the environment is wrong."""

    code = ExitCode.USAGE


class InputError(DashkitError):
    """A file cannot be read, written or understood."""

    code = ExitCode.INPUT


class SpecError(InputError):
    """A dashboard document is invalid; ``pointer`` is the JSON pointer to the fault.

    ``panel`` is the panel at fault, if it is one, and ``source`` the file and line that built it, if they are known.
    """

    def __init__(
        self, message: str, *, pointer: str = "", where: str = "", hint: str = "", panel: object = None
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.pointer = pointer
        self.panel = panel
        self.source: tuple[str, int] | None = None


class ServerError(DashkitError):
    """Grafana could not be reached or answered with an error; ``status`` is the HTTP status, 0 without a response."""

    code = ExitCode.SERVER

    def __init__(self, message: str, *, status: int = 0, where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.status = status


class ConflictError(ServerError):
    """What was about to be replaced has been changed meanwhile, or another object has its title."""

    def __init__(self, message: str, *, status: int = 412, where: str = "", hint: str = "") -> None:
        super().__init__(message, status=status, where=where, hint=hint)


class RefusedError(DashkitError):
    """dashkit will not do this without explicit confirmation; nothing was changed."""

    code = ExitCode.REFUSED
