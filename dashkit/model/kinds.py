"""The kinds of objects that a backup holds, in the order in which a restore writes them.

Each kind comes after those that its objects refer to. A backup reads in the opposite order: what is referred to is read last, so
that something made in between is there rather than missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from dashkit.errors import UsageError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind by its name on the command line (``library-panels``).

    ``server`` marks what belongs to the whole server, for which only the log-in of a server admin is good enough: a token can by
    its nature not reach it, which is no failure of a backup. ``optional`` marks what a server may have been set up without.
    ``restored`` is False where Grafana has no way to write it.
    """

    name: str
    word: str
    server: bool = False
    optional: bool = False
    restored: bool = True
    default: bool = True


KINDS = (
    Kind("organisations", "organisation", server=True),
    Kind("users", "user", server=True),
    Kind("service-accounts", "service account"),
    Kind("teams", "team"),
    Kind("datasources", "datasource"),
    Kind("folders", "folder"),
    Kind("folder-permissions", "set of folder permissions"),
    Kind("library-panels", "library panel"),
    Kind("dashboards", "dashboard"),
    Kind("dashboard-versions", "dashboard version", restored=False, default=False),
    Kind("dashboard-permissions", "set of dashboard permissions"),
    Kind("public-dashboards", "public dashboard", optional=True),
    Kind("mute-timings", "mute timing", optional=True),
    Kind("templates", "template", optional=True),
    Kind("contact-points", "contact point", optional=True),
    Kind("policies", "policy tree", optional=True),
    Kind("alert-rules", "group of alert rules", optional=True),
    Kind("annotations", "annotation"),
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
