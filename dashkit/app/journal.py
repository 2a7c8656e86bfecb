"""What is about to be replaced is kept before it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version

from dashkit.app.connect import Connected
from dashkit.app.ports import Journal, Ports, Server
from dashkit.archive.manifest import ArchiveOrigin
from dashkit.backup.journal import Record, record_of
from dashkit.config.project import STATE
from dashkit.deploy.steps import Step
from dashkit.errors import DashkitError, ServerError
from dashkit.model.item import Item, Limits


def journal_of(ports: Ports, found: Connected) -> Journal:
    """The one that the context names, else the one beside dashkit.yaml."""
    place = found.context.journal or str(ports.project.root / STATE / "pushes")
    return ports.journal(place, f"{ports.project.name}.{found.context.name}")


def write_ahead(ports: Ports, found: Connected, warnings: list[str]) -> Callable[[Sequence[Step]], str]:
    """Keeps what the steps of a push replace, and returns the name of the push; empty where nothing of it can be taken back."""

    def kept(steps: Sequence[Step]) -> str:
        if all(step.ref.kind == "folders" for step in steps):
            return ""
        server = found.server
        return keep_record(
            ports,
            found,
            lambda name: record_of(name, steps, lambda uid: _whole(server, uid), lambda uid: _permissions(server, uid)),
            warnings,
        )

    return kept


def settled(ports: Ports, found: Connected, warnings: list[str]) -> Callable[[str, Sequence[Step]], None]:
    """Takes out of what was kept the steps of which nothing was written; that it could not is a warning."""

    def settle(name: str, untouched: Sequence[Step]) -> None:
        try:
            journal_of(ports, found).settle(name, [step.ref for step in untouched])
        except DashkitError as error:
            warnings.append(f"the journal says of push {name} that it wrote more than it did: {error}")

    return settle


def keep_record(
    ports: Ports, found: Connected, record: Callable[[str], Record], warnings: list[str], *, rollback: bool = False
) -> str:
    """Keep a record under the name that is free now; returns that name."""
    now = ports.clock()
    number, title = found.server.organisation
    origin = ArchiveOrigin(
        version("dashkit"), now.strftime("%Y-%m-%dT%H:%M:%SZ"), found.context.name, found.context.url,
        found.server.version, {number: title},
    )  # fmt: skip
    return journal_of(ports, found).keep(record, origin, now, warnings, rollback=rollback)


def _permissions(server: Server, uid: str) -> list[Item]:
    """Those of a dashboard that is deleted; none where they may not be read."""
    try:
        return list(server.items("dashboard-permissions", Limits(keys=frozenset({uid}))))
    except ServerError:
        return []


def _whole(server: Server, uid: str) -> Item | None:
    return next(iter(server.items("dashboards", Limits(keys=frozenset({uid})))), None)
