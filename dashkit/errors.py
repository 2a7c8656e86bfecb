"""The failures that dashkit reports, each with its exit code, and the codes themselves.

A finding (a problem in a dashboard, a change to push) is a value; a failure is one of these exceptions. Its message says
what happened and where, ``hint`` is the command or the edit that mends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the program returns. Help text and README table are made from these."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    OK = 0, "done; nothing found, or nothing to change"
    FOUND = 1, "the check says no: problems found, or `diff --exit-code` found changes"
    USAGE = 2, "usage or configuration"
    INPUT = 3, "a file cannot be read or written: dashboard module, JSON, disk full"
    SERVER = 4, "Grafana unreachable, unauthorised, or answered with an error"
    PARTIAL = 5, "part done, part not"
    REFUSED = 6, "refused, nothing changed: edited in the UI, not ours, or not confirmed"
    BUG = 70, "a bug in dashkit (the traceback is in a file)"
    INTERRUPTED = 130, "interrupted"
    CLOSED_PIPE = 141, "the reader of the output went away"


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
    """The code that wins among several, by `PRECEDENCE`; OK for none."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.OK)


class DashkitError(Exception):
    """Base of all expected failures.

    ``where`` is a file and line, or a URL; ``hint`` something that one can paste or edit; ``excerpt`` the line of source
    that it is about; ``causes`` are failures that led to this one, each to be told before it.
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
    """A command line that makes no sense as a whole."""

    code = ExitCode.USAGE


class ConfigError(DashkitError):
    """dashkit.yaml, a context or the environment is wrong."""

    code = ExitCode.USAGE


class InputError(DashkitError):
    """A file cannot be read, written or understood."""

    code = ExitCode.INPUT


class SpecError(InputError):
    """A dashboard document is not valid; ``pointer`` is the JSON pointer of the place."""

    def __init__(self, message: str, *, pointer: str = "", where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.pointer = pointer


class ServerError(DashkitError):
    """Grafana could not be reached or answered with an error; ``status`` is the HTTP status, 0 where none came."""

    code = ExitCode.SERVER

    def __init__(self, message: str, *, status: int = 0, where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.status = status


class ConflictError(ServerError):
    """Someone changed what was about to be replaced, or another object has its title."""

    def __init__(self, message: str, *, status: int = 412, where: str = "", hint: str = "") -> None:
        super().__init__(message, status=status, where=where, hint=hint)


class RefusedError(DashkitError):
    """dashkit will not do it without a further word from a person; nothing was changed."""

    code = ExitCode.REFUSED
