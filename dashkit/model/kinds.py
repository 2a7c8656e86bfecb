"""The kinds of objects that a backup holds, in the order in which a restore writes them.

Each kind comes after those that its objects refer to. A backup reads in the opposite order: what is referred to is read last, so
that something made in between is there rather than missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from dashkit.errors import UsageError


class Guard(Enum):
    """How it is made sure that what is replaced is what the plan saw."""

    #: The server refuses to replace another version than the one that was read.
    VERSION = "version"
    #: It has no versions, and is read in one request: once more right before each write.
    EACH = "each"
    #: It has no versions, and reading takes many requests: once more before the first write.
    BEFOREHAND = "beforehand"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind by its name on the command line (``library-panels``).

    ``server`` marks what belongs to the whole server, for which only the log-in of a server admin is good enough: a token can by
    its nature not reach it, which is no failure of a backup. ``optional`` marks what a server may have been set up without.
    ``restored`` is False where Grafana has no way to write it.

    The rest is for `dashkit.deploy.carry_out`: ``guard`` says how an edit between reading and writing is noticed; ``parallel``
    marks objects that do not depend on others of their kind, ``several`` what takes more than one request to make, ``upsert``
    what is replaced by creating it.
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
    """The kinds of those names, all that are kept by default for none, less the excluded; in the order of `KINDS`."""
    named = tuple(names)
    wanted, unwanted = _known(named), _known(excluded)
    if named and not wanted:
        raise UsageError("no kind is named", hint=f"there are: {', '.join(BY_NAME)}")
    found = tuple(
        kind for kind in KINDS if (kind.name in wanted if wanted else kind.default) and kind.name not in unwanted
    )
    if not found:
        raise UsageError("no kind is left")
    return found


def _known(names: Iterable[str]) -> set[str]:
    found = {name.strip() for entry in names for name in entry.split(",") if name.strip()}
    for name in sorted(found - BY_NAME.keys()):
        near = difflib.get_close_matches(name, BY_NAME, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(BY_NAME)}"
        raise UsageError(f"no kind {name!r}", hint=hint)
    return found
