"""The kinds of objects that a backup holds, in the order in which a restore writes them.

Each kind comes after those that its objects refer to. A backup reads in the opposite order: what is referred to is read last, so
that an object created in between is present rather than missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from dashkit.errors import UsageError


class Guard(Enum):
    """How dashkit makes sure that a write replaces what the plan saw, and nothing else."""

    #: The server refuses to replace any version but the one that was read.
    VERSION = "version"
    #: No versions, but one request reads it: it is read again right before each write.
    EACH = "each"
    #: No versions, and reading takes many requests: it is read again once, before the first write.
    BEFOREHAND = "beforehand"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object.

    Attributes:
        name: its name on the command line, such as ``library-panels``.
        word: one of its objects, in messages.
        server: belongs to the whole server, so that it takes the login of a server admin. No token can ever reach it, so a
            backup without it has not failed.
        optional: a server may be set up without it.
        restored: False if Grafana has no way to write it.
        default: part of a backup that names no kinds.
        guard: how `dashkit.deploy.carry_out` notices an edit between reading and writing.
        parallel: its objects do not depend on one another.
        several: creating one takes more than one request.
        upsert: creating one replaces an existing one.
    """

    name: str
    word: str
    server: bool = False
    optional: bool = False
    restored: bool = True
    default: bool = True
    guard: Guard = Guard.BEFOREHAND
    parallel: bool = False
    several: bool = False
    upsert: bool = False


KINDS = (
    Kind("organisations", "organisation", server=True),
    Kind("users", "user", server=True, several=True),
    Kind("service-accounts", "service account", several=True),
    Kind("teams", "team", several=True),
    Kind("datasources", "datasource", guard=Guard.VERSION),
    Kind("folders", "folder"),
    Kind("folder-permissions", "set of folder permissions", parallel=True),
    Kind("library-panels", "library panel", guard=Guard.VERSION),
    Kind("dashboards", "dashboard", guard=Guard.VERSION, parallel=True),
    Kind("dashboard-versions", "dashboard version", restored=False, default=False),
    Kind("dashboard-permissions", "set of dashboard permissions", parallel=True),
    Kind("public-dashboards", "public dashboard", optional=True),
    Kind("mute-timings", "mute timing", optional=True, guard=Guard.EACH),
    Kind("templates", "template", optional=True, guard=Guard.EACH, upsert=True),
    Kind("contact-points", "contact point", optional=True, guard=Guard.EACH),
    Kind("policies", "policy tree", optional=True, guard=Guard.EACH, upsert=True),
    Kind("alert-rules", "group of alert rules", optional=True, guard=Guard.EACH, several=True, upsert=True),
    Kind("annotations", "annotation", parallel=True),
    Kind("playlists", "playlist"),
    Kind("snapshots", "snapshot"),
    Kind("correlations", "correlation"),
    Kind("preferences", "set of preferences"),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def chosen(names: Iterable[str], excluded: Iterable[str] = ()) -> tuple[Kind, ...]:
    """Return the named kinds (the default ones if none is named) without the excluded ones, in the order of `KINDS`."""
    named = tuple(names)
    wanted = _parse(named)
    if named and not wanted:
        raise UsageError("no kind is named", hint=f"kinds: {', '.join(BY_NAME)}")
    wanted = (wanted or {kind.name for kind in KINDS if kind.default}) - _parse(excluded)
    if not wanted:
        raise UsageError("no kind is left")
    return tuple(kind for kind in KINDS if kind.name in wanted)


def _parse(names: Iterable[str]) -> set[str]:
    found = {name.strip() for entry in names for name in entry.split(",") if name.strip()}
    for name in sorted(found - BY_NAME.keys()):
        near = difflib.get_close_matches(name, BY_NAME, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"kinds: {', '.join(BY_NAME)}"
        raise UsageError(f"unknown kind {name!r}", hint=hint)
    return found
