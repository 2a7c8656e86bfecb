"""Archives made of given objects, without a server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dashkit.archive.manifest import ArchiveOrigin, KindReport
from dashkit.archive.write import TreeWriter, Writer, ZipWriter
from dashkit.model.item import Item

ORIGIN = ArchiveOrigin(
    "0.1.0", "2026-11-21T10:00:00Z", "prod", "https://grafana.example.org", "12.3.3", {1: "Main Org."}
)


def dashboard(uid: str, *, title: str = "", folder: str = "", panels: list[dict[str, Any]] | None = None) -> Item:
    spec = {"title": title or uid, "panels": panels or [], "schemaVersion": 42}
    return Item("dashboards", uid, title or uid, {"folder": folder, "schema": "classic", "spec": spec})


def folder(uid: str, *, title: str = "", parent: str = "") -> Item:
    return Item("folders", uid, title or uid, {"title": title or uid, "folder": parent})


def finish(writer: Writer, items: Iterable[Item], reports: Iterable[KindReport] | None = None) -> None:
    counts: dict[str, int] = {}
    for item in items:
        if writer.add(1, item):
            counts[item.kind] = counts.get(item.kind, 0) + 1
    writer.finish(ORIGIN, reports or [KindReport(1, kind, number) for kind, number in counts.items()])


def write_zip(path: Path, items: Iterable[Item], reports: Iterable[KindReport] | None = None) -> Path:
    with path.open("wb") as stream, ZipWriter(stream) as writer:
        finish(writer, items, reports)
    return path


def write_tree(path: Path, items: Iterable[Item], reports: Iterable[KindReport] | None = None) -> Path:
    finish(TreeWriter(path), items, reports)
    return path
