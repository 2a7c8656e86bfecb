"""What differs between the project's dashboards on two servers, whatever the source says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit._parallel import ordered_map
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation
from dashkit.app.ports import Ports
from dashkit.app.pull import unclear
from dashkit.deploy.desired import source_form
from dashkit.deploy.folders import FolderTree
from dashkit.document.diff import Change, changes
from dashkit.document.v2.dialects import in_dialect
from dashkit.errors import UsageError
from dashkit.model.folder import folder_text
from dashkit.quiet.alike import look_alike, seen


@dataclass(frozen=True, slots=True)
class Request:
    """The two contexts; the changes lead from ``against`` to ``context_name``."""

    context_name: str | None
    against: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A dashboard that is only on the first server (``+``), only on the other (``-``), or not the same on both (``~``).

    ``uid`` and ``folder`` are those of the source, without the prefixes of a context.
    """

    sign: str
    uid: str
    title: str
    folder: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences by uid, and how many dashboards are the same on both."""

    first: Connected
    other: Connected
    differences: tuple[Difference, ...]
    same: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stored:
    title: str
    folder: str
    spec: dict[str, Any]
    schema: str


def compare(request: Request, ports: Ports) -> Compared:
    """Read the project's dashboards on both servers, and undo the prefixes, tags and datasources of their contexts.

    Raises:
        ServerError: one of them cannot be read.
    """
    both = [connected(ports, request.context_name), connected(ports, request.against)]
    if both[0].context == both[1].context:
        raise UsageError(f"--against {request.against}: that is the context to compare with it")
    first, other = ordered_map(lambda found: _read(found, ports), both, 2)
    found = tuple(_differences(first, other))
    warnings = [f"{one.context.name}: {text}" for one in both for text in _warnings(one, ports)]
    gone = sum(entry.sign != "+" for entry in found)
    return Compared(both[0], both[1], found, len(other) - gone, tuple(warnings))


def _warnings(found: Connected, ports: Ports) -> Iterator[str]:
    yield from found.warnings
    yield from unclear(adjustments_of(ports.project, found.context))


def _read(found: Connected, ports: Ports) -> dict[str, _Stored]:
    server, adjustments = found.server, adjustments_of(ports.project, found.context)
    require_organisation(found.context, server)
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    stored: dict[str, _Stored] = {}
    for live in server.read(frozenset(), adjustments.tag):
        if adjustments.tag in live.tags:
            path = adjustments.without_prefix(tree.path(live.folder_uid))
            uid = live.uid.removeprefix(adjustments.uid_prefix)
            stored[uid] = _Stored(live.title, folder_text(path), source_form(live.spec, adjustments), live.schema)
    return stored


def _differences(first: Mapping[str, _Stored], other: Mapping[str, _Stored]) -> Iterator[Difference]:
    for uid in sorted({*first, *other}):
        here, there = first.get(uid), other.get(uid)
        if here is None or there is None:
            one = here or there
            assert one is not None
            yield Difference("+" if here else "-", uid, one.title, one.folder)
        elif found := tuple(_changes(there, here)):
            yield Difference("~", uid, here.title, here.folder, found)


def _changes(old: _Stored, new: _Stored) -> Iterator[Change]:
    if old.folder != new.folder:
        yield Change("~", "folder", f"{old.folder!r} -> {new.folder!r}", old.folder, new.folder)
    before = in_dialect(old.spec, of=old.schema, to=new.schema) if old.schema and new.schema else old.spec
    if not look_alike(before, new.spec):
        found = changes(*seen(before, new.spec))
        yield from found or [Change("~", "dashboard", "differs in a way that has no short form")]
