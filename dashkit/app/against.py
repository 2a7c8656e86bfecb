"""What differs between the project's dashboards on two servers, whatever the source says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashkit._parallel import ordered_map
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation
from dashkit.app.ports import Ports
from dashkit.app.pull import unclear
from dashkit.deploy.between import Difference, Stored, differences
from dashkit.deploy.desired import source_form
from dashkit.deploy.folders import FolderTree
from dashkit.errors import UsageError
from dashkit.model.folder import folder_text


@dataclass(frozen=True, slots=True)
class Request:
    """The two contexts; the changes lead from ``against`` to ``context_name``."""

    context_name: str | None
    against: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences by uid, and how many dashboards are the same on both."""

    first: Connected
    other: Connected
    differences: tuple[Difference, ...]
    same: int
    warnings: tuple[str, ...] = ()


def compare(request: Request, ports: Ports) -> Compared:
    """Read the project's dashboards on both servers, and undo the prefixes, tags and datasources of their contexts.

    Raises:
        ServerError: one of them cannot be read.
    """
    both = [connected(ports, request.context_name), connected(ports, request.against)]
    if both[0].context == both[1].context:
        raise UsageError(f"--against {request.against}: that is the context to compare with it")
    first, other = ordered_map(lambda found: _read(found, ports), both, 2)
    found = tuple(differences(first, other))
    warnings = [f"{one.context.name}: {text}" for one in both for text in _warnings(one, ports)]
    gone = sum(entry.sign != "+" for entry in found)
    return Compared(both[0], both[1], found, len(other) - gone, tuple(warnings))


def _warnings(found: Connected, ports: Ports) -> Iterator[str]:
    yield from found.warnings
    yield from unclear(adjustments_of(ports.project, found.context))


def _read(found: Connected, ports: Ports) -> dict[str, Stored]:
    server, adjustments = found.server, adjustments_of(ports.project, found.context)
    require_organisation(found.context, server)
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    stored: dict[str, Stored] = {}
    for live in server.read(frozenset(), adjustments.tag):
        if adjustments.tag in live.tags:
            path = adjustments.without_prefix(tree.path(live.folder_uid))
            uid = live.uid.removeprefix(adjustments.uid_prefix)
            stored[uid] = Stored(live.title, folder_text(path), source_form(live.spec, adjustments), live.schema)
    return stored
