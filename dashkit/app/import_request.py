"""The options of an import, and what became of each dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dashkit.app.import_rules import ImportedRules
from dashkit.errors import DashkitError
from dashkit.importer.count import Counts
from dashkit.importer.inputs import Ask
from dashkit.importer.upgrade.alert_blocks import AlertBlocks

PYTHON, JSON = "python", "json"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit import`: files and directories with such, or dashboards of a server as for `dashkit pull`."""

    sources: tuple[Path, ...] = ()
    to: Path = Path("dashboards")
    kind: str = PYTHON
    context_name: str | None = None
    uids: tuple[str, ...] = ()
    folder: str | None = None
    everything: bool = False
    #: Overwrite files that differ.
    force: bool = False
    #: Bring dashboards of old schemas, and panels of kinds that are gone, to what one makes today.
    upgrade: bool = False
    #: One file for each dashboard, however long.
    one_file: bool = False
    #: What Jsonnet may import from besides its own project, and what ``std.extVar`` gives it.
    library_paths: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    #: What inputs of exports stand for, and how to ask for the value of one that has none; None if nobody can be asked.
    inputs: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    #: Another title and uid, for a single dashboard.
    title: str = ""
    new_uid: str = ""
    #: Dashboards of grafana.com, which `dashkit.app.market_import` gets; the revision is for a single one.
    ids: tuple[int, ...] = ()
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one dashboard.

    Attributes:
        source: the file that it was read from, or the uid on the server.
        file: the file that was written, relative to the target; empty if none was.
        equal: the module, compiled in a process of its own, makes the same.
        lines: of the module, and of the JSON it was made of, pretty-printed.
        notes: what was mended on the way in.
        modernised: what is said as one says it today, if that was asked for.
        lost: what today's Grafana has no counterpart for.
        alerts: the rules that alert blocks of its panels became.
        left_out: what says nothing in Grafana, and is not in the module.
        error: why nothing was written.
    """

    source: str
    uid: str = ""
    title: str = ""
    file: str = ""
    equal: bool = False
    changed: bool = False
    panels: Counts = field(default_factory=Counts)
    lines: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()
    modernised: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    alerts: AlertBlocks = field(default_factory=AlertBlocks)
    left_out: tuple[str, ...] = ()
    error: DashkitError | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of each dashboard, and what could not be taken back to how the source would say it."""

    results: list[Imported]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: The rules of mixins.
    rules: tuple[ImportedRules, ...] = ()
